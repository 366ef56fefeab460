import type { ClientBase } from "pg";
import { quoteIdentifier } from "../../schema/identifiers.ts";
import type { ExtendedStatistics } from "../../snapshot/snapshot.ts";
import { restoreColumnStatistics } from "./column-statistics.ts";

/** A table of the planner's whose columns stand for expressions. */
const STAND_IN = "streamgate_expressions";

const EXPRESSIONS = `
select pg_catalog.pg_get_statisticsobjdef_expressions(s.oid) as expressions,
       pg_catalog.format('%I.%I', tn.nspname, t.relname) as "table"
from pg_catalog.pg_statistic_ext as s
join pg_catalog.pg_namespace as n on n.oid = s.stxnamespace
join pg_catalog.pg_class as t on t.oid = s.stxrelid
join pg_catalog.pg_namespace as tn on tn.oid = t.relnamespace
where n.nspname = $1 and s.stxname = $2`;

/** As ANALYZE leaves them: rows of no table. */
const MOVE = `
update pg_catalog.pg_statistic_ext_data as d
set stxdexpr = array(
  select jsonb_populate_record(s, '{"starelid": 0, "staattnum": 0}')
  from pg_catalog.pg_statistic as s where s.starelid = $4 order by s.staattnum)
from pg_catalog.pg_statistic_ext as e, pg_catalog.pg_namespace as n
where e.oid = d.stxoid and n.oid = e.stxnamespace and n.nspname = $1 and e.stxname = $2
  and d.stxdinherit = $3`;

/**
 * Writes what is known of the expressions of extended statistics. Nothing reads such rows from text, so they are restored for the
 * columns of a table that has the expressions' types, and moved from there. The planner's role makes the table: expressions may call
 * functions of users.
 */
export async function restoreExpressionStatistics(
  admin: ClientBase,
  planner: ClientBase,
  { schema, name, inherited, expressions }: ExtendedStatistics,
): Promise<void> {
  if (expressions === undefined || expressions.length === 0) return;
  const { rows } = await admin.query<{
    readonly expressions: readonly string[] | null;
    readonly table: string;
  }>(EXPRESSIONS, [schema, name]);
  const [found] = rows;
  if (found?.expressions?.length !== expressions.length) return;
  const columns = found.expressions.map(
    (expression, position) => `(${expression}) as ${columnName(position)}`,
  );
  await planner.query(`drop table if exists pg_temp.${STAND_IN};
    create temporary table ${STAND_IN} as select ${columns.join(", ")} from only ${found.table} with no data`);
  const [table] = (
    await planner.query<{ readonly oid: number; readonly schema: string }>(
      `select c.oid, c.relnamespace::pg_catalog.regnamespace::text as schema
       from pg_catalog.pg_class as c where c.oid = 'pg_temp.${STAND_IN}'::pg_catalog.regclass`,
    )
  ).rows;
  if (table === undefined) return;
  await restoreColumnStatistics(
    planner,
    expressions.map((facts, position) => ({
      ...facts,
      schema: table.schema,
      relation: STAND_IN,
      column: `expression_${position + 1}`,
      inherited: false,
    })),
  );
  await admin.query(MOVE, [schema, name, inherited, table.oid]);
  await planner.query(`drop table pg_temp.${STAND_IN}`);
}

function columnName(position: number): string {
  return quoteIdentifier(`expression_${position + 1}`);
}
