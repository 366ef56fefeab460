import type { ColumnStatistics } from "../snapshot.ts";
import { rowsOf, type SqlClient } from "../sql-client.ts";
import { hasKind, numbersOf, STATISTICS_KINDS, valuesOf } from "./statistics-slots.ts";
import { belongsToNoExtension, isUserSchema } from "./user-objects.ts";

/** Where the statistics of ranges are: pg_stats shows them since 17; before, only the catalogue below has them. */
type RangeSource = "pg_stats" | "pg_statistic" | "hidden";

const RANGE_COLUMNS_SINCE = 170_000;
const { rangeLengths, rangeBounds } = STATISTICS_KINDS;
const RANGE_COLUMNS: Readonly<Record<RangeSource, string>> = {
  pg_stats: `s.range_length_histogram::text as "rangeLengthHistogram",
       s.range_empty_frac::float8 as "rangeEmptyFraction",
       s.range_bounds_histogram::text as "rangeBoundsHistogram"`,
  pg_statistic: `${valuesOf("st", rangeLengths)} as "rangeLengthHistogram",
       (${numbersOf("st", rangeLengths)})[1]::float8 as "rangeEmptyFraction",
       ${valuesOf("st", rangeBounds)} as "rangeBoundsHistogram"`,
  hidden: `null as "rangeLengthHistogram",
       null::float8 as "rangeEmptyFraction",
       null as "rangeBoundsHistogram"`,
};
const JOIN_RANGES = `
left join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attname = s.attname
left join pg_catalog.pg_statistic as st
  on st.starelid = c.oid and st.staattnum = a.attnum and st.stainherit = s.inherited
  and (${hasKind("st", rangeLengths)} or ${hasKind("st", rangeBounds)})`;

function statisticsQuery(ranges: RangeSource): string {
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
       ${RANGE_COLUMNS[ranges]}
from pg_catalog.pg_stats as s
join pg_catalog.pg_namespace as n on n.nspname = s.schemaname
join pg_catalog.pg_class as c on c.relnamespace = n.oid and c.relname = s.tablename
left join pg_catalog.pg_index as i on i.indexrelid = c.oid${ranges === "pg_statistic" ? JOIN_RANGES : ""}
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
  return rowsOf<ColumnStatistics>(
    client,
    statisticsQuery(await findRangeStatistics(client, versionNumber)),
  );
}

/** pg_statistic is for superusers and whoever has pg_read_all_data. */
async function findRangeStatistics(client: SqlClient, versionNumber: number): Promise<RangeSource> {
  if (versionNumber >= RANGE_COLUMNS_SINCE) return "pg_stats";
  const [rights] = await rowsOf<{ readonly isReadable: boolean }>(
    client,
    `select has_table_privilege('pg_catalog.pg_statistic', 'select') as "isReadable"`,
  );
  return rights?.isReadable === true ? "pg_statistic" : "hidden";
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
