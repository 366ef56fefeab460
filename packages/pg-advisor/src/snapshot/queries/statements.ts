import { quoteIdentifier } from "../../schema/identifiers.ts";
import type { StatementCounters } from "../snapshot.ts";
import { rowsOf, type SqlClient } from "../sql-client.ts";

/** Where pg_stat_statements stands in this database, and what it can tell. */
export interface StatementsSource {
  /** Null where the extension is not created here. */
  readonly schema: string | null;
  /** Whether the server loaded its library. */
  readonly isPreloaded: boolean;
  readonly columns: readonly string[];
  readonly hasInfo: boolean;
  /** Whether this role may read the statements of others. */
  readonly seesAll: boolean;
}

const SOURCE_SQL = `
select (select n.nspname::text
        from pg_catalog.pg_extension as e
        join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
        where e.extname = 'pg_stat_statements') as schema,
       exists (select from pg_catalog.pg_settings where name = 'pg_stat_statements.max') as "isPreloaded",
       coalesce(
         (select json_agg(a.attname)
          from pg_catalog.pg_extension as e
          join pg_catalog.pg_class as c
            on c.relnamespace = e.extnamespace and c.relname = 'pg_stat_statements'
          join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0
          where e.extname = 'pg_stat_statements'),
         '[]'::json) as columns,
       exists (
         select from pg_catalog.pg_extension as e
         join pg_catalog.pg_class as c
           on c.relnamespace = e.extnamespace and c.relname = 'pg_stat_statements_info'
         where e.extname = 'pg_stat_statements') as "hasInfo",
       pg_has_role(current_user, 'pg_read_all_stats', 'usage') as "seesAll"`;

/** Can the counters be read here, and in which form? */
export async function readStatementsSource(client: SqlClient): Promise<StatementsSource> {
  const [row] = await rowsOf<StatementsSource>(client, SOURCE_SQL);
  if (row === undefined) throw new Error("the server gave no row for a query without FROM");
  return row;
}

/** One entry, before the entries of several users are summed; hidden ones have no id and no text. */
export interface StatementEntry extends Omit<StatementCounters, "queryId" | "text"> {
  readonly queryId: string | null;
  readonly text: string | null;
}

function entriesQuery(source: StatementsSource, withTexts: boolean): string {
  const schema = quoteIdentifier(source.schema ?? "public");
  const isTopLevel = source.columns.includes("toplevel") ? "toplevel" : "true";
  return `
select queryid::text as "queryId",
       ${isTopLevel} as "isTopLevel",
       query as text,
       calls::float8 as calls,
       total_exec_time as "totalMs",
       mean_exec_time as "meanMs",
       stddev_exec_time as "stddevMs",
       min_exec_time as "minMs",
       max_exec_time as "maxMs",
       rows::float8 as rows,
       shared_blks_hit::float8 as "sharedBlocksHit",
       shared_blks_read::float8 as "sharedBlocksRead",
       temp_blks_written::float8 as "tempBlocksWritten",
       wal_bytes::float8 as "walBytes"
from ${schema}.pg_stat_statements(showtext => ${withTexts})
where dbid = (select oid from pg_catalog.pg_database where datname = current_database())
  and calls > 0`;
}

/** Which statements ran in this database, and what did they cost? */
export async function readStatementEntries(
  client: SqlClient,
  source: StatementsSource,
  withTexts: boolean,
): Promise<readonly StatementEntry[]> {
  return rowsOf<StatementEntry>(client, entriesQuery(source, withTexts));
}

/** What pg_stat_statements says about itself. */
export interface StatementsInfo {
  readonly since: string | null;
  readonly evicted: number | null;
}

/** Since when do the counters count, and how many entries were lost? */
export async function readStatementsInfo(
  client: SqlClient,
  source: StatementsSource,
): Promise<StatementsInfo> {
  if (!source.hasInfo) return { since: null, evicted: null };
  const [row] = await rowsOf<{ readonly since: Date | null; readonly evicted: number }>(
    client,
    `select stats_reset as since, dealloc::float8 as evicted
     from ${quoteIdentifier(source.schema ?? "public")}.pg_stat_statements_info`,
  );
  return { since: row?.since?.toISOString() ?? null, evicted: row?.evicted ?? null };
}
