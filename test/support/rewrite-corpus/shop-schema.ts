/** Tables of a shop with a blog, as an object-relational mapper makes them: keys, foreign keys, few other indexes. */
export const SHOP_SCHEMA_SQL = `
create table users (
  id integer primary key, email text not null unique check (email = lower(email)), name text,
  country text not null, manager_id integer references users, created_at timestamp not null,
  karma integer not null, is_active boolean not null
);
create table categories (id integer primary key, name text not null, parent_id integer references categories);
create table products (
  id integer primary key, sku text not null unique, name text not null, category_id integer references categories,
  price numeric(10, 2) not null, external_id uuid not null
);
create table posts (
  id integer primary key, author_id integer not null references users, category_id integer references categories,
  title text not null, body text not null, status text not null, created_at timestamp not null,
  published_at timestamptz, views integer not null, score numeric(10, 2) not null, rating double precision
);
create table comments (
  id integer primary key, post_id integer not null references posts, user_id integer not null references users,
  parent_id integer references comments, body text, created_at timestamp not null
);
create table tags (id integer primary key, name text not null unique);
create table post_tags (
  post_id integer not null references posts, tag_id integer not null references tags, primary key (post_id, tag_id)
);
create table orders (
  id integer primary key, user_id integer not null references users, status text not null,
  total numeric(12, 2) not null, placed_on date not null, note text
);
create table order_items (
  id integer primary key, order_id integer not null references orders, product_id integer not null references products,
  quantity integer not null, price numeric(10, 2) not null
);
create index posts_by_author on posts (author_id);
create index posts_by_creation on posts (created_at);
create index orders_by_day on orders (placed_on);
create index comments_by_post on comments (post_id, created_at, id);`;

/** Rows for it: `scale` 1 is some 260,000 in all. */
export function shopRowsSql(scale: number): string {
  const count = (rows: number): number => Math.max(10, Math.round(rows * scale));
  const [users, products, posts, comments] = [
    count(5_000),
    count(2_000),
    count(20_000),
    count(60_000),
  ];
  const [orders, items, tags] = [count(30_000), count(90_000), 200];
  return `
select setseed(0.5);
insert into users select n, 'user' || n || '@example.org', case when n % 7 > 0 then 'User ' || n end,
  (array['de','fr','us','jp','br'])[1 + n % 5], case when n % 10 > 0 and n > 10 then 1 + n % 10 end,
  timestamp '2020-01-01' + n * interval '7 hours', (random() * 1000)::int, n % 9 > 0 from generate_series(1, ${users}) as n;
insert into categories select n, 'Category ' || n, case when n > 5 then 1 + n % 5 end from generate_series(1, 40) as n;
insert into products select n, 'SKU-' || n, 'Product ' || n, case when n % 11 > 0 then 1 + n % 40 end,
  (random() * 100)::numeric(10,2), ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid from generate_series(1, ${products}) as n;
insert into posts select n, 1 + (random() * (${users} - 1))::int, case when n % 13 > 0 then 1 + n % 40 end, 'Title ' || n,
  repeat('body ', 60), (array['draft','published','archived'])[1 + n % 3], timestamp '2022-01-01' + n * interval '50 minutes',
  case when n % 3 > 0 then timestamptz '2022-01-02 00:00+00' + n * interval '50 minutes' end, (random() * 5000)::int,
  (random() * 10)::numeric(10,2), random() from generate_series(1, ${posts}) as n;
insert into comments select n, 1 + (random() * (${posts} - 1))::int, 1 + (random() * (${users} - 1))::int,
  case when n % 4 = 0 and n > 100 then 1 + n % 100 end, case when n % 6 > 0 then 'comment ' || n end,
  timestamp '2022-01-01' + n * interval '17 minutes' from generate_series(1, ${comments}) as n;
insert into tags select n, 'tag' || n from generate_series(1, ${tags}) as n;
insert into post_tags select p, 1 + (p * 7 + k * 31) % ${tags} from generate_series(1, ${posts}) as p, generate_series(0, 1 + p % 3) as k on conflict do nothing;
insert into orders select n, 1 + (random() * (${users} - 1))::int, (array['new','paid','sent'])[1 + n % 3],
  (random() * 500)::numeric(12,2), date '2022-01-01' + (n % 900), case when n % 5 = 0 then 'note' end from generate_series(1, ${orders}) as n;
insert into order_items select n, 1 + (random() * (${orders} - 1))::int, 1 + (random() * (${products} - 1))::int,
  1 + (random() * 9)::int, (random() * 100)::numeric(10,2) from generate_series(1, ${items}) as n;`;
}
