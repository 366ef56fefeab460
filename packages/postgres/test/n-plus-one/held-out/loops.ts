import { each, type HeldOut, keys, loopIn } from "./trace.ts";

const UUIDS = [1, 2, 3, 4, 5, 6, 7].map((n) => `6f1c${n}a52-09d4-4c8e-9b1f-0a7d5e3c21b${n}`);

/** Devised after the rules stood still, without a look at what they find here. */
export const HELD_OUT_LOOPS: readonly HeldOut[] = [
  loopIn("a ward's patients", /from patients/, [
    ["select id, patient_id from beds where ward = $1", ["north"], 8],
    ...keys("select name, born_on from patients where id = $1", [41, 77, 12, 8, 90, 33, 54, 61]),
  ]),
  loopIn("a shelf's authors, by uuid", /from authors/, [
    ["select title, author_id from books where shelf_id = $1", [7], 7],
    ...keys("select full_name from authors where id = $1", UUIDS),
  ]),
  loopIn("prices by country code", /from tariffs/, [
    ["select code from countries where region = $1", ["emea"], 6],
    ...keys("select price from tariffs where country = $1", ["DE", "FR", "ES", "IT", "PT", "NL"]),
  ]),
  loopIn("translations of the labels of a page", /from translations/, [
    ["select label from page_labels where page_id = $1", [4], 5],
    ...each(
      "select text from translations where label = $1 and language = $2",
      ["title", "lead", "save", "cancel", "footer"].map((label) => [label, "de"]),
    ),
  ]),
  loopIn("last message of each channel", /from messages/, [
    ["select channel_id from memberships where user_id = $1", [9], 9],
    ...keys(
      "select body, sent_at from messages where channel_id = $1 order by sent_at desc limit 1",
      [3, 5, 8, 13, 21, 34, 55, 89, 144],
    ),
  ]),
  loopIn("unread counts, channel by channel", /from messages/, [
    ...keys(
      "select count(*) from messages where channel_id = $1 and read_at is null",
      [3, 5, 8, 13, 21, 34],
    ),
  ]),
  loopIn("stock of what a client sent", /from stock/, [
    ...keys(
      "select quantity from stock where sku = $1",
      ["A-1001", "A-1002", "B-77", "C-9", "D-12x"],
      1,
    ),
  ]),
  loopIn("who is signed in, by e-mail", /from sessions/, [
    ...keys("select id, expires_at from sessions where email = $1", [
      "ann@example.org",
      "bob@example.org",
      "cy@example.org",
      "di@example.org",
      "ed@example.org",
    ]),
  ]),
  loopIn("drivers of deliveries, some shared", /from drivers/, [
    ["select id, driver_id from deliveries where day = $1", ["2026-03-04"], 12],
    ...keys("select name, phone from drivers where id = $1", [1, 2, 1, 3, 4, 2, 5, 6, 1, 7, 8, 3]),
  ]),
  loopIn("both ends of each route", /from depots/, [
    ["select from_id, to_id from routes where active", [], 4],
    ...keys("select city from depots where id = $1", [1, 2, 2, 3, 3, 4, 4, 5]),
  ]),
  loopIn("a tenant's invoices, each with its lines", /from invoice_lines/, [
    ["select id from invoices where tenant_id = $1 and month = $2", [2, "2026-02"], 6],
    ...each(
      "select sku, amount from invoice_lines where tenant_id = $1 and invoice_id = $2",
      [501, 502, 503, 504, 505, 506].map((id) => [2, id]),
      5,
    ),
  ]),
  loopIn("literals in the text", /from seats/, [
    ["select id from rows where hall_id = 3", [], 6],
    ...[10, 11, 12, 13, 14, 15].map(
      (id) => [`select number from seats where row_id = ${id}`] as const,
    ),
  ]),
  loopIn("words in the text, of rows read before", /from glossary/, [
    ["select word from lesson_words where lesson_id = 8", [], 5],
    ...["house", "tree", "river", "stone", "cloud"].map(
      (word) => [`select meaning from glossary where word = '${word}'`] as const,
    ),
  ]),
  loopIn("followers of followers", /from follows/, [
    ["select follower_id from follows where followed_id = $1", [1], 6],
    ...keys("select follower_id from follows where followed_id = $1", [4, 9, 16, 25, 36, 49], 3),
  ]),
  loopIn("an existence check for each import row", /from contacts/, [
    ...keys("select exists (select 1 from contacts where phone = $1)", [
      "+49301",
      "+49302",
      "+49303",
      "+49304",
      "+49305",
      "+49306",
      "+49307",
    ]),
  ]),
  loopIn("ratings by film, rounded", /from ratings/, [
    ["select id, title from films order by released desc limit 10", [], 10],
    ...keys(
      "select round(avg(stars), 1) from ratings where film_id = $1",
      [2, 4, 6, 8, 10, 12, 14, 16, 18, 20],
    ),
  ]),
  loopIn("categories upwards, for each product", /from categories/, [
    ["select id, category_id from products where brand = $1", ["acme"], 7],
    ...keys(
      "select id, name, parent_id from categories where id = $1",
      [70, 71, 72, 73, 74, 75, 76],
    ),
  ]),
  loopIn("permissions by role names of a user", /from role_permissions/, [
    ["select role from user_roles where user_id = $1", [77], 5],
    ...keys(
      "select permission from role_permissions where role = $1",
      ["editor", "author", "viewer", "billing", "support"],
      4,
    ),
  ]),
  loopIn("weather for cities that a client named", /from weather/, [
    ...keys("select degrees from weather where city = $1", [
      "Berlin",
      "Paris",
      "Rome",
      "Madrid",
      "Lisbon",
      "Vienna",
    ]),
  ]),
  loopIn("eleven tags by name", /from tags/, [
    ...keys("select id from tags where name = $1", [
      "jazz",
      "rock",
      "pop",
      "soul",
      "funk",
      "folk",
      "metal",
      "blues",
      "punk",
      "disco",
      "house",
    ]),
  ]),
  loopIn("an ORM's lazy relation", /from "addresses"/, [
    ['select "u"."id" from "users" "u" where "u"."active" = $1 limit $2', [true, 6], 6],
    ...each(
      'select "a".* from "addresses" "a" where "a"."user_id" = $1 limit $2',
      [1, 2, 3, 4, 5, 6].map((id) => [id, 1]),
    ),
  ]),
  loopIn("dates of a calendar week", /from shifts/, [
    ...keys(
      "select person_id from shifts where day = $1",
      [
        "2026-03-02",
        "2026-03-03",
        "2026-03-04",
        "2026-03-05",
        "2026-03-06",
        "2026-03-07",
        "2026-03-08",
      ],
      4,
    ),
  ]),
  loopIn("two keys a line", /from bookings/, [
    ["select room_id, day from requests where guest_id = $1", [3], 5],
    ...each(
      "select id from bookings where room_id = $1 and day = $2",
      [1, 2, 3, 4, 5].map((n) => [n, `2026-04-0${n}`]),
    ),
  ]),
  loopIn("cast keys", /from readings/, [
    ["select id from sensors where site = $1", ["plant 2"], 6],
    ...keys("select max(value) from readings where sensor_id = $1::bigint", [
      "11",
      "12",
      "13",
      "14",
      "15",
      "16",
    ]),
  ]),
  loopIn("a small IN list a row", /from ingredients/, [
    ["select ingredient_ids from recipes where cook_id = $1", [1], 6],
    ...each("select name from ingredients where id in ($1, $2)", [
      [1, 9],
      [9, 4],
      [2, 1],
      [7, 3],
      [3, 8],
      [5, 1],
    ]),
  ]),
];
