/** A rewriting that looks right and is not: what it forgets. */
export interface Trap {
  readonly forgets: string;
  readonly original: string;
  readonly wrong: string;
}

/** Over the shop's tables. */
export const TRAPS: readonly Trap[] = [
  {
    forgets: "nulls inside NOT IN",
    original: "select id from categories where id not in (select category_id from products)",
    wrong:
      "select c.id from categories c where not exists (select 1 from products p where p.category_id = c.id)",
  },
  {
    forgets: "a null that is tested by NOT IN",
    original:
      "select id from products where category_id not in (select id from categories where id > 1)",
    wrong:
      "select p.id from products p where not exists (select 1 from categories c where c.id > 1 and c.id = p.category_id)",
  },
  {
    forgets: "that an empty group counts 0",
    original:
      "select u.id, (select count(*) from orders o where o.user_id = u.id) as n from users u",
    wrong:
      "select u.id, g.n from users u left join (select user_id, count(*) as n from orders group by user_id) g on g.user_id = u.id",
  },
  {
    forgets: "rows without a group",
    original:
      "select u.id, (select sum(o.total) from orders o where o.user_id = u.id) as spent from users u",
    wrong:
      "select u.id, g.spent from users u join (select user_id, sum(total) as spent from orders group by user_id) g on g.user_id = u.id",
  },
  {
    forgets: "that COALESCE of an empty sum is not null",
    original:
      "select u.id from users u where (select coalesce(sum(o.total), 0) from orders o where o.user_id = u.id) < 2",
    wrong:
      "select u.id from users u join (select user_id, coalesce(sum(total), 0) as spent from orders group by user_id) g on g.user_id = u.id where g.spent < 2",
  },
  {
    forgets: "that a row meets both arms of an OR",
    original: "select title from posts where author_id = 1 or views = 1",
    wrong:
      "select title from posts where author_id = 1 union all select title from posts where views = 1",
  },
  {
    forgets: "duplicates that a UNION removes",
    original: "select title from posts where author_id = 1 or views = 1",
    wrong:
      "select title from posts where author_id = 1 union select title from posts where views = 1",
  },
  {
    forgets: "a null in the first arm",
    original: "select id from posts where category_id = 1 or views = 1",
    wrong:
      "select id from posts where category_id = 1 union all select id from posts where views = 1 and not (category_id = 1)",
  },
  {
    forgets: "duplicates across arms",
    original: "select author_id from posts union select user_id from comments",
    wrong: "select author_id from posts union all select user_id from comments",
  },
  {
    forgets: "repeated values without a key",
    original: "select distinct title from posts",
    wrong: "select title from posts",
  },
  {
    forgets: "that a joined table repeats rows",
    original: "select u.id from users u join posts p on p.author_id = u.id",
    wrong: "select u.id from users u where exists (select 1 from posts p where p.author_id = u.id)",
  },
  {
    forgets: "a nullable foreign key",
    original: "select p.id from posts p join categories c on c.id = p.category_id",
    wrong: "select p.id from posts p",
  },
  {
    forgets: "that an outer join repeats rows",
    original: "select u.id from users u left join posts p on p.author_id = u.id",
    wrong: "select u.id from users u",
  },
  {
    forgets: "that an outer join keeps rows",
    original: "select u.id, p.title from users u left join posts p on p.author_id = u.id",
    wrong: "select u.id, p.title from users u join posts p on p.author_id = u.id",
  },
  {
    forgets: "a condition in ON that is no filter",
    original:
      "select u.id, p.title from users u left join posts p on p.author_id = u.id and p.views > 1",
    wrong:
      "select u.id, p.title from users u left join posts p on p.author_id = u.id where p.views > 1",
  },
  {
    forgets: "the last instant of a day",
    original: "select id from posts where created_at::date = '2024-01-01'",
    wrong: "select id from posts where created_at between '2024-01-01' and '2024-01-02'",
  },
  {
    forgets: "the day's end",
    original: "select id from posts where created_at::date = '2024-01-01'",
    wrong:
      "select id from posts where created_at >= '2024-01-01' and created_at < '2024-01-01 23:59:59'",
  },
  {
    forgets: "upper case",
    original: "select id from users where lower(name) = 'ann'",
    wrong: "select id from users where name = 'ann'",
  },
  {
    forgets: "other spellings of a number",
    original: "select id from users where name = '1' or name = '01'",
    wrong: "select id from users where name = '1'",
  },
  {
    forgets: "ties in a window",
    original:
      "select id from orders o where total = (select max(total) from orders i where i.user_id = o.user_id)",
    wrong:
      "select id from (select id, row_number() over (partition by user_id order by total desc, id) as n from orders) r where n = 1",
  },
  {
    forgets: "nulls as a group",
    original:
      "select p.id from products p where p.price >= (select max(i.price) from products i where i.category_id = p.category_id)",
    wrong:
      "select id from (select id, price, max(price) over (partition by category_id) as most from products) w where price >= most",
  },
  {
    forgets: "a filter that the window would not see",
    original:
      "select o.id from orders o where o.status = 'paid' and o.total = (select max(i.total) from orders i where i.user_id = o.user_id)",
    wrong:
      "select id from (select id, total, max(total) over (partition by user_id) as most from orders where status = 'paid') w where total = most",
  },
  {
    forgets: "that count(x) leaves nulls out",
    original: "select count(note) from orders",
    wrong: "select count(*) from orders",
  },
  {
    forgets: "nulls among distinct values",
    original: "select count(distinct note) from orders",
    wrong: "select count(*) from (select distinct note from orders) d",
  },
  {
    forgets: "an empty table under ALL",
    original: "select id from products where price > all (select price from order_items)",
    wrong: "select id from products where price > (select max(price) from order_items)",
  },
  {
    forgets: "a HAVING on an aggregate",
    original: "select country, count(*) from users group by country having count(*) > 1",
    wrong: "select country, count(*) from users group by country",
  },
  {
    forgets: "that rows pass the limit before the join",
    original:
      "select p.id, c.id as comment_id from posts p left join comments c on c.post_id = p.id order by p.id, c.id limit 2",
    wrong:
      "select p.id, c.id as comment_id from (select id from posts order by id limit 2) p left join comments c on c.post_id = p.id order by p.id, c.id",
  },
  {
    forgets: "the order",
    original: "select id, views from posts order by views desc, id",
    wrong: "select id, views from posts order by views, id",
  },
  {
    forgets: "where nulls are sorted",
    original: "select id, note from orders order by note, id",
    wrong: "select id, note from orders order by note nulls first, id",
  },
  {
    forgets: "how often a row stands",
    original: "select user_id from orders intersect all select user_id from comments",
    wrong: "select user_id from orders where user_id in (select user_id from comments)",
  },
  {
    forgets: "a second self-joined row",
    original: "select a.id from users a join users b on b.country = a.country",
    wrong: "select a.id from users a",
  },
  {
    forgets: "that an anti join needs a column that is never null",
    original:
      "select p.id from posts p left join categories c on c.id = p.category_id where c.parent_id is null",
    wrong:
      "select p.id from posts p where not exists (select 1 from categories c where c.id = p.category_id)",
  },
];
