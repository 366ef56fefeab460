/**
 * Statements over the media example's tables, of every kind that a planner treats in its own way.
 * Values are in place; each runs on a catalogue of any scale.
 */
export const MEDIA_STATEMENTS: readonly string[] = [
  // Point look-ups
  "select * from users where id = 7",
  "select id from users where id = 7",
  "select * from users where wallet_address = '0x00'",
  "select * from content where id = 41 and status = 'published'",
  "select * from nft where contract_address = '0x12' and token_id = 7",
  "select * from transactions where id = '00000000-0000-4000-8000-000000000001'",
  "select * from filter_configs where user_id = 3",
  "select labels from ai_classification_cache where cache_key = 'unknown'",
  // Equality on columns that repeat
  "select * from content where user_id = 1",
  "select * from content where user_id = 3 and status = 'published'",
  "select count(*) from content where kind = 'video'",
  "select * from transactions where status = 'failed'",
  "select * from transactions where user_id = 2 and status = 'confirmed' and kind = 'sale'",
  "select * from users where country = 'DE' and language = 'de'",
  "select * from keywords where user_id = 5 and category is not null",
  "select * from users where plan <> 'free'",
  // Ranges
  "select * from users where id between 10 and 60",
  "select * from content where created_at >= '2025-06-01' and created_at < '2025-06-08'",
  "select * from analytics_events where created_at > '2025-12-30'",
  "select * from analytics_events where user_id = 1 and created_at >= '2025-10-01'",
  "select * from content where duration_seconds > 3000",
  "select * from content where duration_seconds between 60 and 65 and kind = 'short'",
  "select * from transactions where amount_wei > 1000000000000000000",
  "select * from nft where minted_at < '2024-06-01'",
  // IN and ANY
  "select * from users where id in (1, 2, 3, 5, 8, 13)",
  "select * from content where user_id in (1, 2, 3) and status in ('draft', 'archived')",
  "select * from content where id = any ('{4,8,15,16,23,42}'::bigint[])",
  "select * from users where country not in ('US', 'DE', 'FR')",
  // LIKE and other operators
  "select * from content where title like 'The%'",
  "select * from content where title ilike '%night%'",
  "select * from keywords where phrase like '%live%'",
  "select * from users where lower(display_name) = 'ada'",
  "select * from content where keyword_ids @> '{7}'",
  "select * from nft where metadata @> '{\"edition\": 1}'",
  "select * from content where user_id = 4 or kind = 'live'",
  "select * from users where display_name is null",
  // ORDER BY, LIMIT, OFFSET
  "select * from content order by created_at desc limit 20",
  "select * from content where status = 'published' order by created_at desc, id desc limit 20",
  "select * from content where user_id = 2 order by created_at desc limit 10 offset 20",
  "select id, title from content order by id limit 50 offset 500",
  "select * from analytics_events order by id desc limit 100",
  "select * from content where (created_at, id) < ('2025-09-01', 2000) order by created_at desc, id desc limit 20",
  "select distinct user_id from content order by user_id",
  "select distinct on (user_id) user_id, id, created_at from content order by user_id, created_at desc",
  // Joins of two
  "select c.id, u.display_name from content c join users u on u.id = c.user_id where c.id = 5",
  "select c.id, u.display_name from content c join users u on u.id = c.user_id where u.country = 'JP'",
  "select u.id, count(c.id) from users u left join content c on c.user_id = u.id group by u.id",
  "select c.* from content c join nft n on n.content_id = c.id where n.owner_address = '0x01'",
  "select t.*, u.display_name from transactions t join users u on u.id = t.user_id where t.status = 'pending' order by t.created_at desc limit 25",
  "select * from keywords k full join filter_configs f on f.user_id = k.user_id",
  // Joins of three and four
  "select c.id, u.display_name, n.owner_address from content c join users u on u.id = c.user_id join nft n on n.content_id = c.id where c.status = 'published' order by c.created_at desc limit 20",
  "select u.id, sum(t.amount_wei) from users u join transactions t on t.user_id = u.id join nft n on n.id = t.nft_id where n.standard = 'ERC-721' group by u.id order by 2 desc limit 10",
  "select c.id, count(*) from content c join analytics_events e on e.content_id = c.id join users u on u.id = c.user_id where u.plan = 'studio' and e.kind = 'play' group by c.id",
  "select t.id, u.id, n.id, c.id from transactions t join users u on u.id = t.user_id join nft n on n.id = t.nft_id join content c on c.id = n.content_id where c.kind = 'audio' and t.kind = 'sale'",
  "select t.id, c.title from transactions t join nft n on n.id = t.nft_id join content c on c.id = n.content_id join users u on u.id = c.user_id where t.user_id = 3 order by t.created_at desc limit 5",
  // Aggregates
  "select count(*) from analytics_events",
  "select kind, count(*), avg(watched_seconds) from analytics_events group by kind",
  "select user_id, kind, count(*) from analytics_events where created_at >= '2025-01-01' group by user_id, kind having count(*) > 10",
  "select date_trunc('day', created_at) as day, count(*) from analytics_events where user_id = 1 group by 1 order by 1",
  "select country, count(distinct session_id) from analytics_events group by country order by 2 desc",
  "select max(created_at) from content where user_id = 6",
  "select max(id) from analytics_events",
  "select status, kind, count(*) from transactions group by grouping sets ((status), (kind), ())",
  // Subqueries, EXISTS, CTE, set operations
  "select * from users u where exists (select 1 from content c where c.user_id = u.id and c.status = 'removed')",
  "select * from users u where not exists (select 1 from transactions t where t.user_id = u.id)",
  "select * from content where user_id in (select user_id from filter_configs where match_limit > 500)",
  "select u.*, (select count(*) from content c where c.user_id = u.id) from users u where u.id < 20",
  "with recent as (select * from transactions where created_at > '2025-11-01') select r.kind, count(*) from recent r group by r.kind",
  "with recent as materialized (select * from transactions where created_at > '2025-11-01') select * from recent a join recent b on a.nft_id = b.nft_id and a.id <> b.id",
  "select user_id from content where kind = 'live' union select user_id from keywords where category = 'brand'",
  "select u.id, l.title from users u cross join lateral (select title from content c where c.user_id = u.id order by created_at desc limit 3) l where u.country = 'BR'",
  // Window functions
  "select id, row_number() over (partition by user_id order by created_at desc) from content",
  "select * from (select c.*, rank() over (partition by user_id order by duration_seconds desc) as place from content c) r where place <= 3",
  "select created_at, sum(watched_seconds) over (order by created_at) from analytics_events where content_id = 12",
  // Writes, planned only
  "update content set status = 'archived' where user_id = 9 and status = 'published'",
  "update users set plan = 'free' where id = 11",
  "update content c set status = 'removed' from users u where u.id = c.user_id and u.country = 'XX'",
  "delete from ai_classification_cache where created_at < '2025-01-15'",
  "delete from transactions t using nft n where n.id = t.nft_id and n.content_id = 15",
  "insert into filter_configs (user_id) select id from users where created_at > '2025-12-31' on conflict (user_id) do nothing",
  "insert into keywords (user_id, phrase, category) values (1, 'a phrase', 'a category')",
];

