import type { ColumnStatistics } from "../snapshot.ts";
import { rowsOf, type SqlClient } from "../sql-client.ts";
import { belongsToNoExtension, isUserSchema } from "./user-objects.ts";

const RANGE_COLUMNS_SINCE = 170_000;

function statisticsQuery(versionNumber: number): string {
  const rangeColumns =
    versionNumber >= RANGE_COLUMNS_SINCE
      ? `s.range_length_histogram::text as "rangeLengthHistogram",
         s.range_empty_frac::float8 as "rangeEmptyFraction",
         s.range_bounds_histogram::text as "rangeBoundsHistogram"`
      : `null as "rangeLengthHistogram",
         null::float8 as "rangeEmptyFraction",
         null as "rangeBoundsHistogram"`;
  return `
select s.schemaname::text as schema,
       s.tablename::text as relation,
       s.attname::text as column,
       s.inherited,
       s.null_frac as "nullFraction",
       s.avg_width as "averageWidth",
       s.n_distinct as "distinct",
       s.most_common_vals::text as "mostCommonValues",
       s.most_common_freqs as "mostCommonFrequencies",
       s.histogram_bounds::text as "histogramBounds",
       s.correlation as "correlation",
       s.most_common_elems::text as "mostCommonElements",
       s.most_common_elem_freqs as "mostCommonElementFrequencies",
       s.elem_count_histogram as "elementCountHistogram",
       ${rangeColumns}
from pg_catalog.pg_stats as s
join pg_catalog.pg_namespace as n on n.nspname = s.schemaname
join pg_catalog.pg_class as c on c.relnamespace = n.oid and c.relname = s.tablename
left join pg_catalog.pg_index as i on i.indexrelid = c.oid
where ${isUserSchema("n")}
  and c.relpersistence <> 't'
  and ${belongsToNoExtension("pg_class", "coalesce(i.indrelid, c.oid)")}
order by s.schemaname, s.tablename, s.attname, s.inherited`;
}

/** What does the planner believe about the values of columns and index expressions? */
export async function readColumnStatistics(
  client: SqlClient,
  versionNumber: number,
): Promise<readonly ColumnStatistics[]> {
  return rowsOf<ColumnStatistics>(client, statisticsQuery(versionNumber));
}

/** A table that was analysed, but whose statistics this role may not see. */
const HIDDEN_SQL = `
select format('%I.%I', n.nspname, c.relname) as table,
       not has_table_privilege(c.oid, 'select') as "lacksPrivilege"
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'm')
  and c.relpersistence <> 't'
  and c.reltuples > 0
  and ${isUserSchema("n")}
  and ${belongsToNoExtension("pg_class", "c.oid")}
  and (not has_table_privilege(c.oid, 'select') or row_security_active(c.oid))
order by c.relpages desc, n.nspname, c.relname`;

export interface HiddenStatistics {
  /** Quoted, qualified, the largest first. */
  readonly table: string;
  /** No right to SELECT; else row security hides the statistics. */
  readonly lacksPrivilege: boolean;
}

/** Of which tables does pg_stats show this role nothing? */
export async function readHiddenStatistics(
  client: SqlClient,
): Promise<readonly HiddenStatistics[]> {
  return rowsOf<HiddenStatistics>(client, HIDDEN_SQL);
}
