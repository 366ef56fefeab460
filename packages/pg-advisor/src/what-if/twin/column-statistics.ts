import type { ClientBase } from "pg";
import type { SkippedObject } from "../../schema/schema-script.ts";
import type { ColumnStatistics } from "../../snapshot/snapshot.ts";

const BATCH_BYTES = 4_000_000;

/**
 * Restores each column by itself, so that a column whose values the twin cannot read (its type is
 * missing there) costs no other its statistics.
 */
const RESTORE = `
select wanted.schema, wanted.relation, wanted."column",
       pg_catalog.pg_restore_attribute_stats(
         'schemaname', wanted.schema, 'relname', wanted.relation, 'attname', wanted."column",
         'inherited', wanted.inherited,
         'null_frac', wanted."nullFraction", 'avg_width', wanted."averageWidth",
         'n_distinct', wanted."distinct",
         'most_common_vals', wanted."mostCommonValues",
         'most_common_freqs', wanted."mostCommonFrequencies",
         'histogram_bounds', wanted."histogramBounds", 'correlation', wanted.correlation,
         'most_common_elems', wanted."mostCommonElements",
         'most_common_elem_freqs', wanted."mostCommonElementFrequencies",
         'elem_count_histogram', wanted."elementCountHistogram",
         'range_length_histogram', wanted."rangeLengthHistogram",
         'range_empty_frac', wanted."rangeEmptyFraction",
         'range_bounds_histogram', wanted."rangeBoundsHistogram") as restored
from pg_catalog.json_to_recordset($1) as wanted
  (schema text, relation text, "column" text, inherited boolean,
   "nullFraction" real, "averageWidth" int, "distinct" real,
   "mostCommonValues" text, "mostCommonFrequencies" real[],
   "histogramBounds" text, correlation real,
   "mostCommonElements" text, "mostCommonElementFrequencies" real[], "elementCountHistogram" real[],
   "rangeLengthHistogram" text, "rangeEmptyFraction" real, "rangeBoundsHistogram" text)
join pg_catalog.pg_namespace as n on n.nspname = wanted.schema
join pg_catalog.pg_class as c on c.relnamespace = n.oid and c.relname = wanted.relation
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attname = wanted."column" and a.attnum > 0
where c.relkind in ('r', 'm', 'p', 'i', 'I', 'f')`;

interface RestoredRow {
  readonly schema: string;
  readonly relation: string;
  readonly column: string;
  readonly restored: boolean;
}

/** Writes the planner's statistics of columns and index expressions; returns what was not taken whole. */
export async function restoreColumnStatistics(
  client: ClientBase,
  statistics: readonly ColumnStatistics[],
): Promise<readonly SkippedObject[]> {
  const skipped: SkippedObject[] = [];
  for (const batch of batches(statistics)) {
    const { rows } = await client.query<RestoredRow>(RESTORE, [batch]);
    for (const { schema, relation, column, restored } of rows) {
      if (restored) continue;
      skipped.push({
        object: `statistics of ${schema}.${relation}.${column}`,
        reason: "pg_restore_attribute_stats refused a value",
      });
    }
  }
  return skipped;
}

/** JSON arrays of some megabytes each. */
function* batches(statistics: readonly ColumnStatistics[]): Generator<string> {
  let batch: string[] = [];
  let bytes = 0;
  for (const column of statistics) {
    const json = JSON.stringify(column);
    batch.push(json);
    bytes += json.length;
    if (bytes >= BATCH_BYTES) {
      yield `[${batch.join(",")}]`;
      batch = [];
      bytes = 0;
    }
  }
  if (batch.length > 0) yield `[${batch.join(",")}]`;
}

const CLEAR = `
select pg_catalog.pg_clear_attribute_stats(n.nspname::text, c.relname::text, a.attname::text, gone.inherited)
from pg_catalog.json_to_recordset($1) as gone (schema text, relation text, "column" text, inherited boolean)
join pg_catalog.pg_namespace as n on n.nspname = gone.schema
join pg_catalog.pg_class as c on c.relnamespace = n.oid and c.relname = gone.relation
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attname = gone."column" and a.attnum > 0`;

/** Forgets what the planner knows of columns. */
export async function clearColumnStatistics(
  client: ClientBase,
  statistics: readonly ColumnStatistics[],
): Promise<void> {
  if (statistics.length === 0) return;
  const names = statistics.map(({ schema, relation, column, inherited }) => ({
    schema,
    relation,
    column,
    inherited,
  }));
  await client.query(CLEAR, [JSON.stringify(names)]);
}
