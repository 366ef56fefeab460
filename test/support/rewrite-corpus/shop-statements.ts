/** A statement as mappers write it, with the rule that should have something to say; null where none may. */
export interface CorpusStatement {
  readonly name: string;
  readonly sql: string;
  readonly rule: string | null;
}

const PUBLISHED = "status = 'published'";

export const SHOP_STATEMENTS: readonly CorpusStatement[] = [
  // correlated subqueries
  {
    name: "orders above the customer's mean",
    rule: "scalar-aggregate-to-join",
    sql: "select o.id, o.total from orders o where o.total > (select avg(i.total) from orders i where i.user_id = o.user_id)",
  },
  {
    name: "latest order of each customer",
    rule: "scalar-aggregate-to-window",
    sql: "select id, user_id, placed_on from orders o where placed_on = (select max(placed_on) from orders i where i.user_id = o.user_id)",
  },
  {
    name: "customers with more than three orders",
    rule: "scalar-aggregate-to-join",
    sql: "select u.id, u.email from users u where (select count(*) from orders o where o.user_id = u.id) > 3",
  },
  {
    name: "customers with no order by count",
    rule: "count-to-exists",
    sql: "select u.id from users u where (select count(*) from orders o where o.user_id = u.id) = 0",
  },
  {
    name: "posts with a comment by count",
    rule: "count-to-exists",
    sql: "select p.id, p.title from posts p where (select count(c.id) from comments c where c.post_id = p.id) > 0",
  },
  {
    name: "customers with their number of orders",
    rule: "select-aggregate-to-join",
    sql: "select u.id, u.email, (select count(*) from orders o where o.user_id = u.id) as orders from users u",
  },
  {
    name: "customers with what they spent",
    rule: "select-aggregate-to-join",
    sql: "select u.id, (select coalesce(sum(o.total), 0) from orders o where o.user_id = u.id and o.status = 'paid') as spent from users u where u.country = 'de'",
  },
  {
    name: "orders with the customer's address",
    rule: "scalar-lookup-to-join",
    sql: "select o.id, (select u.email from users u where u.id = o.user_id) from orders o",
  },
  {
    name: "posts with author and category looked up",
    rule: "scalar-lookup-to-join",
    sql: "select p.id, (select name from users where users.id = p.author_id) as author, (select c.name from categories c where c.id = p.category_id) as category from posts p where p.views > 4000",
  },
  {
    name: "items dearer than usual for their product",
    rule: "scalar-aggregate-to-join",
    sql: "select sum(i.price) from order_items i join products p on p.id = i.product_id where p.category_id = 7 and i.quantity < (select 0.5 * avg(x.quantity) from order_items x where x.product_id = p.id)",
  },
  {
    name: "customers whose orders sum to nothing",
    rule: "scalar-aggregate-to-join",
    sql: "select u.id from users u where (select sum(o.total) from orders o where o.user_id = u.id) is null",
  },
  // membership
  {
    name: "customers without orders by NOT IN",
    rule: "not-in-to-not-exists",
    sql: "select id from users where id not in (select user_id from orders where total > 400)",
  },
  {
    name: "categories without products by NOT IN over nulls",
    rule: null,
    sql: "select id from categories where id not in (select category_id from products)",
  },
  {
    name: "posts by somebody else than ALL",
    rule: "not-in-to-not-exists",
    sql: "select id from posts where author_id <> all (select user_id from orders where status = 'new')",
  },
  {
    name: "products dearer than any item",
    rule: "quantified-to-aggregate",
    sql: "select id from products where price > any (select price from order_items where quantity = 9)",
  },
  {
    name: "IN over DISTINCT and sorted",
    rule: "plain-membership",
    sql: "select id from users where id in (select distinct author_id from posts order by author_id)",
  },
  {
    name: "EXISTS with LIMIT",
    rule: "plain-membership",
    sql: "select id from users u where exists (select 1 from orders o where o.user_id = u.id limit 1)",
  },
  {
    name: "IN over a UNION",
    rule: "plain-membership",
    sql: "select id from users where id in (select author_id from posts union select user_id from comments)",
  },
  {
    name: "customers without orders by outer join",
    rule: "anti-join-to-not-exists",
    sql: "select u.id, u.email from users u left join orders o on o.user_id = u.id where o.id is null",
  },
  {
    name: "authors found by DISTINCT over a join",
    rule: "distinct-join-to-exists",
    sql: "select distinct u.id, u.email from users u join posts p on p.author_id = u.id where p.views > 100",
  },
  {
    name: "tagged posts by DISTINCT",
    rule: "distinct-join-to-exists",
    sql: "select distinct p.id, p.title from posts p join post_tags t on t.post_id = p.id join tags g on g.id = t.tag_id where g.name = 'tag7'",
  },
  // joins
  {
    name: "comments joined with a post of which nothing is read",
    rule: "join-by-foreign-key",
    sql: "select c.id, c.body from comments c join posts p on p.id = c.post_id where c.user_id = 5",
  },
  {
    name: "items counted through their order",
    rule: "join-by-foreign-key",
    sql: "select count(*) from order_items i join orders o on o.id = i.order_id",
  },
  {
    name: "posts joined with a nullable category",
    rule: "join-by-foreign-key",
    sql: "select p.id from posts p join categories c on c.id = p.category_id",
  },
  {
    name: "outer join of which nothing is read",
    rule: "unused-outer-join",
    sql: "select p.id, p.title from posts p left join users u on u.id = p.author_id order by p.id limit 20",
  },
  {
    name: "outer join under DISTINCT",
    rule: "unused-outer-join",
    sql: "select distinct u.country from users u left join orders o on o.user_id = u.id",
  },
  {
    name: "page count through outer joins",
    rule: "unused-outer-join",
    sql: "select count(*) from posts p left join users u on u.id = p.author_id left join categories c on c.id = p.category_id where p.status = 'draft'",
  },
  {
    name: "customer joined with himself",
    rule: "self-join-on-key",
    sql: "select a.id, b.email from users a join users b on b.id = a.id where a.country = 'fr'",
  },
  {
    name: "outer join that a foreign key fills",
    rule: "outer-join-to-inner",
    sql: "select c.id, p.title from comments c left join posts p on p.id = c.post_id where c.created_at > '2023-01-01'",
  },
  {
    name: "outer join that a condition fills",
    rule: "outer-join-to-inner",
    sql: "select u.id, o.total from users u left join orders o on o.user_id = u.id where o.total > 450",
  },
  {
    name: "orders with their customers' totals",
    rule: "aggregate-below-join",
    sql: "select u.id, u.email, sum(o.total), count(*) from users u join orders o on o.user_id = u.id group by u.id, u.email",
  },
  {
    name: "customers with a count through an outer join",
    rule: "aggregate-below-join",
    sql: "select u.id, u.name, count(o.id) from users u left join orders o on o.user_id = u.id group by u.id, u.name order by count(o.id) desc limit 10",
  },
  {
    name: "latest order of each customer by own groups",
    rule: "self-join-to-window",
    sql: "select o.id, o.user_id, o.total from orders o join (select user_id, max(placed_on) as day from orders group by user_id) g on g.user_id = o.user_id and g.day = o.placed_on",
  },
  {
    name: "share of the customer's total",
    rule: "self-join-to-window",
    sql: "select o.id, o.total / g.sum as share from orders o join (select user_id, sum(total + 1) from orders group by user_id) g on g.user_id = o.user_id",
  },
  {
    name: "first page with author",
    rule: "limit-below-join",
    sql: "select p.id, p.title, u.name from posts p left join users u on u.id = p.author_id order by p.views desc, p.id limit 20",
  },
  {
    name: "joined customers in a range",
    rule: "transitive-predicate",
    sql: "select o.id, u.email from users u join orders o on o.user_id = u.id where u.id between 10 and 30",
  },
  // pages, groups, tops
  {
    name: "page far down",
    rule: "late-row-lookup",
    sql: "select * from posts order by views, id limit 20 offset 15000",
  },
  {
    name: "three newest comments a post",
    rule: "top-n-per-group",
    sql: "select id, post_id, created_at from (select id, post_id, created_at, row_number() over (partition by post_id order by created_at, id) as n from comments) c where n <= 3",
  },
  {
    name: "grouped by key and more",
    rule: "redundant-group-keys",
    sql: "select u.id, u.email, u.country, count(*) from users u join posts p on p.author_id = u.id group by u.id, u.email, u.country",
  },
  {
    name: "HAVING on a key",
    rule: "having-to-where",
    sql: "select country, count(*) from users group by country having country in ('de', 'fr') and count(*) > 3",
  },
  {
    name: "DISTINCT over a key",
    rule: "redundant-distinct",
    sql: "select distinct id, email from users where country = 'us'",
  },
  {
    name: "DISTINCT over a joined key",
    rule: "redundant-distinct",
    sql: "select distinct p.id, u.email from posts p join users u on u.id = p.author_id where p.views > 4900",
  },
  {
    name: "DISTINCT over groups",
    rule: "redundant-distinct",
    sql: "select distinct country, count(*) from users group by country",
  },
  {
    name: "distinct customers counted",
    rule: "count-distinct-in-two-steps",
    sql: "select count(distinct user_id) from orders",
  },
  {
    name: "distinct customers counted by status",
    rule: "count-distinct-in-two-steps",
    sql: "select status, count(distinct user_id) from orders group by status order by status",
  },
  // sets
  {
    name: "UNION of disjoint arms",
    rule: "union-to-union-all",
    sql: "select id, 'post' as kind from posts where views > 4000 union select id, 'order' as kind from orders where total > 400",
  },
  {
    name: "UNION of arms that may meet",
    rule: null,
    sql: "select author_id from posts union select user_id from comments",
  },
  {
    name: "OR over two columns",
    rule: "or-to-union",
    sql: `select id, title from posts where author_id = 17 or id = 4711`,
  },
  {
    name: "OR over one column",
    rule: "or-to-in",
    sql: "select id from orders where user_id = 5 or user_id = 6 or user_id = 7",
  },
  // functions and casts on columns
  {
    name: "posts of a day by date()",
    rule: "date-function-to-range",
    sql: "select id from posts where date(created_at) = '2023-03-05'",
  },
  {
    name: "posts of a day by cast",
    rule: "date-function-to-range",
    sql: "select count(*) from posts where created_at::date = date '2023-03-05'",
  },
  {
    name: "posts of a month",
    rule: "date-function-to-range",
    sql: "select id, title from posts where date_trunc('month', created_at) = '2023-03-01'",
  },
  {
    name: "orders of a year",
    rule: "date-function-to-range",
    sql: "select count(*) from orders where extract(year from placed_on) = 2023",
  },
  {
    name: "published on a day in some time zone",
    rule: "date-function-to-range",
    sql: "select id from posts where published_at::date = '2023-03-05'",
  },
  {
    name: "user by folded address",
    rule: "case-folding-by-check",
    sql: "select id from users where lower(email) = 'user7@example.org'",
  },
  {
    name: "user by folded name",
    rule: null,
    sql: "select id from users where lower(name) = 'user 7'",
  },
  {
    name: "order by number as text",
    rule: "cast-off-column",
    sql: "select id from orders where id::text = '4711'",
  },
  {
    name: "product by uuid as text",
    rule: "cast-off-column",
    sql: "select id from products where external_id::text = '00000000-0000-4000-8000-000000000007'",
  },
  {
    name: "order by decimal number",
    rule: "cast-off-column",
    sql: "select total from orders where id = 42.0",
  },
  {
    name: "COALESCE of what is never null",
    rule: "coalesce-off-column",
    sql: "select id from posts where coalesce(author_id, 0) = 12",
  },
  {
    name: "LIKE without a wildcard",
    rule: "like-to-equality",
    sql: "select id from products where sku like 'SKU-77'",
  },
  {
    name: "long IN list",
    rule: "in-list-to-values",
    sql: `select id, total from orders where user_id in (${Array.from({ length: 120 }, (_, index) => index * 3 + 1).join(", ")})`,
  },
  // WITH
  {
    name: "MATERIALIZED that hides a key",
    rule: "inline-common-table",
    sql: "with recent as materialized (select * from posts) select title from recent where id = 77",
  },
  {
    name: "WITH read twice for one author each",
    rule: "predicate-into-common-table",
    sql: "with own as (select id, author_id, views from posts) select a.id, b.id from own a join own b on b.views = a.views where a.author_id = 4 and b.author_id = 5",
  },
  {
    name: "the same groups twice",
    rule: "share-subquery",
    sql: "select a.user_id from (select user_id, sum(total) as spent from orders group by user_id) a join (select user_id, sum(total) as spent from orders group by user_id) b on a.spent = b.spent and a.user_id < b.user_id",
  },
  {
    name: "sorted subquery under a sort",
    rule: "idle-sort",
    sql: "select country, count(*) from (select country from users order by created_at) u group by country",
  },
  {
    name: "conditions that say nothing",
    rule: "idle-conditions",
    sql: "select id from users where 1 = 1 and id is not null and country = 'jp'",
  },
  // nothing to do
  { name: "by key", rule: null, sql: "select * from users where id = 7" },
  {
    name: "a plain join",
    rule: null,
    sql: `select p.title, u.email from posts p join users u on u.id = p.author_id where p.${PUBLISHED} order by p.created_at desc limit 10`,
  },
  { name: "random rows", rule: null, sql: "select id from users order by random() limit 3" },
  {
    name: "locked rows",
    rule: null,
    sql: "select id from orders where status = 'new' order by id limit 5 for update skip locked",
  },
  {
    name: "array in open order",
    rule: null,
    sql: "select user_id, array_agg(id) from orders o where (select count(*) from order_items i where i.order_id = o.id) > 0 group by user_id",
  },
];
