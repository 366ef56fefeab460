import { isTableAbsent, type PostgresQueries } from "../client.ts";
import { encodingUnfit, tablesMissing } from "../errors.ts";
import { quotedIdentifier } from "../names.ts";
import { MIGRATIONS } from "./migrations.ts";

interface MigrateOptions {
  readonly pool: PostgresQueries;
  readonly schema: string;
  readonly isUnlogged: boolean;
}

/**
 * Brings the tables up to date. It goes as one message of several statements, which is one transaction on one
 * connection even behind a pooler; the lock inside lets processes that start together take their turns.
 *
 * @throws StreamGateError `SG_CACHE_POSTGRES_NOT_MIGRATED`, `SG_CACHE_POSTGRES_ENCODING`
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  if (await isMigrated(options)) return;
  const { rows } = await options.pool.query({
    text: "select current_setting('server_encoding') as encoding",
  });
  const encoding = String(rows[0]?.encoding);
  if (encoding !== "UTF8") throw encodingUnfit(encoding);
  await options.pool.query({ text: migrationScript(options) }).catch((cause: unknown) => {
    throw tablesMissing(options.schema, cause);
  });
}

/** Whether there is nothing to do; asked first, since a role that only uses the tables may not run the script. */
async function isMigrated({ pool, schema }: MigrateOptions): Promise<boolean> {
  const text = `select max(number)::int4 as number from ${quotedIdentifier(schema)}.migrations`;
  try {
    const { rows } = await pool.query({ text });
    return Number(rows[0]?.number ?? 0) >= MIGRATIONS.length;
  } catch (error) {
    if (isTableAbsent(error)) return false;
    throw error;
  }
}

function migrationScript({ schema, isUnlogged }: MigrateOptions): string {
  const quoted = quotedIdentifier(schema);
  const steps = MIGRATIONS.map((migration, index) => {
    const number = index + 1;
    return `
  if not exists (select from ${quoted}.migrations where number = ${number}) then
    ${migration(quoted, isUnlogged)}
    insert into ${quoted}.migrations (number) values (${number});
  end if;`;
  });
  return `
select set_config('synchronous_commit', 'on', true)
where current_setting('synchronous_commit') = 'off';
select pg_advisory_xact_lock(hashtextextended('streamgate cache migrations', 0));
create schema if not exists ${quoted};
create table if not exists ${quoted}.migrations (
  number integer primary key,
  applied_at timestamptz not null default clock_timestamp()
);
do $migrate$
begin${steps.join("")}
end
$migrate$;`;
}
