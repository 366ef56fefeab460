import type { Random, WriteCost } from "@streamgate/core";
import { qualify, quoteIdentifier } from "../schema/identifiers.ts";
import type { RelationName } from "../snapshot/snapshot.ts";
import { quantileShift, type Round } from "./bootstrap.ts";
import { type LabSession, sqlStateOf } from "./session.ts";
import type { FixOnLab } from "./standing-fix.ts";
import { median } from "./statistics.ts";
import type { Version } from "./toggle.ts";
import type { Versions } from "./versions.ts";

/** The cost of writing, or why it was not measured. */
export type MeasuredWriteCost =
  | { readonly kind: "measured"; readonly cost: WriteCost }
  | { readonly kind: "not measured"; readonly reason: string };

const BATCHES = 40;
const MOST_BATCH_ROWS = 500;
const LEAST_BATCH_ROWS = 10;
const BATCH_TIMEOUT_MS = 30_000;

const STAGED_ROWS = "streamgate_staged_rows";
const ROW_NUMBER = "streamgate_row_number";

/**
 * What an inserted row costs without and with the fix, on the largest table that it touches. In
 * one transaction that is rolled back, two probe tables are made like that table, one with and
 * one without the fix's indexes, filled with its first rows, and given the same batches of its
 * next rows in turn. Foreign keys and triggers are not copied: they cost both the same.
 */
export async function measureWriteCost(
  session: LabSession,
  versions: Versions,
  fix: FixOnLab,
  random: Random,
  fillRows: number,
): Promise<MeasuredWriteCost> {
  const touched = [...fix.created, ...fix.dropped];
  const largest = touched.toSorted((left, right) => right.sizeBytes - left.sizeBytes)[0];
  if (largest === undefined) return notMeasured("the fix makes and drops no index");
  try {
    await session.execute(`set statement_timeout = ${BATCH_TIMEOUT_MS}`);
    await session.execute("begin");
    return await probe(session, versions, largest.table, random, fillRows);
  } catch (error) {
    if (sqlStateOf(error) === undefined) throw error;
    return notMeasured(error instanceof Error ? error.message : String(error));
  } finally {
    await session.execute("rollback").catch(() => undefined);
  }
}

async function probe(
  session: LabSession,
  versions: Versions,
  table: RelationName,
  random: Random,
  fillRows: number,
): Promise<MeasuredWriteCost> {
  const columns = await insertableColumns(session, table);
  const staged = await stageRows(session, table, columns, fillRows + BATCHES * MOST_BATCH_ROWS);
  const batchRows = Math.min(MOST_BATCH_ROWS, Math.floor(staged / 2 / BATCHES));
  if (batchRows < LEAST_BATCH_ROWS) return notMeasured(`the lab holds only ${staged} rows of it`);

  const filled = staged - BATCHES * batchRows;
  for (const version of ["before", "after"] as const) {
    await makeProbe(session, versions, version, table);
    await session.execute(insertInto(probeOf(table, version), columns, 1, filled));
  }
  const rounds: Round[] = [];
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const first = filled + batch * batchRows + 1;
    const round: Record<Version, number[]> = { before: [], after: [] };
    for (const version of random.shuffle(["before", "after"] as const)) {
      const sql = insertInto(probeOf(table, version), columns, first, first + batchRows - 1);
      const { ms } = await session.run(sql, []);
      round[version].push((ms * 1_000) / batchRows);
    }
    rounds.push(round);
  }
  return { kind: "measured", cost: summarise(table, rounds, batchRows, random) };
}

/** Generated columns are left out: the server fills them. */
async function insertableColumns(session: LabSession, table: RelationName): Promise<string> {
  const rows = await session.rows<{ name: string }>(
    `select attname::text as name from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
      order by attnum`,
    [qualify(table)],
  );
  return rows.map((row) => quoteIdentifier(row.name)).join(", ");
}

/** Copies rows in the order in which they lie, which is near that in which they came. */
async function stageRows(
  session: LabSession,
  table: RelationName,
  columns: string,
  most: number,
): Promise<number> {
  await session.execute(
    `create temporary table ${STAGED_ROWS} on commit drop as
       select ${columns}, (row_number() over ())::int as ${ROW_NUMBER}
         from (select ${columns} from ${qualify(table)} limit ${most}) as first_rows;
     create index on ${STAGED_ROWS} (${ROW_NUMBER}); analyze ${STAGED_ROWS}`,
  );
  const [counted] = await session.rows<{ rows: string }>(
    `select count(*)::text as rows from ${STAGED_ROWS}`,
  );
  return Number(counted?.rows ?? 0);
}

/**
 * An ordinary table of the same schema, because temporary tables write no log, with the indexes
 * that the table has in this version.
 */
async function makeProbe(
  session: LabSession,
  versions: Versions,
  version: Version,
  table: RelationName,
): Promise<void> {
  const probe = probeOf(table, version);
  const indexes = await versions.within(version, () => readIndexDefinitions(session, table));
  await session.execute(
    `create table ${probe} (like ${qualify(table)} including all excluding indexes)`,
  );
  for (const index of indexes) await session.execute(`${index.head} on ${probe} ${index.tail}`);
}

interface IndexDefinitionParts {
  /** `CREATE UNIQUE INDEX`. */
  readonly head: string;
  /** From `USING` on. */
  readonly tail: string;
}

async function readIndexDefinitions(
  session: LabSession,
  table: RelationName,
): Promise<readonly IndexDefinitionParts[]> {
  const rows = await session.rows<Record<"head" | "definition" | "start" | "start_only", string>>(
    `select case when i.indisunique then 'CREATE UNIQUE INDEX' else 'CREATE INDEX' end as head,
            pg_get_indexdef(i.indexrelid) as definition,
            format(' %I ON %I.%I ', c.relname, n.nspname, t.relname) as start,
            format(' %I ON ONLY %I.%I ', c.relname, n.nspname, t.relname) as start_only
       from pg_index i
       join pg_class c on c.oid = i.indexrelid
       join pg_class t on t.oid = i.indrelid
       join pg_namespace n on n.oid = t.relnamespace
      where i.indrelid = $1::regclass and i.indisvalid`,
    [qualify(table)],
  );
  return rows.map(({ head, definition, start, start_only }) => {
    const isOnly = definition.startsWith(head + start_only);
    return { head, tail: definition.slice((head + (isOnly ? start_only : start)).length) };
  });
}

function probeOf(table: RelationName, version: Version): string {
  return `${quoteIdentifier(table.schema)}.streamgate_probe_${version}`;
}

function insertInto(probe: string, columns: string, first: number, last: number): string {
  return `insert into ${probe} (${columns}) overriding system value
    select ${columns} from ${STAGED_ROWS} where ${ROW_NUMBER} between ${first} and ${last}`;
}

function summarise(
  table: RelationName,
  rounds: readonly Round[],
  batchRows: number,
  random: Random,
): WriteCost {
  // The cost is after ÷ before, the other way round than a speedup.
  const turned = rounds.map(({ before, after }) => ({ before: after, after: before }));
  return {
    table: qualify(table),
    rows: rounds.length * batchRows,
    beforeUs: median(rounds.flatMap((round) => round.before)),
    afterUs: median(rounds.flatMap((round) => round.after)),
    ratio: quantileShift(turned, 0.5, random),
  };
}

function notMeasured(reason: string): MeasuredWriteCost {
  return { kind: "not measured", reason };
}
