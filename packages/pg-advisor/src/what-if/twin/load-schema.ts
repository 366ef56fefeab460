import type { Client } from "pg";
import { applySchema } from "../../schema/apply-schema.ts";
import { renderSchema } from "../../schema/render-schema.ts";
import type { SchemaScript, SkippedObject, StageName } from "../../schema/schema-script.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";

/** What only a superuser may make; it comes from this server's own files. */
const OF_ADMIN: ReadonlySet<StageName> = new Set(["schemas", "extensions"]);

const GIVE_SCHEMAS_TO_PLANNER = `
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

/** Rebuilds the snapshot's schema, all of it owned by the planner; returns what could not be made. */
export async function loadSchema(
  admin: Client,
  planner: Client,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<readonly SkippedObject[]> {
  const script = renderSchema(snapshot, {
    availableExtensions: await readAvailableExtensions(admin),
    withDefaults: true,
  });
  const first = await applySchema(admin, stagesOf(script, true), { signal });
  await admin.query(GIVE_SCHEMAS_TO_PLANNER);
  const second = await applySchema(planner, stagesOf(script, false), { signal });
  await hideInvalidIndexes(admin, snapshot);
  return [...script.skipped, ...first.skipped, ...second.skipped];
}

async function readAvailableExtensions(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    "select name from pg_catalog.pg_available_extensions",
  );
  return rows.map(({ name }) => name);
}

function stagesOf(script: SchemaScript, isOfAdmin: boolean): SchemaScript {
  const stages = script.stages.filter(({ name }) => OF_ADMIN.has(name) === isOfAdmin);
  return { stages, skipped: [] };
}

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
