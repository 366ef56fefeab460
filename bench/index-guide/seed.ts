import type { TestPostgres } from "../../test/support/postgres.ts";

export const ROWS = 500_000;

/*
 * Orders as shops have them: most are closed, customers come back, rows arrive in the order of their time. Every value follows from the
 * row's number, so that each run makes the same table.
 */
const TABLE = `
create table orders (
  id bigint generated always as identity primary key,
  customer int not null,
  state text not null,
  placed_at timestamptz not null,
  total numeric(10, 2) not null,
  email text not null,
  tags text[] not null,
  details jsonb not null,
  views int not null default 0
) with (fillfactor = 90)`;

const FILL = `
insert into orders (customer, state, placed_at, total, email, tags, details)
select
  1 + (hashint4(g) & 2147483647) % 20000,
  case when g % 200 = 0 then 'open' when g % 50 = 1 then 'returned' else 'closed' end,
  timestamptz '2025-01-01 00:00:00+00' + g * interval '1 minute',
  ((hashint4(g + 1) & 2147483647) % 100000) / 100.0,
  'Customer' || 1 + (hashint4(g) & 2147483647) % 20000 || '@Example.com',
  array['tag' || g % 7, 'tag' || 7 + (hashint4(g + 2) & 2147483647) % 500],
  jsonb_build_object('colour', 'c' || (hashint4(g + 3) & 2147483647) % 1000, 'size', g % 12,
    'note', md5(g::text))
from generate_series(1, ${ROWS}) g`;

/** Makes the table, with statistics and a visibility map. */
export async function seed(postgres: TestPostgres): Promise<void> {
  await postgres.query("create extension if not exists pg_trgm");
  await postgres.query(TABLE);
  await postgres.query(FILL);
  await postgres.query("vacuum (analyze) orders");
}
