import type { Random } from "@streamgate/core";
import { messageOf } from "@streamgate/core";
import type pg from "pg";
import { quoteIdentifier, quoteLiteral } from "../../schema/identifiers.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import { nodeOf } from "../../workload/parse-statement.ts";
import { analyse } from "../analysis/analyse.ts";
import type { Analysis } from "../analysis/level.ts";
import type { RewriteCatalogue } from "../catalogue/catalogue.ts";
import { constantsOf } from "./column-constants.ts";
import { comparingFunction, type Verdict } from "./comparison-sql.ts";
import { drawDatabase, type Pool, type SmallDatabase } from "./draw-database.ts";
import { columnKey, namedColumn, type PlannedTable, planTables } from "./plan-tables.ts";
import { makeSchema, poolName } from "./schema.ts";
import { longLimits, makeComparable, shortenLimits } from "./statement-parts.ts";
import { valuesOfType } from "./values.ts";

/** How much is tried. */
export interface DifferentialOptions {
  /** Small databases that every rewriting is compared on. @default 10_000 */
  readonly databases?: number;
  /** Databases a round trip. @default 250 */
  readonly batchSize?: number;
}

const DEFAULTS = { databases: 10_000, batchSize: 250 } as const;

/** What one rewriting's differential runs brought. */
export type DifferentialProof =
  | {
      readonly outcome: "equal";
      /** On how many small databases both statements ran. */
      readonly databases: number;
      /** On how many of them the result had a row. */
      readonly withRows: number;
      /** Databases on which the original itself failed, so that nothing was compared. */
      readonly raised: number;
    }
  | {
      readonly outcome: "different";
      readonly databases: number;
      readonly counterExample: CounterExample;
    }
  /** The statements cannot be compared so: nothing was shown. */
  | { readonly outcome: "not run"; readonly because: string };

/** A database on which the two statements differ. */
export interface CounterExample {
  readonly tables: readonly {
    readonly table: string;
    readonly columns: readonly string[];
    readonly rows: SmallDatabase[number];
  }[];
  readonly parameters: readonly (string | null)[];
  readonly happened: string;
}

