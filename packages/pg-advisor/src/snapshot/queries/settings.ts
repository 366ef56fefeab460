import type { Setting } from "../snapshot.ts";
import { rowsOf, type SqlClient } from "../sql-client.ts";

/** Settings that change plans, beside all of `enable_*`, `*_cost`, `jit*`, `geqo*`, `parallel_*` and `max_parallel_*`. */
const NAMES = [
  "autovacuum",
  "compute_query_id",
  "constraint_exclusion",
  "cpu_index_tuple_cost",
  "cursor_tuple_fraction",
  "DateStyle",
  "default_statistics_target",
  "default_text_search_config",
  "effective_cache_size",
  "effective_io_concurrency",
  "from_collapse_limit",
  "hash_mem_multiplier",
  "IntervalStyle",
  "join_collapse_limit",
  "lc_collate",
  "maintenance_work_mem",
  "max_connections",
  "max_worker_processes",
  "min_parallel_index_scan_size",
  "min_parallel_table_scan_size",
  "pg_stat_statements.max",
  "pg_stat_statements.track",
  "plan_cache_mode",
  "quote_all_identifiers",
  "recursive_worktable_factor",
  "row_security",
  "search_path",
  "server_encoding",
  "shared_buffers",
  "standard_conforming_strings",
  "temp_buffers",
  "TimeZone",
  "track_activity_query_size",
  "track_io_timing",
  "work_mem",
] as const;

const SQL = `
select name, reset_val as value, unit
from pg_catalog.pg_settings
where name ~ '^(enable_|jit|geqo|parallel_|max_parallel_)' or name ~ '_cost$' or name = any ($1)
order by name`;

/** With which settings does the server plan for a session of this role that changed none? */
export async function readSettings(client: SqlClient): Promise<readonly Setting[]> {
  return rowsOf<Setting>(client, SQL, [NAMES]);
}
