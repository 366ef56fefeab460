import type { ExtendedStatistics } from "../snapshot.ts";
import { rowsOf, type SqlClient } from "../sql-client.ts";
import { numbersOf, STATISTICS_KINDS, valuesOf } from "./statistics-slots.ts";
import { isUserSchema } from "./user-objects.ts";

/** Since 15 a statistics object has a row of data for a table alone and one with its children. */
const INHERITED_SINCE = 150_000;

/** Complete, for superusers and whoever has pg_read_all_data. */
const ALL_DATA = `
  select stxoid as oid, INHERITED as inherited,
         stxdndistinct::text as ndistinct, stxddependencies::text as dependencies,
         translate(encode(stxdmcv::bytea, 'base64'), E'\\n', '') as mcv,
         (select json_agg(${expressionFacts()} order by x.ordinality)
          from unnest(stxdexpr) with ordinality as x) as expressions
  from pg_catalog.pg_statistic_ext_data`;

/** A row of pg_statistic as what pg_stats would show of it. */
function expressionFacts(): string {
  const kinds = STATISTICS_KINDS;
  return `json_build_object(
            'nullFraction', x.stanullfrac, 'averageWidth', x.stawidth, 'distinct', x.stadistinct,
            'mostCommonValues', ${valuesOf("x", kinds.mostCommonValues)},
            'mostCommonFrequencies', ${numbersOf("x", kinds.mostCommonValues)},
            'histogramBounds', ${valuesOf("x", kinds.histogram)},
            'correlation', (${numbersOf("x", kinds.correlation)})[1],
            'mostCommonElements', ${valuesOf("x", kinds.mostCommonElements)},
            'mostCommonElementFrequencies', ${numbersOf("x", kinds.mostCommonElements)},
            'elementCountHistogram', ${numbersOf("x", kinds.elementCounts)},
            'rangeLengthHistogram', ${valuesOf("x", kinds.rangeLengths)},
            'rangeEmptyFraction', (${numbersOf("x", kinds.rangeLengths)})[1],
            'rangeBoundsHistogram', ${valuesOf("x", kinds.rangeBounds)})`;
}

/** What the owner of a table may see: all but the list of most common combinations. */
const VISIBLE_DATA = `
  select x.oid, INHERITED as inherited,
         v.n_distinct::text as ndistinct, v.dependencies::text as dependencies, null as mcv, null::json as expressions
  from pg_catalog.pg_stats_ext as v
  join pg_catalog.pg_namespace as xn on xn.nspname = v.statistics_schemaname
  join pg_catalog.pg_statistic_ext as x on x.stxnamespace = xn.oid and x.stxname = v.statistics_name`;

function query(versionNumber: number, isAllReadable: boolean): string {
  const inherited =
    versionNumber < INHERITED_SINCE ? "false" : isAllReadable ? "stxdinherit" : "v.inherited";
  const data = (isAllReadable ? ALL_DATA : VISIBLE_DATA).replace("INHERITED", inherited);
  return `
with data as (${data})
select n.nspname::text as schema,
       s.stxname::text as name,
       json_build_object('schema', tn.nspname, 'name', t.relname) as table,
       pg_get_statisticsobjdef(s.oid) as definition,
       data.ndistinct,
       data.dependencies,
       data.mcv as "mostCommonValues",
       data.expressions,
       coalesce(data.inherited, false) as inherited,
       'm' = any (s.stxkind) as "hasMostCommonValues"
from pg_catalog.pg_statistic_ext as s
join pg_catalog.pg_namespace as n on n.oid = s.stxnamespace
join pg_catalog.pg_class as t on t.oid = s.stxrelid
join pg_catalog.pg_namespace as tn on tn.oid = t.relnamespace
left join data on data.oid = s.oid
where ${isUserSchema("n")} and t.relpersistence <> 't'
order by n.nspname, s.stxname, inherited`;
}

const RIGHTS_SQL = `
select has_table_privilege('pg_catalog.pg_statistic_ext_data', 'select') as "isAllReadable"`;

type Row = Omit<ExtendedStatistics, "expressions"> & {
  readonly definition: string | null;
  readonly expressions: ExtendedStatistics["expressions"] | null;
  readonly hasMostCommonValues: boolean;
};

export interface ExtendedStatisticsReading {
  readonly extendedStatistics: readonly ExtendedStatistics[];
  /** Objects whose lists of most common combinations this role may not read. */
  readonly partlyHidden: readonly string[];
}

/** What does the planner believe about columns together, as far as this role may know? */
export async function readExtendedStatistics(
  client: SqlClient,
  versionNumber: number,
): Promise<ExtendedStatisticsReading> {
  const [rights] = await rowsOf<{ readonly isAllReadable: boolean }>(client, RIGHTS_SQL);
  const isAllReadable = rights?.isAllReadable ?? false;
  const rows = (await rowsOf<Row>(client, query(versionNumber, isAllReadable))).filter(
    (row) => row.definition !== null,
  );
  const hidden = isAllReadable ? [] : rows.filter((row) => row.hasMostCommonValues);
  return {
    extendedStatistics: rows.map(
      ({ hasMostCommonValues: _hasMostCommonValues, expressions, ...facts }) => ({
        ...facts,
        ...(expressions === null || expressions === undefined ? {} : { expressions }),
      }),
    ),
    partlyHidden: [...new Set(hidden.map((row) => `${row.schema}.${row.name}`))],
  };
}
