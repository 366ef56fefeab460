import { each, type HeldOut, keys, noLoopIn } from "./trace.ts";

/** Devised after the rules stood still, without a look at what they find here. */
export const HELD_OUT_TRAPS: readonly HeldOut[] = [
  noLoopIn("feature flags where they are needed", [
    ["select id from users where token = $1", ["t"], 1],
    ...keys("select enabled from flags where name = $1", [
      "dark_mode",
      "beta",
      "new_checkout",
      "chat",
      "exports",
    ]),
  ]),
  noLoopIn("limits of a plan, dotted names", [
    ...keys("select value from limits where key = $1", [
      "seats.max",
      "storage.bytes",
      "api.calls",
      "exports.daily",
      "webhooks.max",
      "history.days",
    ]),
  ]),
  noLoopIn("flags of one tenant", [
    ...each(
      "select enabled from tenant_flags where tenant = $1 and name = $2",
      ["audit", "sso", "scim", "export", "retention"].map((name) => [12, name]),
    ),
  ]),
  noLoopIn("counters by name, written in the text", [
    ...["visits", "orders", "returns", "refunds", "signups"].map(
      (name) => [`select n from counters where name = '${name}'`] as const,
    ),
  ]),
  noLoopIn("templates of a mail in its parts", [
    ...keys("select body from templates where slug = $1", [
      "header",
      "greeting",
      "offer",
      "legal-notice",
      "footer",
    ]),
  ]),
  noLoopIn("settings with digits in their names", [
    ...keys("select value from settings where name = $1", [
      "oauth2_client",
      "s3_bucket",
      "sha256_salt",
      "ipv4_range",
      "i18n",
    ]),
  ]),
  noLoopIn("sequences of numbers", [
    ...keys("select nextval($1)", [
      "invoice_no",
      "order_no",
      "credit_no",
      "return_no",
      "ticket_no",
    ]),
  ]),
  noLoopIn("four people on a page", [
    ...keys("select name from people where id = $1", [4, 8, 15, 16]),
  ]),
  noLoopIn("pages by key", [
    ...[0, 100, 200, 300, 400, 500].map(
      (id) => ["select id, body from log where id > $1 order by id limit 100", [id], 100] as const,
    ),
  ]),
  noLoopIn("chunks of five hundred", [
    ...[0, 1, 2, 3, 4, 5].map(
      (part) =>
        [
          "select id, name from parts where id = any($1)",
          [Array.from({ length: 500 }, (_, index) => part * 500 + index)],
          500,
        ] as const,
    ),
  ]),
  noLoopIn("writes, one by one", [
    ...each(
      "insert into events (kind, at) values ($1, $2)",
      ["a", "b", "c", "d", "e", "f"].map((kind, index) => [kind, index]),
    ),
  ]),
  noLoopIn("updates of the lines of an order", [
    ...each(
      "update order_lines set picked = true where order_id = $1 and line = $2",
      [1, 2, 3, 4, 5, 6, 7].map((line) => [5, line]),
    ),
  ]),
  noLoopIn("row locks in order", [
    ["begin"],
    ...keys("select balance from accounts where id = $1 for update", [3, 5, 7, 9, 11, 13]),
    ["commit"],
  ]),
  noLoopIn("advisory locks", [...keys("select pg_advisory_xact_lock($1)", [1, 2, 3, 4, 5, 6])]),
  noLoopIn("the same account again and again", [
    ...keys("select balance from accounts where id = $1", [9, 9, 9, 9, 9, 9, 9]),
  ]),
  noLoopIn("a poll until it is done", [
    ...each(
      "select state from jobs where id = $1",
      Array.from({ length: 8 }, () => [71]),
    ),
  ]),
  noLoopIn("windows of time", [
    ...[0, 1, 2, 3, 4, 5].map(
      (hour) =>
        [
          "select count(*) from hits where at >= $1 and at < $2",
          [`2026-03-04 0${hour}:00`, `2026-03-04 0${hour + 1}:00`],
          1,
        ] as const,
    ),
  ]),
  noLoopIn("catalogue questions", [
    ...keys("select to_regclass($1)", ["a", "b", "c", "d", "e", "f"]),
  ]),
  noLoopIn("columns of tables", [
    ...keys(
      "select column_name from information_schema.columns where table_name = $1",
      ["users", "orders", "lines", "stock", "tags"],
      7,
    ),
  ]),
  noLoopIn("health of shards", [
    ...[1, 2, 3, 4, 5, 6].map(
      (shard) => [`select 1 from shard_${shard}.heartbeat where id = 1`] as const,
    ),
  ]),
  noLoopIn("search as it is typed", [
    ...keys(
      "select name from cities where name like $1 || '%' limit 5",
      ["b", "be", "ber", "berl", "berli"],
      5,
    ),
  ]),
  noLoopIn("remainders of a table", [
    ...[0, 1, 2, 3, 4, 5, 6, 7].map(
      (part) => ["select id from jobs where id % 8 = $1 and state = 'new'", [part], 40] as const,
    ),
  ]),
  noLoopIn("offsets of a list", [
    ...[0, 20, 40, 60, 80].map(
      (offset) => ["select id from posts order by id limit 20 offset $1", [offset], 20] as const,
    ),
  ]),
  noLoopIn("consents by purpose", [
    ...each(
      "select given_at from consents where user_id = $1 and purpose = $2",
      ["newsletter", "profiling", "sharing", "cookies", "research"].map((purpose) => [4, purpose]),
    ),
  ]),
  noLoopIn("one batched look-up after another", [
    ["select author_id from posts limit 20", [], 20],
    ["select id, name from users where id = any($1)", [[1, 2, 3, 4, 5, 6, 7]], 7],
    ["select id, url from avatars where user_id = any($1)", [[1, 2, 3, 4, 5, 6, 7]], 7],
    ["select user_id, count(*) from likes where user_id = any($1) group by 1", [[1, 2, 3]], 3],
  ]),
];