export interface ProveEqualInput {
  /** A connection to an empty database of a server of our own, in which everything is made and left. */
  readonly client: pg.Client;
  readonly snapshot: Snapshot;
  readonly catalogue: RewriteCatalogue;
  readonly original: string;
  readonly rewritings: readonly string[];
  readonly random: Random;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Runs a statement and its rewritings on thousands of small databases that are drawn to break them: empty tables, nulls, duplicates, ties,
 * extremes, and the constants of the statements with their neighbours, within what the catalogue promises.
 *
 * @returns a proof a rewriting, in their order
 */
export async function proveEqual(
  input: ProveEqualInput,
  options: DifferentialOptions = {},
): Promise<readonly DifferentialProof[]> {
  const { databases, batchSize } = { ...DEFAULTS, ...options };
  const { client, snapshot, catalogue, original, rewritings, random, signal } = input;
  const notRun = (because: string): readonly DifferentialProof[] =>
    rewritings.map(() => ({ outcome: "not run", because }));
  const analyses = [original, ...rewritings].map((text) => analysisOf(text, catalogue));
  const understood = analyses.filter((one): one is Analysis => one !== null);
  const [first] = understood;
  if (first === undefined || understood.length !== analyses.length)
    return notRun("it is not understood");
  const tables = planTables(catalogue, understood);
  const pools = poolsOf(tables, understood, snapshot);
  if (typeof pools === "string") return notRun(pools);
  const parameterTypes = await readySchema(client, snapshot, tables, original);
  if (typeof parameterTypes === "string") return notRun(parameterTypes);
  const parameterPools = poolsOfParameters(parameterTypes, understood, snapshot);
  if (typeof parameterPools === "string") return notRun(parameterPools);
  const shapes = await shapesOf(client, [original, ...rewritings], parameterTypes);
  const width = shapes[0]?.width ?? 0;
  const long = longLimits(first.tree);
  const comparables = understood.map(({ tree }) =>
    makeComparable(shortenLimits(tree, long), width),
  );
  const [comparable, ...others] = comparables;
  if (comparable === undefined) return notRun("it is not understood");
  try {
    await client.query(comparingFunction(tables, parameterTypes, comparable, others));
  } catch (error) {
    return notRun(messageOf(error));
  }
  const tallies = rewritings.map(() => newTally());
  for (let done = 0; done < databases; done += batchSize) {
    signal?.throwIfAborted();
    const count = Math.min(batchSize, databases - done);
    const drawn = Array.from({ length: count }, () => ({
      rows: drawDatabase(tables, pools, random),
      parameters: parameterPools.map((pool) => drawParameter(pool, random)),
    }));
    const verdicts = await runBatch(client, tables, drawn);
    for (const tally of tallies) addGeneral(tally, verdicts);
    for (const { database, rewriting, verdict } of verdicts) {
      const tally = tallies[rewriting - 1];
      if (tally === undefined || tally.broken !== null) continue;
      const example = drawn[database];
      if (example !== undefined) tally.broken = { example, verdict };
    }
    input.onProgress?.(done + count, databases);
    if (tallies.length > 0 && tallies.every(({ broken }) => broken !== null)) break;
  }
  return Promise.all(
    tallies.map((tally, index) => concludeOne(tally, shapes[0], shapes[index + 1], tables)),
  );
}

interface Drawn {
  readonly rows: SmallDatabase;
  readonly parameters: readonly (string | null)[];
}

interface Tally {
  databases: number;
  withRows: number;
  raised: number;
  unfit: number;
  broken: { readonly example: Drawn; readonly verdict: Verdict } | null;
}

function newTally(): Tally {
  return { databases: 0, withRows: 0, raised: 0, unfit: 0, broken: null };
}

function addGeneral(tally: Tally, verdicts: readonly BatchVerdict[]): void {
  if (tally.broken !== null) return;
  for (const { rewriting, verdict } of verdicts) {
    if (rewriting !== 0) continue;
    if (verdict === "raised") tally.raised += 1;
    else if (verdict === "unfit") tally.unfit += 1;
    else {
      tally.databases += 1;
      if (verdict === "same") tally.withRows += 1;
    }
  }
}

async function concludeOne(
  tally: Tally,
  before: Shape | undefined,
  after: Shape | undefined,
  tables: readonly PlannedTable[],
): Promise<DifferentialProof> {
  if (before?.columns !== after?.columns) {
    const because = `its columns are ${after?.columns}, where the original has ${before?.columns}`;
    return { outcome: "not run", because };
  }
  if (tally.broken !== null) {
    return {
      outcome: "different",
      databases: tally.databases,
      counterExample: exampleOf(tally.broken.example, tally.broken.verdict, tables),
    };
  }
  const { databases, withRows, raised, unfit } = tally;
  if (databases === 0)
    return { outcome: "not run", because: `none of ${raised + unfit} databases could be used` };
  return { outcome: "equal", databases, withRows, raised };
}

function exampleOf(
  { rows, parameters }: Drawn,
  verdict: Verdict,
  tables: readonly PlannedTable[],
): CounterExample {
  return {
    tables: tables.map(({ facts, columns }, position) => ({
      table: facts.relation.name,
      columns: columns.map(({ column }) => column.name),
      rows: rows[position] ?? [],
    })),
    parameters,
    happened: verdict === "failed" ? "only the rewritten statement failed" : "the results differ",
  };
}

function analysisOf(text: string, catalogue: RewriteCatalogue): Analysis | null {
  const node = nodeOf(text);
  const read = node === undefined ? null : analyse(node, catalogue);
  return read?.outcome === "understood" ? read.analysis : null;
}

function poolsOf(
  tables: readonly PlannedTable[],
  analyses: readonly Analysis[],
  snapshot: Snapshot,
): readonly (readonly Pool[])[] | string {
  const byColumn = constantsOf(analyses);
  const byDomain = new Map<string, Set<string>>();
  for (const { facts, columns } of tables) {
    for (const { column, domain } of columns) {
      const values = byDomain.get(domain) ?? new Set<string>();
      const places = [columnKey(facts.relation, column.name), namedColumn(column.name)];
      for (const value of places.flatMap((place) => byColumn.get(place) ?? [])) values.add(value);
      byDomain.set(domain, values);
    }
  }
  const pools: Pool[][] = [];
  for (const { facts, columns } of tables) {
    const own: Pool[] = [];
    for (const { type, domain, isNotNull, column } of columns) {
      const values = valuesOfType(type, snapshot);
      if (values === null && isNotNull) {
        return `no values of type ${type} are known, which ${facts.relation.name}.${column.name} must have`;
      }
      const constants = [...(byDomain.get(domain) ?? [])].filter((value) => fits(value, type));
      own.push({ constants, plain: values?.plain ?? [], strange: values?.strange ?? [] });
    }
    pools.push(own);
  }
  return pools;
}

const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** Whether a constant can stand in a column of this type. */
function fits(value: string, type: string): boolean {
  if (/^(?:smallint|integer|bigint|oid)$/.test(type)) {
    const most = type === "smallint" ? 32_767 : type === "bigint" ? 9e18 : 2_147_483_647;
    return /^-?\d+$/.test(value) && Math.abs(Number(value)) <= most;
  }
  if (/^(?:numeric|real|double precision)$/.test(type)) return NUMBER.test(value);
  if (/^(?:date|timestamp)/.test(type)) return /^\d{4}-\d\d-\d\d/.test(value);
  if (type === "uuid") return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
  if (type === "boolean") return value === "t" || value === "f";
  return /^(?:text|character varying|citext)$/.test(type);
}

function poolsOfParameters(
  types: readonly string[],
  analyses: readonly Analysis[],
  snapshot: Snapshot,
): readonly Pool[] | string {
  const constants = [...constantsOf(analyses).values()].flat();
  const pools: Pool[] = [];
  for (const type of types) {
    const values = valuesOfType(type, snapshot);
    if (values === null) return `no values of type ${type} are known, which a parameter has`;
    const fitting = constants.filter((value) => fits(value, type));
    pools.push({ constants: fitting, plain: values.plain, strange: values.strange });
  }
  return pools;
}

function drawParameter({ constants, plain, strange }: Pool, random: Random): string | null {
  const chance = random.next();
  if (chance < 0.05) return null;
  if (chance < 0.15 && strange.length > 0) return random.pick(strange);
  if (chance < 0.4 && constants.length > 0) return random.pick(constants);
  return plain.length === 0 ? null : random.pick(plain);
}

/** Makes the tables and asks for the types of `$n`; a text says why it could not. */
async function readySchema(
  client: pg.Client,
  snapshot: Snapshot,
  tables: readonly PlannedTable[],
  original: string,
): Promise<readonly string[] | string> {
  try {
    await makeSchema(client, snapshot, tables, []);
    await client.query(`prepare streamgate_statement as ${original}`);
    const { rows } = await client.query<{ types: string[] }>(
      "select parameter_types::text[] as types from pg_prepared_statements where name = 'streamgate_statement'",
    );
    await client.query("deallocate streamgate_statement");
    const types = rows[0]?.types ?? [];
    await client.query("drop table streamgate_pool.parameters");
    const columns = types.map((type, index) => `, streamgate_parameter_${index + 1} ${type}`);
    await client.query(
      `create unlogged table streamgate_pool.parameters (streamgate_database int primary key${columns.join("")})`,
    );
    return types;
  } catch (error) {
    return messageOf(error);
  }
}

interface Shape {
  readonly width: number;
  /** Names and types, for a person. */
  readonly columns: string;
}

async function shapesOf(
  client: pg.Client,
  texts: readonly string[],
  parameterTypes: readonly string[],
): Promise<readonly Shape[]> {
  const shapes: Shape[] = [];
  for (const text of texts) {
    try {
      const { fields } = await client.query({
        text: `select * from (${text}) as r limit 0`,
        values: parameterTypes.map(() => null),
        rowMode: "array",
      });
      const columns = fields.map(
        ({ name, dataTypeID, dataTypeModifier }) => `${name}:${dataTypeID}/${dataTypeModifier}`,
      );
      shapes.push({ width: fields.length, columns: columns.join(", ") });
    } catch (error) {
      shapes.push({ width: 0, columns: messageOf(error) });
    }
  }
  return shapes;
}

interface BatchVerdict {
  readonly database: number;
  /** 0 for what was said of the original alone. */
  readonly rewriting: number;
  readonly verdict: Verdict;
}

async function runBatch(
  client: pg.Client,
  tables: readonly PlannedTable[],
  drawn: readonly Drawn[],
): Promise<readonly BatchVerdict[]> {
  const names = tables.map(
    ({ facts: { relation } }) =>
      `${quoteIdentifier(relation.schema)}.${quoteIdentifier(relation.name)}`,
  );
  const pools = tables.map((_, position) => poolName(position));
  const statements = [`truncate ${[...names, ...pools, "streamgate_pool.parameters"].join(", ")}`];
  for (const [position, { columns }] of tables.entries()) {
    const values = drawn.flatMap(({ rows }, database) =>
      (rows[position] ?? []).map((row) => `(${[String(database), ...row.map(literal)].join(",")})`),
    );
    if (values.length === 0) continue;
    const own = columns.map(({ column }) => quoteIdentifier(column.name)).join(", ");
    statements.push(
      `insert into ${poolName(position)} (streamgate_database, ${own}) values ${values.join(",")}`,
    );
  }
  const parameters = drawn.map(
    ({ parameters: values }, database) =>
      `(${[String(database), ...values.map(literal)].join(",")})`,
  );
  statements.push(`insert into streamgate_pool.parameters values ${parameters.join(",")}`);
  await client.query(statements.join(";\n"));
  const { rows } = await client.query<{ database: number; rewriting: number; verdict: Verdict }>(
    `select streamgate_database as database, streamgate_rewriting as rewriting, streamgate_verdict as verdict
     from streamgate_pool.compare(0, ${drawn.length - 1})`,
  );
  return rows;
}

function literal(value: string | null): string {
  return value === null ? "null" : quoteLiteral(value);
}
