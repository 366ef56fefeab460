import type { Client } from "pg";
import { applySchema } from "../../schema/apply-schema.ts";
import { renderSchema } from "../../schema/render-schema.ts";
import type { SchemaScript, SkippedObject, StageName } from "../../schema/schema-script.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import { Absences } from "./absences.ts";

/** What only a superuser may make; it comes from this server's own files. */
const OF_ADMIN: ReadonlySet<StageName> = new Set([
  "schemas",
  "extensions",
  "foreign servers",
  "stand-ins",
]);

export const GIVE_SCHEMAS_TO_PLANNER = `
do $body$
declare
  schema name;
begin
  for schema in
    select nspname from pg_catalog.pg_namespace
    where nspname !~ '^pg_' and nspname not in ('information_schema', 'streamgate_twin')
  loop
    execute pg_catalog.format('alter schema %I owner to streamgate_planner', schema);
  end loop;
end
$body$`;

export interface LoadedSchema {
  /** What could not be made. */
  readonly skipped: readonly SkippedObject[];
  readonly absences: Absences;
}

/** Rebuilds the snapshot's schema, all of it owned by the planner. */
export async function loadSchema(
  admin: Client,
  planner: Client,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<LoadedSchema> {
  const availableExtensions = await availableExtensionsOf(admin);
  const script = scriptFor(snapshot, availableExtensions);
  const first = await applySchema(admin, stagesOf(script, true), { signal });
  await admin.query(GIVE_SCHEMAS_TO_PLANNER);
  const second = await applySchema(planner, stagesOf(script, false), { signal });
  await playOlderPlanner(admin, snapshot);
  const skipped = [...script.skipped, ...first.skipped, ...second.skipped];
  return { skipped, absences: new Absences(snapshot, availableExtensions, skipped) };
}

/** The script that makes a twin's schema. */
export function scriptFor(
  snapshot: Snapshot,
  availableExtensions: readonly string[],
): SchemaScript {
  return renderSchema(snapshot, { availableExtensions, withDefaults: true, isForPlansOnly: true });
}

/** Extensions that a server can create. */
export async function availableExtensionsOf(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    "select name from pg_catalog.pg_available_extensions",
  );
  return rows.map(({ name }) => name);
}

/** Whether only a superuser may make what a stage makes. */
export function isMadeByAdmin(stage: StageName): boolean {
  return OF_ADMIN.has(stage);
}

function stagesOf(script: SchemaScript, isOfAdmin: boolean): SchemaScript {
  const stages = script.stages.filter(({ name }) => OF_ADMIN.has(name) === isOfAdmin);
  return { stages, skipped: [] };
}

/** What no setting tells the twin's planner to leave out. */
export async function playOlderPlanner(admin: Client, snapshot: Snapshot): Promise<void> {
  await hideInvalidIndexes(admin, snapshot);
  if (snapshot.server.versionNumber < NOT_NULL_PLANNED_SINCE) await admin.query(FORGET_NOT_NULL);
}

/** Since 17 the planner drops conditions that NOT NULL decides; nothing else in it asks for NOT NULL. */
const NOT_NULL_PLANNED_SINCE = 170_000;
const FORGET_NOT_NULL = `
update pg_catalog.pg_attribute as a set attnotnull = false
from pg_catalog.pg_class as c, pg_catalog.pg_namespace as n
where c.oid = a.attrelid and n.oid = c.relnamespace and a.attnotnull and a.attnum > 0
  and c.oid >= 16384 and c.relkind in ('r', 'p', 'f')
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;

const HIDE_INDEXES = `
update pg_catalog.pg_index as i set indisvalid = false
from pg_catalog.json_to_recordset($1) as hidden (schema text, name text),
     pg_catalog.pg_class as c, pg_catalog.pg_namespace as n
where n.nspname = hidden.schema and c.relnamespace = n.oid and c.relname = hidden.name
  and i.indexrelid = c.oid`;

/** What a failed CREATE INDEX CONCURRENTLY left is no index for the planner. */
async function hideInvalidIndexes(admin: Client, snapshot: Snapshot): Promise<void> {
  const invalid = snapshot.indexes.filter(({ isValid }) => !isValid);
  if (invalid.length === 0) return;
  const names = invalid.map(({ schema, name }) => ({ schema, name }));
  await admin.query(HIDE_INDEXES, [JSON.stringify(names)]);
}
