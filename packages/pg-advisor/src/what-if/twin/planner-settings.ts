import type { ClientBase } from "pg";
import type { SkippedObject } from "../../schema/schema-script.ts";
import type { Setting, Snapshot } from "../../snapshot/snapshot.ts";

/** Settings of a session that change plans or what a literal means. */
const RELEVANT =
  /^(?:enable_|jit|geqo|(?:seq_page|random_page|cpu_tuple|cpu_index_tuple|cpu_operator|parallel_setup|parallel_tuple)_cost$)/;
const RELEVANT_NAMES: ReadonlySet<string> = new Set([
  "constraint_exclusion",
  "cursor_tuple_fraction",
  "DateStyle",
  "debug_parallel_query",
  "default_text_search_config",
  "effective_cache_size",
  "effective_io_concurrency",
  "from_collapse_limit",
  "hash_mem_multiplier",
  "IntervalStyle",
  "join_collapse_limit",
  "max_parallel_workers",
  "max_parallel_workers_per_gather",
  "min_parallel_index_scan_size",
  "min_parallel_table_scan_size",
  "parallel_leader_participation",
  "plan_cache_mode",
  "recursive_worktable_factor",
  "search_path",
  "TimeZone",
  "work_mem",
]);

/** What a planner could not do before a version, and the switch that takes it from the twin's. */
const NEWER_SKILLS = [
  { since: 160_000, name: "enable_presorted_aggregate" },
  { since: 170_000, name: "enable_group_by_reordering" },
  { since: 180_000, name: "enable_distinct_reordering" },
  { since: 180_000, name: "enable_self_join_elimination" },
] as const;

/** Those of a snapshot's settings that a planning session must copy; and the twin's planner plays no trick that the watched one does not know. */
export function plannerSettings({
  settings,
  server,
}: Pick<Snapshot, "settings" | "server">): readonly Setting[] {
  const unknown = NEWER_SKILLS.filter(({ since }) => server.versionNumber < since);
  return [
    ...settings.filter(({ name }) => RELEVANT.test(name) || RELEVANT_NAMES.has(name)),
    ...unknown.map(({ name }) => ({ name, value: "off", unit: null })),
  ];
}

/** Values are in the unit that pg_settings gives, which is also how a bare number is read. */
const APPLY = `
select pg_catalog.set_config(wanted.name, wanted.value, false)
from pg_catalog.json_to_recordset($1) as wanted (name text, value text)
join pg_catalog.pg_settings as known on pg_catalog.lower(known.name) = pg_catalog.lower(wanted.name)
where known.context = 'user' and known.setting is distinct from wanted.value`;

/** Copies settings into a session; returns those that this PostgreSQL does not accept. */
export async function applySettings(
  client: ClientBase,
  settings: readonly Setting[],
): Promise<readonly SkippedObject[]> {
  try {
    await client.query(APPLY, [JSON.stringify(settings)]);
    return [];
  } catch (error) {
    if (settings.length <= 1) {
      return settings.map(({ name }) => ({
        object: `setting ${name}`,
        reason: error instanceof Error ? error.message : String(error),
      }));
    }
  }
  const skipped: SkippedObject[] = [];
  for (const setting of settings) skipped.push(...(await applySettings(client, [setting])));
  return skipped;
}
