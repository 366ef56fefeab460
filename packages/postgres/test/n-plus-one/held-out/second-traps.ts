import { type Asked, each, type HeldOut, keys, noLoopIn } from "./trace.ts";

/** Whole numbers from one up to the last. */
function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

/** The same statement with the same parameters, as often as told. */
function again(times: number, asked: Asked): Asked[] {
  return upTo(times).map(() => asked);
}

/** Keys as a chunk of a long list holds them. */
function chunk(start: number, length: number): number[] {
  return Array.from({ length }, (_, index) => start + index);
}

/** A second set of requests without loops, labelled without knowing the rules. */
export const SECOND_TRAPS: readonly HeldOut[] = [
  noLoopIn("settings asked by name wherever a booking needs one", [
    ["select id, role from staff where badge = $1", ["b-17"], 1],
    ["select value from app_settings where name = $1", ["booking.max_days_ahead"], 1],
    ["select id, court_no from courts where id = $1", [4], 1],
    ["select value from app_settings where name = $1", ["booking.slot_minutes"], 1],
    ["select count(*) from court_bookings where court_id = $1 and day = $2", [4, "2026-03-09"], 1],
    ["select value from app_settings where name = $1", ["booking.max_per_day"], 1],
    ["select value from app_settings where name = $1", ["prices.evening_surcharge"], 1],
    ["insert into court_bookings (court_id, day) values ($1, $2)", [4, "2026-03-09"], 1],
    ["select value from app_settings where name = $1", ["mail.confirmations_enabled"], 1],
  ]),
  noLoopIn("toggles of a checkout, by environment and name", [
    ["select id, total_cents from checkouts where id = $1", ["co_81"], 1],
    ...each(
      'select "enabled", "rollout" from "feature_toggles" ' +
        'where "env" = $1 and "name" = $2 limit $3',
      ["express-pay", "gift-cards", "address-lookup", "split-shipping", "new-tax-engine"].map(
        (name) => ["production", name, 1],
      ),
    ),
  ]),
  noLoopIn("an export that reads page after page by the last id", [
    ...each(
      "select id, plate, owner_ref from vehicles where id > $1 order by id limit $2",
      [0, 1043, 2101, 3160, 4188, 5240, 6312].map((last) => [last, 1000]),
      1000,
    ),
    [
      "select id, plate, owner_ref from vehicles where id > $1 order by id limit $2",
      [7330, 1000],
      412,
    ],
  ]),
  noLoopIn("a listing read to its end with growing offsets", [
    ['SELECT count(*) AS "count" FROM "Permits" AS "Permit" WHERE "Permit"."year" = 2025;', [], 1],
    ...[0, 200, 400, 600, 800, 1000].map(
      (offset): Asked => [
        'SELECT "id", "street", "issuedOn" FROM "Permits" AS "Permit" ' +
          `WHERE "Permit"."year" = 2025 ORDER BY "Permit"."id" ASC LIMIT 200 OFFSET ${offset};`,
        [],
        200,
      ],
    ),
  ]),
  noLoopIn("waiting until a render is done", [
    ["insert into renders (scene_id) values ($1) returning id", [18], 1],
    ...again(9, ["select state, progress from renders where id = $1", [7731], 1]),
    ["select path, bytes from render_outputs where render_id = $1", [7731], 1],
  ]),
  noLoopIn("a transfer that is tried again after conflicts", [
    ...upTo(5).flatMap((): Asked[] => [
      ["begin isolation level serializable", [], 0],
      ["select balance_cents from wallets where id = $1", ["w-1"], 1],
      ["select balance_cents from wallets where id = $1", ["w-2"], 1],
      ["update wallets set balance_cents = balance_cents - $2 where id = $1", ["w-1", 500], 1],
      ["rollback", [], 0],
    ]),
    ["begin isolation level serializable", [], 0],
    ["select balance_cents from wallets where id = $1", ["w-1"], 1],
    ["select balance_cents from wallets where id = $1", ["w-2"], 1],
    ["update wallets set balance_cents = balance_cents - $2 where id = $1", ["w-1", 500], 1],
    ["update wallets set balance_cents = balance_cents + $2 where id = $1", ["w-2", 500], 1],
    ["commit", [], 0],
  ]),
  noLoopIn("pupils of a whole district, five hundred ids at a time", [
    ["select pupil_id from enrolments where district_id = $1", [2], 3000],
    ...keys(
      "select id, given_name, grade from pupils where id = any($1)",
      [0, 1, 2, 3, 4, 5].map((part) => chunk(10000 + part * 500, 500)),
      500,
    ),
  ]),
  noLoopIn("spare parts in chunks of eight placeholders", [
    ...each(
      'select * from "spare_parts" where "part_no" in ($1, $2, $3, $4, $5, $6, $7, $8)',
      [100, 108, 116, 124, 132, 140].map((start) => chunk(start, 8)),
      8,
    ),
  ]),
  noLoopIn("a log sheet inserted in batches of rows", [
    ["begin", [], 0],
    ...each(
      "insert into hive_weights (hive_id, grams, at) values ($1, $2, $3), ($4, $5, $6)",
      upTo(7).map((n) => [
        n * 2,
        30000 + n,
        "2026-03-04T05:00:00Z",
        n * 2 + 1,
        31000 + n,
        "2026-03-04T05:00:00Z",
      ]),
      2,
    ),
    ["commit", [], 0],
  ]),
  noLoopIn("guests of a wedding saved one by one", [
    ["begin", [], 0],
    ["insert into weddings (day, place) values ($1, $2) returning id", ["2026-08-15", "barn"], 1],
    ...each(
      'insert into "guests" ("wedding_id", "first_name") values ($1, $2) returning "id"',
      ["Ada", "Bruno", "Cleo", "Dina", "Enzo", "Flora", "Gus", "Hedi"].map((name) => [31, name]),
    ),
    ["commit", [], 0],
  ]),
  noLoopIn("a worker that takes deliveries off a queue and marks them done", [
    ...[811, 812, 815, 816, 820, 823, 824].flatMap((id): Asked[] => [
      [
        "select id, payload from webhook_deliveries where state = 'due' " +
          "order by id for update skip locked limit 1",
        [],
        1,
      ],
      ["update webhook_deliveries set state = 'done', done_at = now() where id = $1", [id], 1],
    ]),
    [
      "select id, payload from webhook_deliveries where state = 'due' " +
        "order by id for update skip locked limit 1",
      [],
      0,
    ],
  ]),
  noLoopIn("columns of each table, read when the service builds its model", [
    ["select table_name from information_schema.tables where table_schema = $1", ["public"], 6],
    ...each(
      "select column_name, data_type, is_nullable from information_schema.columns " +
        "where table_schema = $1 and table_name = $2 order by ordinal_position",
      ["boats", "skippers", "regattas", "legs", "results", "penalties"].map((table) => [
        "public",
        table,
      ]),
      8,
    ),
  ]),
  noLoopIn("how large the tables are, for an operator's page", [
    ...keys("select pg_total_relation_size($1::regclass) as bytes", [
      "public.parcels",
      "public.scans",
      "public.depots",
      "public.drivers",
      "public.tours",
      "public.claims",
    ]),
    ["select pg_database_size(current_database())", [], 1],
  ]),
  noLoopIn("advisory locks taken and given back", [
    ...keys("select pg_try_advisory_lock($1)", [9001, 9002, 9003, 9004, 9005, 9006]),
    ["update tariff_zones set recomputed_at = now() where stale", [], 6],
    ...keys("select pg_advisory_unlock($1)", [9001, 9002, 9003, 9004, 9005, 9006]),
  ]),
  noLoopIn("tiles of a dashboard, each over another table", [
    ["select count(*) from open_shifts where clinic_id = $1", [3], 1],
    ["select count(*) from lab_orders where clinic_id = $1 and done_at is null", [3], 1],
    ["select sum(net_cents) from claims_sent where clinic_id = $1", [3], 1],
    ["select avg(minutes) from waiting_times where clinic_id = $1", [3], 1],
    ["select max(received_at) from faxes where clinic_id = $1", [3], 1],
    ["select count(distinct device_id) from device_alerts where clinic_id = $1", [3], 1],
    ["select min(expires_on) from vaccine_batches where clinic_id = $1", [3], 1],
  ]),
  noLoopIn("different aggregates over one table", [
    ["select count(*) from rides where city_id = $1", [8], 1],
    ["select sum(metres) from rides where city_id = $1 and ended_at is not null", [8], 1],
    ["select avg(extract(epoch from ended_at - started_at)) from rides where city_id = $1", [8], 1],
    ["select count(distinct rider_id) from rides where city_id = $1", [8], 1],
    [
      "select date_trunc('hour', started_at) as hour, count(*) from rides " +
        "where city_id = $1 group by 1 order by 2 desc limit 1",
      [8],
      1,
    ],
    ["select bike_id, count(*) from rides where city_id = $1 group by 1 limit 10", [8], 10],
  ]),
  noLoopIn("the signed-in editor loaded again by every middleware", [
    ...again(5, [
      'SELECT "Editor"."id" AS "Editor_id", "Editor"."first_name" AS "Editor_first_name" ' +
        'FROM "editor" "Editor" WHERE (("Editor"."id" = $1)) LIMIT 1',
      ["4d1f7c20-8a57-4b8c-a6a7-1f6a0c9d2e11"],
      1,
    ]),
    ['SELECT "d"."id", "d"."headline" FROM "draft" "d" WHERE "d"."editor_id" = $1', ["4d1f"], 14],
    ...again(4, [
      'SELECT "Editor"."id" AS "Editor_id", "Editor"."first_name" AS "Editor_first_name" ' +
        'FROM "editor" "Editor" WHERE (("Editor"."id" = $1)) LIMIT 1',
      ["4d1f7c20-8a57-4b8c-a6a7-1f6a0c9d2e11"],
      1,
    ]),
  ]),
  noLoopIn("one factory's details for each of its machines", [
    ["select id, name, factory_id from machines where factory_id = $1", [2], 8],
    ...again(8, ["select name, time_zone from factories where id = $1", [2], 1]),
  ]),
  noLoopIn("cars through a toll gate, hour by hour", [
    ...each(
      "select count(*) from passages where gate_id = $1 and passed_at >= $2 and passed_at < $3",
      ["06", "07", "08", "09", "10", "11", "12", "13"].map((hour, index) => [
        14,
        `2026-03-03T${hour}:00:00Z`,
        `2026-03-03T${String(index + 7).padStart(2, "0")}:00:00Z`,
      ]),
    ),
  ]),
  noLoopIn("best scores of the last hour, day, week, month and year", [
    ...keys(
      "select player, points from scores where scored_at > now() - $1::interval " +
        "order by points desc limit 10",
      ["1 hour", "1 day", "7 days", "30 days", "365 days"],
      10,
    ),
  ]),
  noLoopIn("a street typed letter by letter over one socket", [
    ...keys(
      "select id, street, town from street_index where street ilike $1 order by street limit 10",
      ["b%", "ba%", "bah%", "bahn%", "bahnh%", "bahnho%", "bahnhof%"],
      10,
    ),
  ]),
  noLoopIn("the pool asks whether the connection lives", [
    ...again(6, ["SELECT 1", [], 1]),
    ["select version, started_at from deployments order by started_at desc limit 1", [], 1],
    ...again(2, ["SELECT 1", [], 1]),
  ]),
  noLoopIn("what row security needs to know, set name by name", [
    ["begin", [], 0],
    ...each("select set_config($1, $2, true)", [
      ["app.tenant", "51"],
      ["app.user", "8810"],
      ["app.role", "dispatcher"],
      ["app.locale", "fr-CH"],
      ["app.request", "r-77120"],
      ["app.region", "west"],
    ]),
    ["select id, pickup, dropoff from freight_orders where state = $1", ["open"], 25],
    ["commit", [], 0],
  ]),
  noLoopIn("session parameters before a heavy report", [
    ["set local statement_timeout = '30s'", [], 0],
    ["set local lock_timeout = '2s'", [], 0],
    ["set local work_mem = '256MB'", [], 0],
    ["set local time zone 'Europe/Zurich'", [], 0],
    ["set local search_path = reports, public", [], 0],
    ["set local jit = off", [], 0],
    ["select region, sum(kwh) from grid_feed group by region", [], 26],
    ["reset all", [], 0],
  ]),
  noLoopIn("a download read through a cursor", [
    ["begin", [], 0],
    [
      "declare manuscripts_out no scroll cursor for " +
        "select shelfmark, century, leaves from manuscripts order by shelfmark",
      [],
      0,
    ],
    ...again(7, ["fetch 500 from manuscripts_out", [], 500]),
    ["fetch 500 from manuscripts_out", [], 87],
    ["close manuscripts_out", [], 0],
    ["commit", [], 0],
  ]),
  noLoopIn("a tenant is set up by running its migrations", [
    ["create schema tenant_908", [], 0],
    ["create table tenant_908.migrations (version text primary key, run_at timestamptz)", [], 0],
    ...["001_init", "002_contacts", "003_deals", "004_notes", "005_indexes", "006_audit"].flatMap(
      (version): Asked[] => [
        ["begin", [], 0],
        [`create table tenant_908.t_${version} (id bigserial primary key, body jsonb)`, [], 0],
        ["insert into tenant_908.migrations (version, run_at) values ($1, now())", [version], 1],
        ["commit", [], 0],
      ],
    ),
  ]),
  noLoopIn("one customer's chat lines in every shard table", [
    ...["00", "01", "02", "03", "04", "05", "06", "07"].map(
      (shard): Asked => [
        `select id, sent_at, body from chat_lines_${shard} where customer_id = $1 limit 50`,
        [66120],
        12,
      ],
    ),
  ]),
  noLoopIn("a well's levels in the table of each month", [
    ...["2025_10", "2025_11", "2025_12", "2026_01", "2026_02", "2026_03"].map(
      (month): Asked => [
        `select at, level_cm from "levels_${month}" where "well_id" = $1 order by at`,
        [19],
        720,
      ],
    ),
  ]),
  noLoopIn("numbers drawn from a sequence for a strip of vouchers", [
    ["select id, prefix from voucher_series where id = $1", [5], 1],
    ...again(12, ["select nextval('voucher_no_seq') as no", [], 1]),
    [
      "insert into vouchers (series_id, no) select $1, unnest($2::bigint[])",
      [5, chunk(88001, 12)],
      12,
    ],
  ]),
  noLoopIn("an import with a savepoint around each line", [
    ["begin", [], 0],
    ...upTo(6).flatMap((line): Asked[] => [
      ["savepoint line", [], 0],
      ["insert into stage_lines (file_id, line_no, raw) values ($1, $2, $3)", [8, line, "…"], 1],
      ["release savepoint line", [], 0],
    ]),
    ["commit", [], 0],
  ]),
  noLoopIn("everything a profile page shows of one climber, table by table", [
    ["select id, nickname from climbers where id = $1", [302], 1],
    ["select grade, count(*) from ascents where climber_id = $1 group by grade", [302], 9],
    ["select gym_id from gym_memberships where climber_id = $1", [302], 2],
    ["select label, won_on from trophies where climber_id = $1", [302], 3],
    ["select partner_id from rope_teams where climber_id = $1", [302], 4],
    ["select kind, bought_on from gear where climber_id = $1", [302], 17],
    ["select body from bios where climber_id = $1", [302], 1],
    ["select path from photos where climber_id = $1 order by taken_at desc limit 12", [302], 12],
  ]),
  noLoopIn("an account is erased, table by table", [
    ["begin", [], 0],
    ...["carts", "wishlists", "reviews", "addresses", "payment_methods", "devices", "logins"].map(
      (table): Asked => [`delete from "${table}" where "shopper_id" = $1`, [99120], 3],
    ),
    ["delete from shoppers where id = $1", [99120], 1],
    ["commit", [], 0],
  ]),
  noLoopIn("a phone's steps written per day, new or changed", [
    ["select id from phones where push_token = $1", ["tok"], 1],
    ...each(
      "insert into steps (phone_id, day, n) values ($1, $2, $3) " +
        "on conflict (phone_id, day) do update set n = excluded.n",
      [1, 2, 3, 4, 5, 6, 7].map((day) => [410, `2026-02-0${day}`, 4000 + day * 321]),
    ),
  ]),
  noLoopIn("cards of a board put in a new order", [
    ["begin", [], 0],
    ["select id, position from board_cards where column_id = $1 for update", [12], 8],
    ...each(
      'UPDATE "board_cards" SET "position"=$1,"updatedAt"=$2 WHERE "id" = $3',
      [5, 1, 9, 4, 3, 12, 7, 8].map((card, index) => [index, "2026-03-04T05:06:07Z", card]),
    ),
    ["commit", [], 0],
  ]),
  noLoopIn("listeners told of what changed", [
    ["update parking_spots set taken = not taken where garage_id = $1 and seen", [6], 6],
    ...each(
      "select pg_notify($1, $2)",
      [61, 62, 65, 68, 70, 71].map((spot) => ["spots", `{"spot":${spot}}`]),
    ),
  ]),
  noLoopIn("a taxi looked for in wider and wider circles", [
    ...each(
      "select id, plate from taxis where free and st_dwithin(at, st_makepoint($1, $2), $3) " +
        "order by at <-> st_makepoint($1, $2) limit 1",
      [250, 500, 1000, 2000, 4000].map((metres) => [8.54, 47.37, metres]),
      0,
    ),
    [
      "select id, plate from taxis where free and st_dwithin(at, st_makepoint($1, $2), $3) " +
        "order by at <-> st_makepoint($1, $2) limit 1",
      [8.54, 47.37, 8000],
      1,
    ],
  ]),
  noLoopIn("what a field app has missed since it was last online", [
    ...["work_orders", "sites", "contacts", "checklists", "materials", "notes", "time_entries"].map(
      (table): Asked => [
        `select * from "${table}" where "updated_at" > $1 order by "updated_at" limit $2`,
        ["2026-03-01T18:00:00Z", 500],
        40,
      ],
    ),
  ]),
  noLoopIn("a scanned plan sent in slices of one column", [
    ["select name, octet_length(content) as bytes from site_plans where id = $1", [71], 1],
    ...each(
      "select substring(content from $2 for $3) as slice from site_plans where id = $1",
      [0, 1, 2, 3, 4, 5, 6].map((part) => [71, part * 262144 + 1, 262144]),
    ),
  ]),
  noLoopIn("old log lines deleted a thousand at a time", [
    ...again(8, [
      "delete from audit_lines where ctid in " +
        "(select ctid from audit_lines where at < now() - interval '90 days' limit 1000)",
      [],
      1000,
    ]),
  ]),
  noLoopIn("a comment tree loaded level by level", [
    ["select id, body from comments where thread_id = $1 and parent_id is null", [500], 4],
    [
      "select id, parent_id, body from comments where parent_id in ($1, $2, $3, $4)",
      [1, 2, 3, 4],
      5,
    ],
    [
      "select id, parent_id, body from comments where parent_id in ($1, $2, $3, $4, $5)",
      [10, 11, 12, 15, 16],
      6,
    ],
    [
      "select id, parent_id, body from comments where parent_id in ($1, $2, $3, $4, $5, $6)",
      [20, 21, 22, 25, 26, 29],
      3,
    ],
    ["select id, parent_id, body from comments where parent_id in ($1, $2, $3)", [31, 32, 38], 2],
    ["select id, parent_id, body from comments where parent_id in ($1, $2)", [40, 41], 0],
  ]),
];
