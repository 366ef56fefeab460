import { messageOf, type Random } from "@streamgate/core";
import type pg from "pg";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import { nodeOf } from "../../workload/parse-statement.ts";
import { analyse } from "../analysis/analyse.ts";
import type { Analysis } from "../analysis/level.ts";
import type { RewriteCatalogue } from "../catalogue/catalogue.ts";
import { comparingFunction, type Verdict } from "./comparison-sql.ts";
import { drawDatabase, type SmallDatabase } from "./draw-database.ts";
import { fitPools } from "./fit-pools.ts";
import { type PlannedTable, planTables } from "./plan-tables.ts";
import { drawParameter, poolsOf, poolsOfParameters } from "./pools.ts";
import { type Shape, shapesOf } from "./result-shape.ts";
import { type BatchVerdict, type DrawnDatabase, runBatch } from "./run-batch.ts";
import { makeParameters, makeSchema } from "./schema.ts";
import { shrinkExample } from "./shrink-example.ts";
import { longLimits, makeComparable, shortenLimits } from "./statement-parts.ts";

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

/** A database on which the two statements differ, with no row that could be spared; tables that do not matter are empty. */
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
  const fitting = await fitPools(client, tables, pools);
  if (typeof fitting === "string") return notRun(fitting);
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
      rows: drawDatabase(tables, fitting, random),
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
  const proofs: DifferentialProof[] = [];
  for (const [index, tally] of tallies.entries()) {
    const { broken } = tally;
    if (broken !== null) {
      const example = await shrinkExample(client, tables, broken.example, index + 1);
      tally.broken = { ...broken, example };
    }
    proofs.push(concludeOne(tally, shapes[0], shapes[index + 1], tables));
  }
  return proofs;
}

interface Tally {
  databases: number;
  withRows: number;
  raised: number;
  unfit: number;
  broken: { readonly example: DrawnDatabase; readonly verdict: Verdict } | null;
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

function concludeOne(
  tally: Tally,
  before: Shape | undefined,
  after: Shape | undefined,
  tables: readonly PlannedTable[],
): DifferentialProof {
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
  { rows, parameters }: DrawnDatabase,
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

/** Makes the tables and asks for the types of `$n`; a text says why it could not. */
async function readySchema(
  client: pg.Client,
  snapshot: Snapshot,
  tables: readonly PlannedTable[],
  original: string,
): Promise<readonly string[] | string> {
  try {
    await makeSchema(client, snapshot, tables);
    await client.query(`prepare streamgate_statement as ${original}`);
    const { rows } = await client.query<{ types: string[] }>(
      "select parameter_types::text[] as types from pg_prepared_statements where name = 'streamgate_statement'",
    );
    await client.query("deallocate streamgate_statement");
    const types = rows[0]?.types ?? [];
    await makeParameters(client, types.length);
    return types;
  } catch (error) {
    return messageOf(error);
  }
}
