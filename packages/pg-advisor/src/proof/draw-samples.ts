import type { Random } from "@streamgate/core";
import { parsePlan } from "../plans/parse-plan.ts";
import { keyOf, qualify, quoteIdentifier } from "../schema/identifiers.ts";
import { formatArrayText } from "../snapshot/array-text.ts";
import type { RelationName, Snapshot } from "../snapshot/snapshot.ts";
import type { ParameterSample, Statement } from "../workload/workload.ts";
import { type EqualityParameter, findEqualityParameters } from "./equality-parameters.ts";
import { type ExpectedSet, mixByRows } from "./mix-by-rows.ts";
import { type LabSession, sqlStateOf } from "./session.ts";

type Values = readonly (string | null)[];
type DrawnRow = Readonly<Record<string, string | null>>;
/** By table. */
type DrawnRows = ReadonlyMap<string, readonly DrawnRow[]>;

/** As many rows as are expected, and the most that are taken. */
const DRAWN_ROWS = 1_000;
const MOST_DRAWN_ROWS = 20_000;
const SAMPLE_BY_PAGES_FROM_ROWS = 1_000_000;
const LIST_ITEMS = 5;
const DRAW_TIMEOUT_MS = 20_000;

/**
 * Sets of parameters with which the statement finds rows on this lab. Sets that were read from
 * the workload stay as they are; the others take, for parameters that are compared with a column,
 * the values of existing rows: common values and rare ones in such a mix that a call brings about
 * as many rows as one in production does.
 *
 * @returns at least one set; the first is the one whose plan is shown
 */
export async function drawSamples(
  session: LabSession,
  statement: Statement,
  snapshot: Snapshot,
  random: Random,
  count: number,
): Promise<readonly Values[]> {
  const equalities = await findEqualityParameters(statement, snapshot);
  const given = statement.samples.filter((sample) => sample.origin === "given");
  const byWeight = [...statement.samples].sort((left, right) => right.weight - left.weight);
  if (statement.parameterCount === 0) return [[]];
  if (equalities.length === 0 || given.length >= count) {
    const chosen = [...given, ...byWeight.filter((sample) => sample.origin !== "given")];
    return distinct(chosen.slice(0, count).map((sample) => sample.values));
  }
  const rows = await drawRows(session, equalities, random);
  const drawFrom = (pool: DrawnRows): Promise<readonly ExpectedSet[]> =>
    expectRows(
      session,
      statement.text,
      Array.from({ length: count - given.length }, () =>
        refine(pickByWeight(byWeight, random).values, equalities, pool, random),
      ),
    );
  const drawn = mixByRows(
    await drawFrom(rows),
    await drawFrom(onceEach(rows)),
    statement.calls > 0 ? statement.rows / statement.calls : null,
  );
  return distinct([...given.map((sample) => sample.values), ...drawn]);
}

/** What the planner expects each set to bring. */
async function expectRows(
  session: LabSession,
  text: string,
  sets: readonly Values[],
): Promise<readonly ExpectedSet[]> {
  const expected: ExpectedSet[] = [];
  for (const values of sets) {
    const rows = await session
      .rows<{ "QUERY PLAN": string }>(`explain (format json) ${text}`, values)
      .then(([row]) => parsePlan(JSON.parse(row?.["QUERY PLAN"] ?? "[]")).rows)
      .catch((error: unknown) => {
        if (sqlStateOf(error) === undefined) throw error;
        return null;
      });
    expected.push({ values, rows });
  }
  return expected;
}

/** Each combination of values once, so that a rare one is drawn as often as a common one. */
function onceEach(rows: DrawnRows): DrawnRows {
  return new Map(
    [...rows].map(([table, drawn]) => [
      table,
      [...new Map(drawn.map((row) => [JSON.stringify(row), row])).values()],
    ]),
  );
}