/** Indexes that a sensible owner of these tables would have. */
export const MEDIA_INDEXES: readonly {
  readonly name: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly include?: readonly string[];
  readonly predicate?: string;
}[] = [
  { name: "users_wallet", table: "users", columns: ["wallet_address"] },
  { name: "users_country_language", table: "users", columns: ["country", "language"] },
  { name: "content_user_created", table: "content", columns: ["user_id", "created_at desc"] },
  { name: "content_created_id", table: "content", columns: ["created_at desc", "id desc"] },
  {
    name: "content_published_created",
    table: "content",
    columns: ["created_at desc"],
    predicate: "status = 'published'",
  },
  { name: "content_title", table: "content", columns: ["title"] },
  { name: "nft_content", table: "nft", columns: ["content_id"] },
  { name: "nft_token", table: "nft", columns: ["contract_address", "token_id"] },
  { name: "nft_owner", table: "nft", columns: ["owner_address"] },
  {
    name: "transactions_user_created",
    table: "transactions",
    columns: ["user_id", "created_at desc"],
    include: ["status"],
  },
  { name: "transactions_nft", table: "transactions", columns: ["nft_id"] },
  { name: "transactions_status", table: "transactions", columns: ["status", "created_at"] },
  { name: "keywords_user", table: "keywords", columns: ["user_id"] },
  { name: "events_user_created", table: "analytics_events", columns: ["user_id", "created_at"] },
  { name: "events_content", table: "analytics_events", columns: ["content_id"] },
  { name: "events_created", table: "analytics_events", columns: ["created_at"] },
  { name: "classification_key", table: "ai_classification_cache", columns: ["cache_key"] },
];
