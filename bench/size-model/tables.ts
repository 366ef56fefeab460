import type { TestPostgres } from "../../test/support/postgres.ts";

/** Twelve letters that no compression makes shorter, and lists of words from which texts are made. */
const FUNCTIONS = `
create extension if not exists pg_trgm;
create type status as enum ('new', 'paid', 'sent', 'returned', 'lost');
create function zipf(most int) returns int language sql volatile as
  $$ select (exp(random() * ln(most + 1)))::int $$;
create function word(number int) returns text language sql immutable as
  $$ select translate(to_hex((number::bigint * 2654435761) % 4294967296), '0123456789', 'ghijklmnop')
            || case when number % 3 = 0 then 'ing' when number % 3 = 1 then 'er' else '' end $$;
create function words(length int, vocabulary int) returns text language sql volatile as
  $$ select string_agg(word(zipf(vocabulary)), ' ') from generate_series(1, length) $$`;

/** People: unique texts, skewed cities, nulls, correlated and scattered moments, long texts. */
const PEOPLE = `
select setseed(0.1);
create table people as
select i::bigint as id,
       'user' || i || '@' || word(zipf(40)) || '.example' as email,
       initcap(word((random() * 800)::int)) || ' ' || initcap(word((random() * 5000)::int)) as name,
       'city of ' || word(zipf(300)) as city,
       (array['new','paid','sent','returned','lost'])[least(5, zipf(6))]::status as status,
       timestamptz '2024-01-01' + i * interval '5 minutes' + random() * interval '4 minutes' as created_at,
       timestamptz '2024-01-01' + random() * interval '365 days' as updated_at,
       date '1940-01-01' + (random() * 25000)::int as born,
       (random() * 100000)::numeric(12, 2) as balance,
       random() * 1000 as score,
       random() < 0.9 as is_active,
       case when random() < 0.4 then (random() * 20000)::int end as referrer,
       md5(random()::text)::uuid as token,
       uuidv7() as session,
       case when random() < 0.3 then word((random() * 100000)::int) end as nickname,
       rpad(word(i), 5 + (random() * random() * 60)::int, 'xyz') as handle,
       (i / 40)::int as team,
       lpad(((random() * 99999999)::int)::text, 10, '0') as phone,
       (random() * 90)::smallint as age,
       repeat(word(i % 700) || ' ', 2 + (random() * 80)::int) as biography,
       case when random() < 0.8 then 'standard' else word((random() * 400)::int) end as plan
from generate_series(1, 90000) as i;
alter table people add primary key (id)`;

/** Events: many rows a user, by skew; documents, arrays, ranges, points. */
const EVENTS = `
select setseed(0.2);
create table events as
select i::bigint as id, zipf(30000) as user_id, (random() * 12000)::int as item_id,
       (array['view','like','share','buy','return'])[1 + (random() * random() * 4.99)::int] as kind,
       timestamptz '2025-01-01' + i * interval '20 seconds' as at,
       timestamptz '2025-01-01' + random() * interval '30 days' as seen_at,
       (random() * random() * 5000)::numeric(10, 2) as amount,
       md5((i / 12)::text)::uuid as visit,
       ('10.' || i % 200 || '.' || (random() * 250)::int || '.' || (random() * 250)::int)::inet as address,
       (random() * 3600)::int as duration,
       jsonb_build_object('order', i, 'channel', (array['web','app','shop'])[1 + (random() * 2.99)::int],
                          'price', (random() * 300)::int, 'coupon', random() < 0.1) as payload,
       jsonb_build_object('lang', (array['en','de','fr','es'])[1 + (random() * 3.99)::int],
                          'size', (random() * 40)::int, 'flags', jsonb_build_array(i % 7, 'f' || i % 11)) as traits,
       array(select word(zipf(400)) from generate_series(1, 1 + (i % 5))) as tags,
       array(select (random() * 3000)::int from generate_series(1, i % 7)) as labels,
       tstzrange(timestamptz '2025-01-01' + i * interval '20 seconds',
                 timestamptz '2025-01-01' + i * interval '20 seconds' + random() * interval '1 hour') as span,
       point(random() * 180, random() * 90) as place,
       case when random() < 0.02 then 'failed' when random() < 0.5 then 'done' end as outcome
from generate_series(1, 100000) as i`;

/** Documents: prose, full-text search, trigrams, nested attributes, long codes. */
const DOCUMENTS = `
select setseed(0.3);
create table documents as
select i as id, initcap(words(2 + i % 4, 3000)) as title, words(12 + i % 20, 6000) as body,
       md5(random()::text) || md5(random()::text) as digest,
       (select string_agg(md5(random()::text), '') from generate_series(1, 18 + i % 5)) as signature,
       upper(substr(md5(random()::text), 1, 8)) as code,
       jsonb_build_object('author', word((random() * 2000)::int), 'year', 1980 + (random() * 45)::int,
         'rating', round((random() * 5)::numeric, 1), 'topics', jsonb_build_array(word(zipf(100)), word(zipf(100)))) as attributes,
       array[(random() * 500)::bigint, (random() * 500)::bigint] as shelves,
       int4range((random() * 100000)::int, 100001 + (random() * 1000)::int) as pages,
       box(point(random() * 100, random() * 100), point(random() * 100, random() * 100)) as area,
       case when i % 4 = 0 then null else (random() * 60)::int end as shelf,
       word(zipf(900)) as publisher
from generate_series(1, 30000) as i;
alter table documents add search tsvector;
update documents set search = to_tsvector('english', body);
vacuum full documents`;

/** Readings of sensors: narrow, correlated, repeated values. */
const READINGS = `
select setseed(0.4);
create table readings as
select (i % 60)::smallint as sensor, timestamp '2025-01-01' + (i / 60) * interval '1 minute' as at,
       (random() * 4000)::int as value, round((random() * 100)::numeric, 3) as exact, random()::real as share,
       date '2025-01-01' + i / 1440 as day, i / 1000 as batch, i % 2 = 0 as is_even,
       'sensor-' || lpad((i % 60)::text, 4, '0') as name, (random() * 1000000000)::bigint * 1000 as serial,
       case when random() < 0.97 then 0 else (random() * 5000)::int end as fault,
       case when i % 50 = 0 then md5(i::text) end as remark,
       chr(65 + i % 26)::char(3) as letter, i::numeric * 1.5 as running
from generate_series(1, 160000) as i`;

/** Few rows: an index of a handful of pages must be right as well. */
const SETTINGS = `
select setseed(0.5);
create table settings as
select i as id, word(i) as name, words(3, 200) as value, i % 12 as category, random() as weight
from generate_series(1, 4000) as i`;

/** Makes and analyses the tables. */
export async function makeTables(
  postgres: TestPostgres,
  tell: (line: string) => void,
): Promise<void> {
  await postgres.query(FUNCTIONS);
  for (const table of [PEOPLE, EVENTS, DOCUMENTS, READINGS, SETTINGS]) {
    const name = /create table (\w+)/.exec(table)?.[1] ?? "";
    tell(`making ${name}`);
    for (const statements of table.split(/;\n(?=vacuum)/)) await postgres.query(statements);
  }
  await postgres.query("vacuum analyze");
}
