import type { PostgresMajor } from "../postgres.ts";

/** The most columns that PostgreSQL allows in a table. */
const MOST_COLUMNS = 1600;

const WIDE_COLUMNS = Array.from(
  { length: MOST_COLUMNS },
  (_, position) => `"column ${position + 1}" smallint`,
).join(", ");

/** What a cautious person never writes, with rows and statistics; the database is called `database`. */
export function nastySchema(major: PostgresMajor, database: string): string {
  return `
create schema "Mixed Case";
create schema "select";
create schema archive;
create extension pg_trgm;
create extension citext schema "Mixed Case";
create extension hstore;
create extension ltree;
create extension btree_gin;
create extension btree_gist;
create extension intarray schema archive;
create extension unaccent;
create extension postgres_fdw;
alter database "${database}" set random_page_cost = 1.3;
alter database "${database}" set cpu_tuple_cost = 0.012;
alter database "${database}" set effective_cache_size = '2GB';
alter database "${database}" set default_statistics_target = 80;
alter role current_user in database "${database}" set work_mem = '6MB';

create type mood as enum ('sad', 'it''s ok', 'ha\\ppy');
create type "Mixed Case"."Point 3D" as (x double precision, "Y axis" double precision, m public.mood);
create domain mail as "Mixed Case".citext constraint "has at" check (value ~ '@');
create domain percent as numeric(5, 2) check (value between 0 and 100);
create type float_range as range (subtype = float8, subtype_diff = float8mi);
create collation german (provider = icu, locale = 'de-u-co-phonebk');
create collation "Mixed Case"."no case" (provider = icu, locale = 'und-u-ks-level2', deterministic = false);

create function "Mixed Case"."Half Of"(value numeric) returns numeric language sql immutable as $$ select value / 2 $$;
create function archive.initials(name text) returns text language plpgsql immutable strict cost 50
  as $$ begin return upper(substr(name, 1, 1)); end $$;

create table "select"."Order" (
  "group" bigint generated always as identity primary key,
  "User" integer not null,
  "größe" numeric(10, 2) not null,
  half numeric generated always as ("Mixed Case"."Half Of"("größe")) stored,
  ${major >= 18 ? `twice numeric generated always as ("größe" * 2) virtual,` : ""}
  feeling mood not null,
  address mail,
  share percent,
  place "Mixed Case"."Point 3D",
  span float_range,
  during tstzrange not null,
  tags text[] not null,
  numbers integer[] not null,
  attributes hstore,
  path ltree,
  doc jsonb,
  "Full Name" text collate german,
  nick text collate "Mixed Case"."no case",
  "table" varchar(20) collate "C",
  flags bit(8),
  note text
) with (fillfactor = 70, parallel_workers = 2);
alter table "select"."Order" alter column feeling set statistics 10;
alter table "select"."Order" alter column tags set statistics 300;
alter table "select"."Order" alter column "User" set (n_distinct = -0.05);
insert into "select"."Order" ("User", "größe", feeling, address, share, place, span, during, tags, numbers, attributes,
                              path, doc, "Full Name", nick, "table", flags, note)
select i % 2000, (i * 7919 % 100000) / 100.0, (enum_range(null::mood))[1 + (i % 7) / 3],
       case when i % 5 > 0 then 'User' || i % 900 || '@example.org' end, i % 101,
       row (i % 10, i % 7, 'sad')::"Mixed Case"."Point 3D", float_range(i % 50, i % 50 + 1.5),
       tstzrange(timestamptz '2026-01-01Z' + i * interval '1 minute', timestamptz '2026-01-01Z' + i * interval '1 minute' + interval '50 seconds'),
       array['tag' || i % 40, 'tag' || i % 300], array[i % 100, i % 77, 5],
       hstore('color', 'c' || i % 20), ('Top.Science.A' || i % 15 || '.B' || i % 70)::ltree,
       jsonb_build_object('kind', i % 12, 'deep', jsonb_build_object('n', i % 1000)),
       'Jürgen ' || i % 3000, case when i % 2 = 0 then 'ADA' else 'ada' end || i % 500, 'code' || i % 60, (i % 4)::bit(8),
       repeat('x', i % 120)
from generate_series(1, 20000) as i;
create index "Order by half" on "select"."Order" (half);
create index order_lower on "select"."Order" (lower("Full Name")) include ("User");
create index order_initials on "select"."Order" (archive.initials("table"::text), "größe" desc nulls last);
create index order_partial on "select"."Order" ("User", "group") where feeling = 'sad' and share > 50;
create index order_nick on "select"."Order" (nick);
create index order_address on "select"."Order" (address) with (deduplicate_items = off);
create index order_pattern on "select"."Order" ("table" varchar_pattern_ops);
create index order_tags on "select"."Order" using gin (tags);
create index order_numbers on "select"."Order" using gin (numbers archive.gin__int_ops) with (fastupdate = off);
create index order_doc on "select"."Order" using gin (doc jsonb_path_ops);
create index order_names on "select"."Order" using gin ("Full Name" gin_trgm_ops, "User");
create index order_path on "select"."Order" using gist (path);
create index order_span on "select"."Order" using gist (span);
create index order_attributes on "select"."Order" using gist (attributes);
create index order_hash on "select"."Order" using hash ("User");
create index order_brin on "select"."Order" using brin ("group") with (pages_per_range = 8);
create index order_together on "select"."Order" ((doc ->> 'kind'), ("größe" + share));
create statistics "select".order_columns (ndistinct, dependencies, mcv) on "User", share, "table" from "select"."Order";
create statistics "Mixed Case"."On Expressions" on (lower("Full Name")), (archive.initials("table"::text)), "User" from "select"."Order";
create statistics archive.one_expression on ("User" % 10) from "select"."Order";
create statistics archive.moods (mcv) on feeling, share from "select"."Order";

create unlogged table "Mixed Case"."Audit Log" (
  id integer generated by default as identity,
  "user" bigint references "select"."Order" on delete cascade,
  during tstzrange,
  "select" integer unique,
  exclude using gist ("user" with =, during with &&),
  primary key (id) include ("select")
);
insert into "Mixed Case"."Audit Log" ("user", during, "select")
select 1 + i % 5000, tstzrange(timestamptz '2026-01-01Z' + i * interval '1 hour', timestamptz '2026-01-01Z' + i * interval '1 hour' + interval '9 minutes'), i
from generate_series(1, 9000) as i;

create table events (id bigint not null, at timestamptz not null, kind text not null, user_id integer, amount numeric, primary key (id, at, kind))
  partition by range (at);
create table "Events 2025" partition of events for values from ('2025-01-01Z') to ('2026-01-01Z') with (fillfactor = 90);
create table events_2026 partition of events for values from ('2026-01-01Z') to ('2027-01-01Z') partition by list (kind);
create table events_2026_play partition of events_2026 for values in ('play', 'it''s');
create table archive.events_2026_buy partition of events_2026 for values in ('buy') partition by hash (id);
create table archive.events_2026_buy_0 partition of archive.events_2026_buy for values with (modulus 3, remainder 0);
create table archive.events_2026_buy_1 partition of archive.events_2026_buy for values with (modulus 3, remainder 1);
create table archive.events_2026_buy_2 (id bigint not null, dropped text, kind text not null, amount numeric, at timestamptz not null, user_id integer);
alter table archive.events_2026_buy_2 drop column dropped;
alter table archive.events_2026_buy attach partition archive.events_2026_buy_2 for values with (modulus 3, remainder 2);
create table events_2026_rest partition of events_2026 default;
create table events_rest partition of events default;
insert into events select i, timestamptz '2024-06-01Z' + i * interval '30 minutes', (array['play', 'buy', 'it''s', 'rare'])[1 + (i % 13) / 4], i % 700, i % 97 * 1.5
from generate_series(1, 40000) as i;
create index events_user on events (user_id, at) where user_id is not null;
create index events_lower on events (lower(kind), amount);
create index "only here" on "Events 2025" (amount);
create function archive.recent_ids(wanted integer) returns setof bigint language sql stable rows 25 cost 300
  as $$ select id from public.events order by at desc limit wanted $$;

create table parent (id integer primary key, name text not null, weight real);
create table child (extra integer) inherits (parent);
create table "Grand child" (more "Mixed Case"."Point 3D"[]) inherits (child);
insert into parent select i, 'p' || i % 100, i % 9 from generate_series(1, 3000) as i;
insert into child select i, 'c' || i % 50, i % 5, i % 80 from generate_series(1, 6000) as i;
insert into "Grand child" select i, 'g', 1, i % 3, null from generate_series(1, 2000) as i;
create index child_extra on child (extra);
create index on "Grand child" (id);

create table archive.wide (${WIDE_COLUMNS});
insert into archive.wide ("column 1", "column 2", "column 1600") select i, i % 10, i % 3 from generate_series(1, 2000) as i;
create index on archive.wide ("column 1600", "column 1");
create table nothing ();
create table archive.empty (id integer primary key, at date);
create table archive.fresh as select i as id, i % 90 as kind from generate_series(1, 5000) as i;

create view lively as select o."group", o."Full Name", o.feeling, o."User" from "select"."Order" as o where o.feeling = 'it''s ok';
create view "Mixed Case"."View on view" with (security_barrier) as
  select l."User", count(*) as "count" from lively as l join events as e on e.user_id = l."User" group by l."User";
create materialized view archive."Per Kind" as
  select e.kind, date_trunc('day', e.at, 'UTC') as day, count(*) as calls, sum(e.amount) as amount from events as e group by 1, 2;
create unique index on archive."Per Kind" (kind, day);
create index per_kind_month on archive."Per Kind" (extract(month from day at time zone 'UTC'));
create view archive.on_materialized as select kind, max(calls) as most from archive."Per Kind" group by kind;

create server elsewhere foreign data wrapper postgres_fdw options (host 'elsewhere.invalid', fdw_startup_cost '75', fetch_size '500');
create server nearby foreign data wrapper postgres_fdw options (dbname 'other');
create user mapping for current_user server elsewhere options (user 'somebody', password 'a secret of the mapping');
create user mapping for current_user server nearby;
create foreign table "Mixed Case"."Far Away" (id bigint not null, kind text, amount numeric) server elsewhere options (schema_name 'far', table_name 'away');
create foreign table archive.farther (id bigint options (column_name 'number'), "order" integer) server nearby;
${major >= 15 ? `alter table archive.empty add constraint one_day unique nulls not distinct (at);` : ""}
analyze ${FRESH_LEFT_OUT};`;
}

/** All that holds rows but `archive.fresh`, which nobody analysed. */
const FRESH_LEFT_OUT = `"select"."Order", "Mixed Case"."Audit Log", events, parent, child, "Grand child", archive.wide, archive."Per Kind", archive.empty`;
