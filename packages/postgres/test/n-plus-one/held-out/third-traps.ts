import { type Asked, each, type HeldOut, keys, noLoopIn } from "./trace.ts";

/** Whole numbers one after the other, from the first one on. */
function run(first: number, length: number, step = 1): number[] {
  return Array.from({ length }, (_, index) => first + index * step);
}

/** One and the same statement with the same parameters, several times. */
function times(count: number, ...asked: Asked[]): Asked[] {
  return run(0, count).flatMap(() => asked);
}

/** As many placeholders as told, separated by commas. */
function placeholders(count: number, first = 1): string {
  return run(first, count)
    .map((place) => `$${place}`)
    .join(", ");
}

/** A uuid that is always the same for the same number. */
function uuidOf(seed: number): string {
  const tail = ((seed * 2246822519) >>> 0).toString(16).padStart(12, "5e07");
  return `6f1d20${String(seed).padStart(2, "0")}-93ab-4c55-8e10-${tail}`;
}

/** A third set of requests without loops, labelled without knowing the rules. */
export const THIRD_TRAPS: readonly HeldOut[] = [
  noLoopIn("limits of a plan, asked by name where the upload needs one", [
    ["select id, plan from workspaces where slug = $1", ["harbour-maps"], 1],
    ["select amount from plan_limits where limit_name = $1", ["upload.max_bytes"], 1],
    ["select sum(bytes) as used from uploads where workspace_id = $1", [44], 1],
    ["select amount from plan_limits where limit_name = $1", ["storage.total_bytes"], 1],
    ["insert into uploads (workspace_id, bytes) values ($1, $2) returning id", [44, 81233], 1],
    ["select amount from plan_limits where limit_name = $1", ["thumbnails.per_upload"], 1],
    ["insert into thumbnail_jobs (upload_id, width) values ($1, $2)", [9914, 320], 1],
    ["select amount from plan_limits where limit_name = $1", ["versions.kept"], 1],
    ["delete from upload_versions where upload_id = $1 and version < $2", [9914, 3], 0],
    ["select amount from plan_limits where limit_name = $1", ["webhooks.per_day"], 1],
  ]),
  noLoopIn("rights of one user asked by action between the steps of a transfer", [
    ['select "id", "role" from "clerks" where "id" = $1', [7], 1],
    [
      'select "allowed" from "role_rights" where "role" = $1 and "action" = $2',
      ["teller", "transfer.create"],
      1,
    ],
    ['select "iban", "frozen" from "accounts" where "iban" = $1', ["NL20INGB0001234567"], 1],
    [
      'select "allowed" from "role_rights" where "role" = $1 and "action" = $2',
      ["teller", "transfer.abroad"],
      1,
    ],
    ['select "bic", "reachable" from "banks" where "bic" = $1', ["DEUTDEFF"], 1],
    [
      'select "allowed" from "role_rights" where "role" = $1 and "action" = $2',
      ["teller", "transfer.above_10k"],
      0,
    ],
    ['insert into "transfers" ("from", "to", "cents") values ($1, $2, $3)', ["a", "b", 900], 1],
  ]),
  noLoopIn("an export that walks on by the last pair of time and id", [
    ...each(
      "select id, happened_at, kind from audit_events where (happened_at, id) > ($1, $2) " +
        "order by happened_at, id limit $3",
      run(0, 9).map((page) => [`2026-01-0${page + 1}T00:00:00Z`, 50000 + page * 500, 500]),
      500,
    ),
    [
      "select id, happened_at, kind from audit_events where (happened_at, id) > ($1, $2) " +
        "order by happened_at, id limit $3",
      ["2026-01-10T00:00:00Z", 54500, 500],
      81,
    ],
  ]),
  noLoopIn("older messages of one channel, page by page before an id", [
    ['SELECT "id", "name" FROM "Channels" AS "Channel" WHERE "Channel"."id" = 33;', [], 1],
    ...[88120, 88019, 87911, 87800, 87702, 87599].map(
      (before): Asked => [
        'SELECT "id", "text", "sentAt" FROM "Messages" AS "Message" WHERE ' +
          `"Message"."channelId" = 33 AND "Message"."id" < ${before} ` +
          'ORDER BY "Message"."id" DESC LIMIT 100;',
        [],
        100,
      ],
    ),
  ]),
  noLoopIn("waiting for a report by asking for its state", [
    ["insert into report_runs (template, asked_by) values ($1, $2) returning id", ["vat-q4", 3], 1],
    ...times(11, ["select state, progress from report_runs where id = $1", [7788], 1]),
    ["select file_key, bytes from report_runs where id = $1", [7788], 1],
  ]),
  noLoopIn("a serialisable transaction that is tried again", [
    ...times(
      6,
      ["BEGIN ISOLATION LEVEL SERIALIZABLE", [], 0],
      ["SELECT seats_left FROM sailing WHERE id = $1", [412], 1],
      ["UPDATE sailing SET seats_left = seats_left - $2 WHERE id = $1", [412, 2], 1],
      ["ROLLBACK", [], 0],
    ),
    ["BEGIN ISOLATION LEVEL SERIALIZABLE", [], 0],
    ["SELECT seats_left FROM sailing WHERE id = $1", [412], 1],
    ["UPDATE sailing SET seats_left = seats_left - $2 WHERE id = $1", [412, 2], 1],
    ["COMMIT", [], 0],
  ]),
  noLoopIn("addresses of a mailing in lists of two hundred", [
    ['select "subscriber_ids" from "mailings" where "id" = $1', [51], 1],
    ...run(0, 7).map(
      (part): Asked => [
        'select "id", "address", "locale" from "subscribers" ' +
          `where "id" in (${placeholders(200)}) and "bounced" = $201`,
        [...run(part * 200 + 1, 200), false],
        196,
      ],
    ),
    [
      `select "id", "address", "locale" from "subscribers" where "id" in (${placeholders(61)}) ` +
        'and "bounced" = $62',
      [...run(1401, 61), false],
      60,
    ],
  ]),
  noLoopIn("a big list of parcels in arrays of five hundred", [
    ["select parcel_ids from sort_plans where id = $1", [18], 1],
    ...keys(
      "select id, weight_g, chute from parcels where id = any($1::bigint[])",
      run(0, 6).map((part) => run(100000 + part * 500, 500)),
      500,
    ),
  ]),
  noLoopIn("rows of a sensor upload, written fifty at a time", [
    ["BEGIN", [], 0],
    ...run(0, 8).map(
      (part): Asked => [
        "INSERT INTO soil_samples (probe, depth_cm, moisture) VALUES " +
          run(0, 50)
            .map((row) => `($${row * 3 + 1}, $${row * 3 + 2}, $${row * 3 + 3})`)
            .join(", "),
        run(0, 50).flatMap((row) => [`p-${part}`, 10 + (row % 5) * 10, row / 100]),
        50,
      ],
    ),
    ["COMMIT", [], 0],
  ]),
  noLoopIn("seats of a new theatre hall, inserted row by row", [
    ['insert into "halls" ("name") values ($1) returning "id"', ["Small Stage"], 1],
    ...each(
      'insert into "seats" ("hall_id", "row", "number") values ($1, $2, $3) returning "id"',
      run(1, 18).map((seat) => [6, "A", seat]),
    ),
  ]),
  noLoopIn("a queue worker that marks each finished mail by its id", [
    [
      "select id, recipient, body from mail_queue where state = $1 order by id limit $2",
      ["ready", 12],
      12,
    ],
    ...each(
      "update mail_queue set state = $1, sent_at = now() where id = $2",
      run(7001, 12).map((id) => ["sent", id]),
    ),
  ]),
  noLoopIn("jobs claimed one after the other until none is left", [
    ...times(9, [
      "WITH next AS (SELECT id FROM render_job WHERE state = 'queued' ORDER BY priority, id " +
        "FOR UPDATE SKIP LOCKED LIMIT 1) UPDATE render_job j SET state = 'running' " +
        "FROM next WHERE j.id = next.id RETURNING j.id, j.scene",
      [],
      1,
    ]),
    [
      "WITH next AS (SELECT id FROM render_job WHERE state = 'queued' ORDER BY priority, id " +
        "FOR UPDATE SKIP LOCKED LIMIT 1) UPDATE render_job j SET state = 'running' " +
        "FROM next WHERE j.id = next.id RETURNING j.id, j.scene",
      [],
      0,
    ],
  ]),
  noLoopIn("a schema browser that asks the catalogue about each table", [
    [
      "SELECT c.oid, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n " +
        "ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind = 'r'",
      ["public"],
      7,
    ],
    ...keys(
      "SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type " +
        "FROM pg_catalog.pg_attribute a WHERE a.attrelid = $1 AND a.attnum > 0",
      [16401, 16415, 16422, 16440, 16451, 16467, 16490],
      9,
    ),
  ]),
  noLoopIn("a schema sync that reads the information schema table by table", [
    ["SELECT version()", [], 1],
    ...keys(
      "SELECT column_name, data_type, is_nullable FROM information_schema.columns " +
        "WHERE table_schema = 'app' AND table_name = $1",
      ["members", "invoices", "payments", "courses", "rooms", "sessions"],
      8,
    ),
    ['ALTER TABLE "app"."members" ADD COLUMN "left_on" date', [], 0],
  ]),
  noLoopIn("a scheduler that tries the lock of one slot after the other", [
    ...[4100, 4101, 4102, 4103, 4104, 4105, 4106].map(
      (slot): Asked => ["select pg_try_advisory_lock($1) as got", [slot], 1],
    ),
    ["update import_slots set owner = $1 where slot = $2", ["w-3", 4106], 1],
    ["select pg_advisory_unlock($1)", [4106], 1],
  ]),
  noLoopIn("locks on the accounts of a settlement in a fixed order", [
    ["begin", [], 0],
    ...keys("select pg_advisory_xact_lock(hashtext($1))", ["a-1", "a-4", "b-2", "c-9", "d-3"]),
    ["insert into settlements (day, cents) values ($1, $2)", ["2026-03-04", 120033], 1],
    ["commit", [], 0],
  ]),
  noLoopIn("a shop's dashboard with a different figure in each statement", [
    ["select count(*) from orders where shop_id = $1 and placed_at >= $2", [5, "2026-03-01"], 1],
    ["select sum(cents) from orders where shop_id = $1 and paid_at >= $2", [5, "2026-03-01"], 1],
    ["select avg(cents) from orders where shop_id = $1 and placed_at >= $2", [5, "2026-03-01"], 1],
    ["select count(distinct customer_id) from orders where shop_id = $1", [5], 1],
    ["select count(*) from returns where shop_id = $1 and asked_at >= $2", [5, "2026-03-01"], 1],
    ["select max(cents) from orders where shop_id = $1", [5], 1],
    ["select count(*) from orders where shop_id = $1 and shipped_at is null", [5], 1],
    ["select min(placed_at) from orders where shop_id = $1 and shipped_at is null", [5], 1],
  ]),
  noLoopIn("facets of a search, grouped by another column each time", [
    ...["brand", "colour", "size", "material", "season", "fit"].map(
      (column): Asked => [
        `SELECT "${column}" AS value, count(*) AS hits FROM "garment" ` +
          `WHERE "search" @@ plainto_tsquery($1) GROUP BY "${column}" ORDER BY hits DESC LIMIT 20`,
        ["rain jacket"],
        12,
      ],
    ),
    [
      'SELECT "id", "title" FROM "garment" WHERE "search" @@ plainto_tsquery($1) LIMIT $2',
      ["rain jacket", 40],
      40,
    ],
  ]),
  noLoopIn("the signed-in user loaded anew by every layer", [
    ...times(4, [
      'SELECT "public"."User"."id", "public"."User"."email" FROM "public"."User" ' +
        'WHERE ("public"."User"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3',
      [uuidOf(1), 1, 0],
      1,
    ]),
    ['SELECT "public"."Team"."id" FROM "public"."Team" WHERE "public"."Team"."id" = $1', [3], 1],
    ...times(5, [
      'SELECT "public"."User"."id", "public"."User"."email" FROM "public"."User" ' +
        'WHERE ("public"."User"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3',
      [uuidOf(1), 1, 0],
      1,
    ]),
  ]),
  noLoopIn("buyer and seller of a chat, fetched again for each of its lines", [
    ["select id, body, from_id from deal_messages where deal_id = $1 order by id", [81], 14],
    ...[3, 9, 3, 9, 3, 3, 9, 3, 9, 9, 3, 9, 3, 9].map(
      (id): Asked => ["select id, nick from traders where id = $1", [id], 1],
    ),
  ]),
  noLoopIn("ticket sales of each month, by the month's bounds", [
    ["select id, name from venues where id = $1", [2], 1],
    ...each(
      "select count(*) as sold, sum(price_cents) as cents from ticket_sales " +
        "where venue_id = $1 and sold_at >= $2 and sold_at < $3",
      run(1, 11).map((month) => [
        2,
        `2025-${String(month).padStart(2, "0")}-01`,
        `2025-${String(month + 1).padStart(2, "0")}-01`,
      ]),
    ),
  ]),
  noLoopIn("visitors of the last hour, day, week, month and year", [
    ...["1 hour", "24 hours", "7 days", "30 days", "365 days"].map(
      (span): Asked => [
        "SELECT count(DISTINCT visitor) FROM page_hit WHERE site_id = $1 " +
          "AND at > now() - $2::interval",
        [17, span],
        1,
      ],
    ),
  ]),
  noLoopIn("stations suggested as the name is typed over one connection", [
    ...each(
      'select "id", "name" from "stations" where "name" ilike $1 order by "rank" limit $2',
      ["r%", "ro%", "rot%", "rott%", "rotte%", "rotter%", "rotterd%"].map((like) => [like, 8]),
      8,
    ),
  ]),
  noLoopIn("a health check that looks at the pool and at replication", [
    ...times(6, ["SELECT 1", [], 1]),
    ["SELECT pg_is_in_recovery()", [], 1],
    ["SELECT extract(epoch FROM now() - pg_last_xact_replay_timestamp()) AS lag", [], 1],
    ["SELECT count(*) FROM pg_stat_activity WHERE state = 'active'", [], 1],
    ...times(3, ["SELECT 1", [], 1]),
  ]),
  noLoopIn("settings of a session before one report is run", [
    ...each("select set_config($1, $2, true)", [
      ["app.tenant", "t-9"],
      ["app.user", "u-4"],
      ["app.locale", "sv-SE"],
      ["statement_timeout", "15s"],
      ["work_mem", "64MB"],
      ["timezone", "Europe/Stockholm"],
    ]),
    ["select month, cents from report_revenue order by month", [], 24],
  ]),
  noLoopIn("local settings as plain statements", [
    ["BEGIN READ ONLY", [], 0],
    ["SET LOCAL search_path TO tenant_14, public", [], 0],
    ["SET LOCAL statement_timeout TO 5000", [], 0],
    ["SET LOCAL lock_timeout TO 800", [], 0],
    ["SET LOCAL enable_seqscan TO off", [], 0],
    ["SET LOCAL jit TO off", [], 0],
    ["SHOW transaction_isolation", [], 1],
    ["SELECT id, title FROM notices WHERE expires_at > now()", [], 6],
    ["COMMIT", [], 0],
  ]),
  noLoopIn("a download streamed through a cursor", [
    ["BEGIN", [], 0],
    [
      "DECLARE c_export NO SCROLL CURSOR FOR SELECT * FROM trip_points WHERE trip_id = $1",
      [8812],
      0,
    ],
    ...times(12, ["FETCH 1000 FROM c_export", [], 1000]),
    ["FETCH 1000 FROM c_export", [], 340],
    ["CLOSE c_export", [], 0],
    ["COMMIT", [], 0],
  ]),
  noLoopIn("migrations run at the start, each noted by its name", [
    [
      "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, run_at timestamptz)",
      [],
      0,
    ],
    ["SELECT name FROM schema_migrations ORDER BY name", [], 41],
    ...["0042_tariffs", "0043_tariff_index", "0044_drop_old", "0045_meters", "0046_fk"].flatMap(
      (name, index): Asked[] => [
        ["BEGIN", [], 0],
        [`CREATE TABLE step_${index} (id bigint PRIMARY KEY, name text NOT NULL)`, [], 0],
        ["INSERT INTO schema_migrations (name, run_at) VALUES ($1, now())", [name], 1],
        ["COMMIT", [], 0],
      ],
    ),
  ]),
  noLoopIn("one customer's events in each of the hashed tables", [
    ...run(0, 8).map(
      (shard): Asked => [
        `select id, kind, at from click_events_0${shard} where customer_id = $1 ` +
          "order by at desc limit 20",
        [40417],
        shard % 3 === 0 ? 20 : 7,
      ],
    ),
  ]),
  noLoopIn("open cases of every tenant's own schema", [
    ["select schema_name from control.tenants where active order by id", [], 6],
    ...[
      "tenant_ayr",
      "tenant_bute",
      "tenant_fife",
      "tenant_moray",
      "tenant_skye",
      "tenant_uist",
    ].map(
      (schema): Asked => [
        `select count(*) as open from "${schema}"."cases" where closed_at is null`,
      ],
    ),
  ]),
  noLoopIn("tiles of a map view", [
    ...each(
      "SELECT ST_AsMVT(t, 'paths') AS mvt FROM (SELECT id, surface, ST_AsMVTGeom(geom, " +
        "ST_TileEnvelope($1, $2, $3)) AS geom FROM footpath " +
        "WHERE geom && ST_TileEnvelope($1, $2, $3)) t",
      run(0, 9).map((tile) => [14, 8412 + (tile % 3), 5390 + Math.floor(tile / 3)]),
    ),
  ]),
  noLoopIn("chargers in each cell of a screen, for clusters", [
    ...each(
      'select count(*) as "n", avg("lat") as "lat", avg("lng") as "lng" from "chargers" ' +
        'where "lng" between $1 and $2 and "lat" between $3 and $4',
      run(0, 12).map((cell) => {
        const west = 4 + (cell % 4) * 0.25;
        const south = 51 + Math.floor(cell / 4) * 0.25;
        return [west, west + 0.25, south, south + 0.25];
      }),
    ),
  ]),
  noLoopIn("parts of an assembly, level by level", [
    ["select id, part_no from assemblies where id = $1", [1], 1],
    ...keys(
      "select parent_id, child_id, qty from assembly_parts where parent_id = any($1)",
      [[1], run(2, 5), run(10, 17), run(40, 38), run(120, 22), run(200, 6)],
      20,
    ),
  ]),
  noLoopIn("followers of followers, hop by hop with ever longer lists", [
    ...[1, 14, 90, 210, 160, 12].map(
      (count, hop): Asked => [
        `select "follower_id" from "follows" where "followed_id" in (${placeholders(count)})`,
        run(hop * 1000 + 1, count),
        count * 2,
      ],
    ),
  ]),
  noLoopIn("numbers drawn from a sequence before a print run", [
    ["select id, prefix from label_rolls where id = $1", [3], 1],
    ...times(15, ["select nextval('label_no_seq')", [], 1]),
  ]),
  noLoopIn("the three accounts a payment touches", [
    ["BEGIN", [], 0],
    ["SELECT id, balance FROM account WHERE id = $1 FOR UPDATE", [uuidOf(5)], 1],
    ["SELECT id, balance FROM account WHERE id = $1 FOR UPDATE", [uuidOf(6)], 1],
    ["SELECT id, balance FROM account WHERE id = $1 FOR UPDATE", [uuidOf(7)], 1],
    ["UPDATE account SET balance = balance - $1 WHERE id = $2", [1000, uuidOf(5)], 1],
    ["UPDATE account SET balance = balance + $1 WHERE id = $2", [990, uuidOf(6)], 1],
    ["UPDATE account SET balance = balance + $1 WHERE id = $2", [10, uuidOf(7)], 1],
    ["COMMIT", [], 0],
  ]),
  noLoopIn("channels told about a changed timetable", [
    ["update timetables set version = version + 1 where id = $1 returning version", [8], 1],
    ...each(
      "select pg_notify($1, $2)",
      ["boards", "app", "web", "announcer", "partners", "archive"].map((to) => [to, "8:41"]),
    ),
  ]),
  noLoopIn("tasks handed to the job runner of the database", [
    ["insert into galas (title) values ($1) returning id", ["Spring Gala"], 1],
    ...each(
      "SELECT * FROM graphile_worker.add_job($1, $2::json, queue_name => $3)",
      ["poster", "programme", "tickets", "press-list", "seating", "invoice"].map((task) => [
        task,
        '{"gala":71}',
        "galas",
      ]),
    ),
  ]),
  noLoopIn("old log lines deleted bit by bit", [
    ...times(14, [
      "delete from access_log where ctid = any(array(select ctid from access_log " +
        "where at < $1 limit $2))",
      ["2025-12-01", 5000],
      5000,
    ]),
    [
      "delete from access_log where ctid = any(array(select ctid from access_log " +
        "where at < $1 limit $2))",
      ["2025-12-01", 5000],
      1207,
    ],
  ]),
  noLoopIn("a feed of prices merged with an upsert for each", [
    ...each(
      'insert into "spot_prices" ("zone", "hour", "eur_mwh") values ($1, $2, $3) ' +
        'on conflict ("zone", "hour") do update set "eur_mwh" = excluded."eur_mwh"',
      run(0, 24).map((hour) => ["SE3", hour, 30 + hour * 1.5]),
    ),
    ['select count(*) as "count" from "spot_prices" where "zone" = $1', ["SE3"], 1],
  ]),
  noLoopIn("everything of one patient, each part from its own table", [
    ["SELECT * FROM patients WHERE id = $1", [5120], 1],
    ...[
      "allergies",
      "diagnoses",
      "vaccinations",
      "lab_results",
      "prescriptions",
      "appointments",
      "letters",
      "contacts",
      "insurances",
      "ward_stays",
      "risk_flags",
      "care_plans",
    ].map(
      (table, index): Asked => [
        `SELECT * FROM ${table} WHERE patient_id = $1 ORDER BY id`,
        [5120],
        index,
      ],
    ),
  ]),
  noLoopIn("an account closed, its rows deleted from every table", [
    ["BEGIN", [], 0],
    ...["sessions", "api_keys", "bookmarks", "drafts", "ratings", "devices", "consents"].map(
      (table): Asked => [`DELETE FROM "${table}" WHERE "ownerId" = $1`, [uuidOf(20)], 3],
    ),
    ['DELETE FROM "owners" WHERE "id" = $1', [uuidOf(20)], 1],
    ["COMMIT", [], 0],
  ]),
  noLoopIn("relations of a page of events, loaded with one statement each", [
    [
      'SELECT "public"."Event"."id", "public"."Event"."venueId" FROM "public"."Event" ' +
        'WHERE "public"."Event"."startsAt" > $1 ORDER BY "public"."Event"."startsAt" ASC LIMIT $2',
      ["2026-03-04T00:00:00Z", 10],
      10,
    ],
    ...(
      [
        ["Venue", "id"],
        ["Session", "eventId"],
        ["Sponsor", "eventId"],
        ["TicketType", "eventId"],
        ["Photo", "eventId"],
        ["Review", "eventId"],
      ] as const
    ).map(
      ([table, column]): Asked => [
        `SELECT "public"."${table}"."id", "public"."${table}"."name" FROM "public"."${table}" ` +
          `WHERE "public"."${table}"."${column}" IN (${placeholders(10)}) OFFSET $11`,
        [...run(71, 10), 0],
        18,
      ],
    ),
  ]),
  noLoopIn("reference lists loaded when the service fills its cache", [
    ["SELECT code, name FROM countries ORDER BY code", [], 249],
    ["SELECT code, name FROM currencies ORDER BY code", [], 168],
    ["SELECT code, name FROM languages ORDER BY code", [], 184],
    ["SELECT code, name FROM units ORDER BY code", [], 57],
    ["SELECT code, name FROM incoterms ORDER BY code", [], 11],
    ["SELECT code, name FROM hazard_classes ORDER BY code", [], 9],
    ["SELECT code, name FROM packagings ORDER BY code", [], 32],
  ]),
  noLoopIn("a free address is sought for a new page", [
    ["select id from sites where host = $1", ["notes.example"], 1],
    ["select 1 from pages where site_id = $1 and slug = $2", [4, "spring-fair"], 1],
    ["select 1 from pages where site_id = $1 and slug = $2", [4, "spring-fair-2"], 1],
    ["select 1 from pages where site_id = $1 and slug = $2", [4, "spring-fair-3"], 1],
    ["select 1 from pages where site_id = $1 and slug = $2", [4, "spring-fair-4"], 0],
    ["insert into pages (site_id, slug) values ($1, $2) returning id", [4, "spring-fair-4"], 1],
  ]),
  noLoopIn("a stored file sent in pieces of a megabyte", [
    ["SELECT id, length(content) AS bytes, mime FROM attachment WHERE id = $1", [uuidOf(30)], 1],
    ...each(
      "SELECT substring(content FROM $1 FOR $2) AS piece FROM attachment WHERE id = $3",
      run(0, 9).map((piece) => [piece * 1048576 + 1, 1048576, uuidOf(30)]),
    ),
  ]),
  noLoopIn("a long poll for changes after the last one seen", [
    ...times(7, ["select seq, doc_id from changes where seq > $1 order by seq", [90114], 0]),
    ["select seq, doc_id from changes where seq > $1 order by seq", [90114], 3],
    ["select seq, doc_id from changes where seq > $1 order by seq", [90117], 0],
    ["select seq, doc_id from changes where seq > $1 order by seq", [90117], 2],
    ["select seq, doc_id from changes where seq > $1 order by seq", [90119], 0],
  ]),
  noLoopIn("rows of a spreadsheet kept one by one behind savepoints", [
    ["BEGIN", [], 0],
    ...run(1, 10).flatMap((row): Asked[] => [
      [`SAVEPOINT row_${row}`, [], 0],
      ['INSERT INTO "donors" ("ref", "cents") VALUES ($1, $2)', [`D-${row}`, row * 500], 1],
      [`RELEASE SAVEPOINT row_${row}`, [], 0],
    ]),
    ["COMMIT", [], 0],
  ]),
  noLoopIn("totals of one tab read again after every line that is added", [
    ...run(1, 7).flatMap((line): Asked[] => [
      ["insert into tab_lines (tab_id, drink_id, cents) values ($1, $2, $3)", [66, line, 450], 1],
      ["select sum(cents) as total, count(*) as lines from tab_lines where tab_id = $1", [66], 1],
    ]),
    ["update tabs set total_cents = $1 where id = $2", [3150, 66], 1],
  ]),
  noLoopIn("upkeep of the partitions and views at night", [
    ...["2026_04", "2026_05", "2026_06", "2026_07", "2026_08"].map(
      (month): Asked => [
        `CREATE TABLE IF NOT EXISTS flow_${month} (LIKE flow INCLUDING ALL)`,
        [],
        0,
      ],
    ),
    ...["flow_daily", "flow_weekly", "flow_monthly", "flow_by_basin", "flow_alarms"].map(
      (view): Asked => [`REFRESH MATERIALIZED VIEW CONCURRENTLY ${view}`, [], 0],
    ),
    ["DROP TABLE IF EXISTS flow_2024_03", [], 0],
    ["ANALYZE flow", [], 0],
  ]),
];
