import { messageOf } from "@streamgate/core";
import type { ClientBase } from "pg";
import type { SkippedObject } from "../../schema/schema-script.ts";
import type { ExtendedStatistics, Snapshot } from "../../snapshot/snapshot.ts";
import { dependenciesBytes, mcvTypeOids, ndistinctBytes } from "./extended-statistics-bytes.ts";

/** Oids from here on are given out by each database for itself. */
const FIRST_USER_OID = 16_384;

/** The types have no input; a cast that does nothing lets their bytes in. */
const ALLOW_BYTES = ["pg_ndistinct", "pg_dependencies", "pg_mcv_list"].map(
  (type) => `create cast (bytea as pg_catalog.${type}) without function`,
);

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
 * Writes what the planner knows of columns together; returns what was left out. Columns are told by
 * their numbers, which the rebuilt tables keep.
 */
export async function restoreExtendedStatistics(
  client: ClientBase,
  snapshot: Snapshot,
): Promise<readonly SkippedObject[]> {
  const withData = snapshot.extendedStatistics.filter(hasData);
  if (withData.length === 0) return [];
  for (const statement of ALLOW_BYTES) await client.query(statement);
  const skipped: SkippedObject[] = [];
  for (const statistics of withData) {
    const reason = await restore(client, statistics);
    if (reason === null) continue;
    skipped.push({ object: `extended statistics ${statistics.schema}.${statistics.name}`, reason });
  }
  return skipped;
}

/** Restores one object; returns why not all of it. */
async function restore(client: ClientBase, statistics: ExtendedStatistics): Promise<string | null> {
  const { schema, name, inherited, ndistinct, dependencies } = statistics;
  const mostCommon = mostCommonBytes(statistics);
  const isCommonReadable = mostCommon !== "unreadable here";
  try {
    await client.query(DELETE, [schema, name, inherited]);
    await client.query(INSERT, [
      schema,
      name,
      inherited,
      ndistinct === null ? null : ndistinctBytes(ndistinct),
      dependencies === null ? null : dependenciesBytes(dependencies),
      isCommonReadable ? mostCommon : null,
    ]);
  } catch (error) {
    return messageOf(error);
  }
  return isCommonReadable
    ? null
    : "common combinations of types that users made are not carried over";
}

function hasData(statistics: ExtendedStatistics): boolean {
  return (
    statistics.ndistinct !== null ||
    statistics.dependencies !== null ||
    statistics.mostCommonValues !== null
  );
}

/** The list holds its values as they lie in memory; those of an enum are oids of their own database. */
function mostCommonBytes(statistics: ExtendedStatistics): Buffer | null | "unreadable here" {
  if (statistics.mostCommonValues === null) return null;
  const bytes = Buffer.from(statistics.mostCommonValues, "base64");
  return mcvTypeOids(bytes).some((oid) => oid >= FIRST_USER_OID) ? "unreadable here" : bytes;
}
