import { messageOf } from "@streamgate/core";
import type { ClientBase } from "pg";
import type { SkippedObject } from "../../schema/schema-script.ts";
import { readOwnTypes } from "../../snapshot/queries/own-types.ts";
import type { ExtendedStatistics, Snapshot } from "../../snapshot/snapshot.ts";
import { restoreExpressionStatistics } from "./expression-statistics.ts";
import { dependenciesBytes, ndistinctBytes } from "./extended-statistics-bytes.ts";
import { OidTranslation, translateMcvList } from "./mcv-list.ts";

/** The types have no input; a cast that does nothing lets their bytes in. */
const ALLOW_BYTES = ["pg_ndistinct", "pg_dependencies", "pg_mcv_list"];
const BYTES_ARE_ALLOWED = `
select from pg_catalog.pg_cast
where castsource = 'bytea'::pg_catalog.regtype and casttarget = 'pg_catalog.pg_mcv_list'::pg_catalog.regtype`;

const DELETE = `
delete from pg_catalog.pg_statistic_ext_data as d
using pg_catalog.pg_statistic_ext as s, pg_catalog.pg_namespace as n
where s.oid = d.stxoid and n.oid = s.stxnamespace and n.nspname = $1 and s.stxname = $2
  and d.stxdinherit = $3`;

const INSERT = `
insert into pg_catalog.pg_statistic_ext_data
  (stxoid, stxdinherit, stxdndistinct, stxddependencies, stxdmcv)
select s.oid, $3, $4::bytea::pg_catalog.pg_ndistinct, $5::bytea::pg_catalog.pg_dependencies,
       $6::bytea::pg_catalog.pg_mcv_list
from pg_catalog.pg_statistic_ext as s
join pg_catalog.pg_namespace as n on n.oid = s.stxnamespace
where n.nspname = $1 and s.stxname = $2`;

/**
 * Writes what the planner knows of columns together and of expressions; returns what was left out. Columns are told by their numbers,
 * which the rebuilt tables keep.
 */
export async function restoreExtendedStatistics(
  admin: ClientBase,
  planner: ClientBase,
  snapshot: Pick<Snapshot, "extendedStatistics" | "ownTypes">,
): Promise<readonly SkippedObject[]> {
  const withData = snapshot.extendedStatistics.filter(hasData);
  if (withData.length === 0) return [];
  await allowBytes(admin);
  const oids = new OidTranslation(snapshot.ownTypes ?? [], await readOwnTypes(admin));
  const skipped: SkippedObject[] = [];
  for (const statistics of withData) {
    const reason = await restore(admin, planner, statistics, oids);
    if (reason === null) continue;
    skipped.push({ object: `extended statistics ${statistics.schema}.${statistics.name}`, reason });
  }
  return skipped;
}

/** Forgets what the planner knows of columns together. */
export async function clearExtendedStatistics(
  admin: ClientBase,
  statistics: readonly ExtendedStatistics[],
): Promise<void> {
  for (const { schema, name, inherited } of statistics) {
    await admin.query(DELETE, [schema, name, inherited]);
  }
}

async function allowBytes(admin: ClientBase): Promise<void> {
  if ((await admin.query(BYTES_ARE_ALLOWED)).rowCount !== 0) return;
  for (const type of ALLOW_BYTES) {
    await admin.query(`create cast (bytea as pg_catalog.${type}) without function`);
  }
}

/** Restores one object; returns why not all of it. */
async function restore(
  admin: ClientBase,
  planner: ClientBase,
  statistics: ExtendedStatistics,
  oids: OidTranslation,
): Promise<string | null> {
  const { schema, name, inherited, ndistinct, dependencies } = statistics;
  const mostCommon = mostCommonBytes(statistics, oids);
  const isCommonReadable = mostCommon !== "unreadable here";
  try {
    await admin.query(DELETE, [schema, name, inherited]);
    await admin.query(INSERT, [
      schema,
      name,
      inherited,
      ndistinct === null ? null : ndistinctBytes(ndistinct),
      dependencies === null ? null : dependenciesBytes(dependencies),
      isCommonReadable ? mostCommon : null,
    ]);
    await restoreExpressionStatistics(admin, planner, statistics);
  } catch (error) {
    return messageOf(error);
  }
  return isCommonReadable
    ? null
    : "common combinations of values that hold a type of the watched server's own are not carried over";
}

function hasData({
  ndistinct,
  dependencies,
  mostCommonValues,
  expressions,
}: ExtendedStatistics): boolean {
  return [ndistinct, dependencies, mostCommonValues, expressions ?? null].some(
    (data) => data !== null,
  );
}

/** The list holds its values as they lie in memory; those of an enum are oids of their own database. */
function mostCommonBytes(
  { mostCommonValues }: ExtendedStatistics,
  oids: OidTranslation,
): Buffer | null | "unreadable here" {
  if (mostCommonValues === null) return null;
  return translateMcvList(Buffer.from(mostCommonValues, "base64"), oids) ?? "unreadable here";
}
