/**
 * `state` and `incarnation` hold one row each. `incarnation` is unlogged on purpose: PostgreSQL empties unlogged tables
 * after a crash, on a promoted standby and in a restored base backup, so its row is the proof that the server has
 * lost nothing since. Claims are worth nothing after a crash either.
 *
 * `bytes` is stored outside and not compressed by the server: the cache has done that already. `keys` and `tags` are
 * compared as bytes, whatever the database's collation.
 */
export function tables(schema: string, isUnlogged: boolean): string {
  const made = isUnlogged ? "create unlogged table" : "create table";
  return `
create table ${schema}.state (
  is_only boolean primary key default true check (is_only),
  generation uuid not null,
  server text,
  floor xid8 not null
);
insert into ${schema}.state (generation, floor) values (gen_random_uuid(), '0');

create unlogged table ${schema}.incarnation (
  is_only boolean primary key default true check (is_only),
  boot uuid not null,
  started_at timestamptz not null
);

${made} ${schema}.entries (
  key text collate "C" primary key,
  generation uuid not null,
  as_of pg_snapshot not null,
  begun_us bigint not null,
  format smallint not null,
  compression smallint not null,
  bytes bytea not null,
  tags text[] collate "C" not null,
  exact_tags text[],
  loaded_at timestamptz not null,
  expires_at timestamptz not null,
  gone_at timestamptz not null,
  load_ms double precision not null
);
alter table ${schema}.entries alter column bytes set storage external;
create index entries_gone_at on ${schema}.entries (gone_at);

${made} ${schema}.epochs (
  tag text collate "C" not null,
  epoch xid8 not null,
  bumped_at timestamptz not null default clock_timestamp(),
  primary key (tag, epoch)
);
create index epochs_bumped_at on ${schema}.epochs using brin (bumped_at) with (pages_per_range = 16);

create unlogged table ${schema}.claims (
  key text collate "C" primary key,
  token text not null,
  tags text[] collate "C" not null,
  as_of pg_snapshot not null,
  expires_at timestamptz not null
);
create index claims_expires_at on ${schema}.claims (expires_at);`;
}
