import type { ClientBase } from "pg";
import type { SkippedObject } from "../../schema/schema-script.ts";

/** What pg_class shall say of a table or an index. */
export interface RelationStatistics {
  readonly schema: string;
  readonly name: string;
  readonly pages: number;
  /** -1 where it was never analysed. */
  readonly rows: number;
  readonly allVisiblePages: number;
  readonly allFrozenPages: number;
}

const BATCH = 2000;

/** A null argument would leave what is there; absent relations are left out by the join. */
const RESTORE = `
select wanted.schema, wanted.name,
       pg_catalog.pg_restore_relation_stats(
         'schemaname', wanted.schema, 'relname', wanted.name,
         'relpages', wanted.pages, 'reltuples', wanted.rows,
         'relallvisible', wanted."allVisiblePages", 'relallfrozen', wanted."allFrozenPages") as restored
from pg_catalog.json_to_recordset($1) as wanted
  (schema text, name text, pages int, rows real, "allVisiblePages" int, "allFrozenPages" int)
join pg_catalog.pg_namespace as n on n.nspname = wanted.schema
join pg_catalog.pg_class as c on c.relnamespace = n.oid and c.relname = wanted.name
where c.relkind in ('r', 'm', 'p', 'i', 'I', 'f')`;

interface RestoredRow {
  readonly schema: string;
  readonly name: string;
  readonly restored: boolean;
}

/** Writes sizes and row counts into the twin's catalogue; returns those that it did not take. */
export async function restoreRelationStatistics(
  client: ClientBase,
  statistics: readonly RelationStatistics[],
): Promise<readonly SkippedObject[]> {
  const skipped: SkippedObject[] = [];
  for (let start = 0; start < statistics.length; start += BATCH) {
    const batch = statistics.slice(start, start + BATCH);
    const { rows } = await client.query<RestoredRow>(RESTORE, [JSON.stringify(batch)]);
    for (const { schema, name, restored } of rows) {
      if (restored) continue;
      skipped.push({
        object: `statistics of ${schema}.${name}`,
        reason: "pg_restore_relation_stats refused a value",
      });
    }
  }
  return skipped;
}