/** Rows of every table that a parameter is compared with; none where they cannot be read. */
async function drawRows(
  session: LabSession,
  equalities: readonly EqualityParameter[],
  random: Random,
): Promise<DrawnRows> {
  const rows = new Map<string, readonly DrawnRow[]>();
  for (const { table } of equalities) {
    if (rows.has(keyOf(table))) continue;
    const ofTable = equalities.filter((one) => keyOf(one.table) === keyOf(table));
    const columns = [...new Set(ofTable.map((one) => one.column))];
    rows.set(keyOf(table), await drawFrom(session, table, columns, random));
  }
  return rows;
}

async function drawFrom(
  session: LabSession,
  table: RelationName,
  columns: readonly string[],
  random: Random,
): Promise<readonly DrawnRow[]> {
  const quoted = columns.map(quoteIdentifier);
  const list = quoted.map((column) => `${column}::text as ${column}`).join(", ");
  const filled = quoted.map((column) => `${column} is not null`).join(" and ");
  const select = (from: string): string =>
    `select ${list} from ${from} where ${filled} limit ${MOST_DRAWN_ROWS}`;
  const name = qualify(table);
  try {
    await session.execute(`set statement_timeout = ${DRAW_TIMEOUT_MS}`);
    const estimate = await session.rows<{ rows: string }>(
      `select coalesce(sum(greatest(reltuples, 0)), 0)::bigint::text as rows from pg_class
        where oid = $1::regclass or oid in (select relid from pg_partition_tree($1::regclass))`,
      [name],
    );
    const total = Number(estimate[0]?.rows ?? 0);
    const percent = total <= DRAWN_ROWS ? 100 : Math.min(100, (100 * DRAWN_ROWS) / total);
    const method = total > SAMPLE_BY_PAGES_FROM_ROWS ? "system" : "bernoulli";
    const seed = random.integer(2 ** 31);
    const sample = `${name} tablesample ${method} (${percent}) repeatable (${seed})`;
    const drawn = await session.rows<DrawnRow>(select(sample)).catch(() => []);
    return inOrder(drawn.length > 0 ? drawn : await session.rows<DrawnRow>(select(name)));
  } catch (error) {
    if (sqlStateOf(error) === undefined) throw error;
    return [];
  }
}

/** A large table is scanned from wherever another scan is, so the order of its rows is not repeatable. */
function inOrder(rows: readonly DrawnRow[]): readonly DrawnRow[] {
  const keyed = rows.map((row) => ({ row, key: JSON.stringify(row) }));
  return keyed.sort((left, right) => (left.key < right.key ? -1 : 1)).map(({ row }) => row);
}

/** The values with those of one random row a table in place of what is compared with its columns. */
function refine(
  values: Values,
  equalities: readonly EqualityParameter[],
  rows: DrawnRows,
  random: Random,
): Values {
  const refined = [...values];
  const chosen = new Map<string, DrawnRow>();
  for (const { number, table, column, form } of equalities) {
    const drawn = rows.get(keyOf(table)) ?? [];
    if (drawn.length === 0) continue;
    const row = chosen.get(keyOf(table)) ?? random.pick(drawn);
    chosen.set(keyOf(table), row);
    if (form === "value") refined[number - 1] = row[column] ?? null;
    else if (form === "item") refined[number - 1] = random.pick(drawn)[column] ?? null;
    else refined[number - 1] = formatArrayText(drawSome(drawn, column, random));
  }
  return refined;
}

function drawSome(rows: readonly DrawnRow[], column: string, random: Random): readonly string[] {
  const items = Array.from({ length: LIST_ITEMS }, () => random.pick(rows)[column] ?? "");
  return [...new Set(items)];
}

function pickByWeight(samples: readonly ParameterSample[], random: Random): ParameterSample {
  let left = random.next() * samples.reduce((sum, sample) => sum + sample.weight, 0);
  for (const sample of samples) {
    left -= sample.weight;
    if (left < 0) return sample;
  }
  return samples[0] ?? { values: [], weight: 1, origin: "typical" };
}

function distinct(sets: readonly Values[]): readonly Values[] {
  return [...new Map(sets.map((values) => [JSON.stringify(values), values])).values()];
}
