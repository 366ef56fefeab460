import { type Asked, each, type HeldOut, keys, loopIn } from "./trace.ts";

/** A uuid that is always the same for the same number. */
function uuid(seed: number): string {
  const head = ((seed * 2654435761) >>> 0).toString(16).padStart(8, "0");
  const tail = (((seed + 77) * 2246822519) >>> 0).toString(16).padStart(12, "9a4c");
  return `${head}-7c1e-4b7a-9d02-${tail}`;
}

function uuids(...seeds: number[]): string[] {
  return seeds.map(uuid);
}

/** For each of the values in turn, a few statements. */
function forEach<T>(values: readonly T[], asked: (value: T, index: number) => Asked[]): Asked[] {
  return values.flatMap(asked);
}

/** The same statement for one list of parameters after the other, each with its own row count. */
function counted(
  sql: string,
  calls: readonly (readonly [parameters: readonly unknown[], rows: number])[],
): Asked[] {
  return calls.map(([parameters, rows]) => [sql, parameters, rows]);
}

/** A third set of requests with loops, labelled without knowing the rules. */
export const THIRD_LOOPS: readonly HeldOut[] = [
  loopIn("last inspection of each hive of an apiary", /from "hive_inspections"/, [
    [
      'select "hives".* from "hives" where "apiary_id" = $1 and "retired_on" is null ' +
        'order by "row" asc, "position" asc',
      [12],
      11,
    ],
    ...keys(
      'select * from "hive_inspections" where "hive_id" = $1 order by "inspected_on" desc limit 1',
      [201, 202, 203, 205, 206, 209, 210, 214, 215, 216, 222],
    ),
  ]),
  loopIn("copies on the shelf for each title of a reading list", /FROM lending\.copy/, [
    ["SELECT id, owner_card, name FROM lending.reading_list WHERE id = $1", [uuid(4)], 1],
    [
      "SELECT e.isbn, t.title FROM lending.reading_list_entry e " +
        "JOIN lending.title t USING (isbn) WHERE e.list_id = $1 ORDER BY e.added_at",
      [uuid(4)],
      7,
    ],
    ...keys(
      "SELECT count(*) AS free FROM lending.copy " +
        "WHERE isbn = $1 AND due_back IS NULL AND NOT withdrawn",
      [
        "9780141439518",
        "9780060883287",
        "9780679720201",
        "9780156907392",
        "9780374528379",
        "9781400033416",
        "9780307389732",
      ],
    ),
  ]),
  loopIn("objects of a night's observing plan, by designation in any case", /from sky_objects/, [
    ["select target_names from observing_plans where night = $1", ["2026-02-18"], 1],
    ...keys("select id, ra, dec, magnitude from sky_objects where lower(designation) = lower($1)", [
      "NGC 2392",
      "M42",
      "ngc 1977",
      "M 78",
      "IC 434",
      "NGC 2237",
      "m67",
      "M44",
      "NGC 2903",
    ]),
  ]),
  loopIn("gates of the day's departures, by airport and gate number", /from "gates"/, [
    [
      'select "flight_no", "origin", "gate_no", "scheduled_off" from "departures" ' +
        'where "origin" in ($1, $2) and "scheduled_off"::date = $3 order by "scheduled_off"',
      ["LIS", "OPO", "2026-03-04"],
      9,
    ],
    ...each(
      'select "terminal", "has_bridge", "walk_minutes" from "gates" ' +
        'where "airport" = $1 and "gate_no" = $2',
      [
        ["LIS", "14"],
        ["LIS", "17A"],
        ["OPO", "14"],
        ["LIS", "22"],
        ["OPO", "31"],
        ["LIS", "41B"],
        ["OPO", "17A"],
        ["OPO", "32"],
        ["LIS", "15"],
      ],
    ),
  ]),
  loopIn("whether each candidate deckhand has a valid certificate", /FROM crew_certificates/, [
    [
      "SELECT c.id, c.rank FROM crew c WHERE c.rank = $1 AND c.home_port = $2",
      ["deckhand", "NLRTM"],
      14,
    ],
    ...each(
      "SELECT EXISTS (SELECT 1 FROM crew_certificates cc WHERE cc.crew_id = $1 " +
        "AND cc.kind = $2 AND cc.expires_on > $3) AS ok",
      [77, 78, 81, 84, 85, 90, 102, 103, 107, 110, 111, 115, 126, 130].map((crew) => [
        crew,
        "stcw-basic",
        "2026-04-01",
      ]),
    ),
  ]),
  loopIn("date of the last raise of each person in a department", /FROM "SalaryChanges"/, [
    [
      'SELECT "id", "badge", "departmentId" FROM "Employees" AS "Employee" ' +
        'WHERE ("Employee"."deletedAt" IS NULL AND "Employee"."departmentId" = 8);',
      [],
      6,
    ],
    ...[1204, 1219, 1233, 1290, 1301, 1344].map(
      (id): Asked => [
        'SELECT max("effectiveFrom") AS "max" FROM "SalaryChanges" AS "SalaryChange" ' +
          `WHERE "SalaryChange"."employeeId" = ${id};`,
        [],
        1,
      ],
    ),
  ]),
  loopIn("makers of the works in an exhibition room", /FROM "museum"\."maker" "Maker"/, [
    [
      'SELECT "Work"."id" AS "Work_id", "Work"."accession_no" AS "Work_accession_no", ' +
        '"Work"."maker_id" AS "Work_maker_id" FROM "museum"."work" "Work" ' +
        'WHERE (("Work"."room" = $1))',
      ["2.14"],
      8,
    ],
    ...keys(
      'SELECT "Maker"."id" AS "Maker_id", "Maker"."display_name" AS "Maker_display_name", ' +
        '"Maker"."born" AS "Maker_born" FROM "museum"."maker" "Maker" ' +
        'WHERE (("Maker"."id" = $1)) LIMIT 1',
      [31, 31, 45, 52, 60, 31, 77, 81],
    ),
  ]),
  loopIn("genes of a panel, by symbol, without a statement that lists them", /from annot\.gene/, [
    ...keys(
      "select gene_id, symbol, chromosome, start_bp, end_bp from annot.gene where symbol = $1",
      ["BRCA1", "BRCA2", "PALB2", "ATM", "CHEK2", "TP53", "PTEN", "CDH1", "STK11", "RAD51C"],
    ),
    ["select id, name from annot.assembly where is_default", [], 1],
  ]),
  loopIn("highest bid of each lot of an auction", /FROM "public"\."Bid"/, [
    [
      'SELECT "public"."Auction"."id", "public"."Auction"."endsAt" FROM "public"."Auction" ' +
        'WHERE ("public"."Auction"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3',
      ["cm4x0a81", 1, 0],
      1,
    ],
    [
      'SELECT "public"."Lot"."id", "public"."Lot"."title", "public"."Lot"."auctionId" ' +
        'FROM "public"."Lot" WHERE "public"."Lot"."auctionId" IN ($1) OFFSET $2',
      ["cm4x0a81", 0],
      8,
    ],
    ...counted(
      'SELECT "public"."Bid"."id", "public"."Bid"."amount", "public"."Bid"."bidderId" ' +
        'FROM "public"."Bid" WHERE "public"."Bid"."lotId" = $1 ' +
        'ORDER BY "public"."Bid"."amount" DESC LIMIT $2 OFFSET $3',
      [
        [["cm4x0b01", 1, 0], 1],
        [["cm4x0b02", 1, 0], 1],
        [["cm4x0b03", 1, 0], 0],
        [["cm4x0b04", 1, 0], 1],
        [["cm4x0b05", 1, 0], 1],
        [["cm4x0b06", 1, 0], 0],
        [["cm4x0b07", 1, 0], 1],
        [["cm4x0b08", 1, 0], 1],
      ],
    ),
  ]),
  {
    name: "carrier and depot of each consignment in turn",
    loops: [/from "carriers"/, /from "depots"/],
    asked: [
      [
        'select "id", "carrier_id", "depot_id" from "consignments" where "manifest_id" = $1',
        [uuid(9)],
        7,
      ],
      ...forEach(
        [
          [3, "HAM-2"],
          [5, "BRE-1"],
          [8, "KIE-1"],
          [9, "HAM-4"],
          [11, "LBC-1"],
          [14, "HAM-1"],
          [15, "CUX-1"],
        ],
        ([carrier, depot]): Asked[] => [
          ['select "id", "name", "scac" from "carriers" where "id" = $1', [carrier], 1],
          ['select "code", "city", "dock_count" from "depots" where "code" = $1', [depot], 1],
        ],
      ),
    ],
  },
  {
    name: "modules of each course and lessons of each module",
    loops: [/from course_modules/, /from lessons/],
    asked: [
      ["select id, title from courses where curriculum_id = $1 order by id", [2], 5],
      ...forEach([10, 11, 12, 13, 14], (course): Asked[] => [
        [
          "select id, title, position from course_modules where course_id = $1 order by position",
          [course],
          3,
        ],
        ...keys(
          "select id, title, minutes from lessons where module_id = $1 order by position",
          [course * 10 + 1, course * 10 + 2, course * 10 + 3],
          6,
        ),
      ]),
    ],
  },
  loopIn("wagons of a freight train, ids as uuids in the text", /FROM wagon_inspection/, [
    [
      `SELECT wagon_id, seq FROM consist WHERE train_run_id = '${uuid(30)}'::uuid ORDER BY seq`,
      [],
      9,
    ],
    ...uuids(31, 32, 33, 34, 35, 36, 37, 38, 39).map(
      (wagon): Asked => [
        "SELECT inspected_at, brake_ok, axle_load_kg FROM wagon_inspection " +
          `WHERE wagon_id = '${wagon}'::uuid ORDER BY inspected_at DESC LIMIT 1`,
        [],
        1,
      ],
    ),
  ]),
  loopIn("daily mean of each sensor of a greenhouse, through a CTE", /from sensor_sample/, [
    ["select sensor_id from greenhouse_sensor where greenhouse = $1", ["north-3"], 6],
    ...each(
      "with recent as (select value from sensor_sample where sensor_id = $1 " +
        "and taken_at > now() - $2::interval) " +
        "select avg(value) as mean, min(value) as low, max(value) as high from recent",
      ["t-01", "t-02", "t-03", "h-01", "h-02", "co2-1"].map((sensor) => [sensor, "24 hours"]),
    ),
  ]),
  loopIn("dishes that hold each allergen, through a subquery", /from dishes/, [
    ["select code, label from allergens order by label", [], 14],
    ...counted(
      "select id, name from dishes where published and id in (select dish_id " +
        "from dish_ingredients di join ingredient_allergens ia using (ingredient_id) " +
        "where ia.allergen_code = $1)",
      [
        [["gluten"], 22],
        [["crustaceans"], 3],
        [["eggs"], 17],
        [["fish"], 6],
        [["peanuts"], 2],
        [["soy"], 9],
        [["milk"], 31],
        [["nuts"], 8],
        [["celery"], 12],
        [["mustard"], 5],
        [["sesame"], 4],
        [["sulphites"], 7],
        [["lupin"], 0],
        [["molluscs"], 1],
      ],
    ),
  ]),
  loopIn("latest three defects of each turbine, one lateral join per turbine", /from turbines/, [
    ["select park_id, turbine_ids from wind_parks where park_id = $1", ["ns-04"], 1],
    ...keys(
      "select t.id, t.model, d.code, d.raised_at from turbines t left join lateral (" +
        "select code, raised_at from defects where turbine_id = t.id " +
        "order by raised_at desc limit 3) d on true where t.id = $1",
      [401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412],
      3,
    ),
  ]),
  loopIn("catalogue entries of the scanned codes, by a key of the document", /FROM catalogue_doc/, [
    ["SELECT id, opened_by FROM stocktake WHERE id = $1", [5512], 1],
    ...counted(
      "SELECT id, body->>'title' AS title, body->'pack' AS pack FROM catalogue_doc " +
        "WHERE body->>'ean' = $1",
      [
        [["4006381333931"], 1],
        [["4006381333948"], 1],
        [["5901234123457"], 1],
        [["8711000412013"], 0],
        [["7622210449283"], 1],
        [["3017620422003"], 1],
      ],
    ),
  ]),
  loopIn("vendors of a purchase plan, by a path in their profile", /from "vendors"/, [
    ['select "lines" from "purchase_plans" where "id" = $1 limit $2', [88, 1], 1],
    ...each(
      `select "id", "profile" from "vendors" where "profile" #>> '{erp,number}' = $1 limit $2`,
      ["V-10022", "V-10031", "V-10107", "V-10114", "V-10250", "V-10291", "V-10300"].map(
        (number) => [number, 1],
      ),
    ),
  ]),
  loopIn("trip headers by ids that come as text and are cast", /FROM fleet\.trip/, [
    ["SELECT payload FROM fleet.export_request WHERE id = CAST($1 AS uuid)", [uuid(50)], 1],
    ...keys(
      "SELECT id, vehicle, started_at, ended_at, distance_m FROM fleet.trip " +
        "WHERE id = CAST($1 AS bigint)",
      ["90071992", "90071993", "90072010", "90072044", "90072101", "90072115", "90072118"],
    ),
  ]),
  loopIn("whether the reader may open each document of a folder", /from document_grants/, [
    ["select id, name, kind from documents where folder_id = $1 order by name", [uuid(60)], 12],
    ...each(
      "select 1 from document_grants where user_id = $1 and document_id = $2 " +
        "and level >= $3 limit 1",
      uuids(61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72).map((document) => [
        uuid(1),
        document,
        2,
      ]),
    ),
  ]),
  loopIn("open balance of each policy of a broker, tenant first and key last", /from "premiums"/, [
    [
      'select "p"."number" from "policies" as "p" where "p"."tenant" = $1 and "p"."broker_id" = $2',
      ["acme-life", 40],
      8,
    ],
    ...each(
      'select coalesce(sum("due" - "paid"), $1) as "open" from "premiums" ' +
        'where "tenant" = $2 and "state" <> $3 and "policy_number" = $4',
      ["L-7001", "L-7004", "L-7019", "L-7102", "L-7133", "L-7140", "L-7188", "L-7201"].map(
        (number) => [0, "acme-life", "void", number],
      ),
    ),
  ]),
  loopIn("products of a basket that came in the request's body", /from "products"/, [
    ['select "id", "currency", "price_list" from "shops" where "host" = $1', ["shop.example"], 1],
    ...each(
      'select "id", "sku", "name", "net_cents", "vat_rate" from "products" ' +
        'where "products"."sku" = $1 limit $2',
      ["MUG-01", "MUG-02", "TEA-GRN-250", "TEA-BLK-250", "SPOON-S", "KETTLE-17", "FILTER-100"].map(
        (sku) => [sku, 1],
      ),
    ),
    [
      'insert into "baskets" ("shop_id", "lines", "total_cents") values ($1, $2, $3) ' +
        'returning "id"',
      [1, "[]", 8430],
      1,
    ],
  ]),
  loopIn("known pages among a list of links, by the hash of the address", /FROM crawled_page/, [
    ...counted("SELECT id, fetched_at, status FROM crawled_page WHERE md5(url) = md5($1)", [
      [["https://example.org/"], 1],
      [["https://example.org/about"], 1],
      [["https://example.org/jobs"], 0],
      [["https://example.org/blog/1"], 1],
      [["https://example.org/blog/2"], 1],
      [["https://example.org/blog/3"], 0],
      [["https://example.org/contact"], 1],
      [["https://example.org/press"], 0],
      [["https://example.org/imprint"], 1],
    ]),
  ]),
  loopIn("tags of each photo of a gallery", /from "tags" as "t"/, [
    [
      'select "id", "file_key", "width", "height" from "photos" where "gallery_id" = $1 ' +
        'order by "taken_at" limit $2',
      [310, 24],
      24,
    ],
    ...keys(
      'select "t"."id", "t"."label" from "tags" as "t" inner join "photo_tags" as "pt" ' +
        'on "pt"."tag_id" = "t"."id" where "pt"."photo_id" = $1',
      Array.from({ length: 24 }, (_, index) => 88010 + index * 3),
      4,
    ),
  ]),
  loopIn("tickets by state for each support queue", /FROM helpdesk\.ticket/, [
    ["SELECT id, name FROM helpdesk.queue WHERE team_id = $1 AND NOT archived", [3], 6],
    ...keys(
      "SELECT state, count(*)::int AS n FROM helpdesk.ticket WHERE queue_id = $1 GROUP BY state",
      [14, 15, 19, 20, 27, 33],
      4,
    ),
  ]),
  loopIn("writers of a thread's replies, several writing more than once", /FROM "Members"/, [
    [
      'SELECT "id", "body", "memberId", "createdAt" FROM "Replies" AS "Reply" ' +
        'WHERE "Reply"."threadId" = 9120 ORDER BY "Reply"."createdAt" ASC LIMIT 20;',
      [],
      20,
    ],
    ...[5, 9, 5, 12, 9, 5, 31, 12, 40, 5, 9, 44, 31, 5, 50, 9, 12, 61, 5, 44].map(
      (member): Asked => [
        'SELECT "id", "nick", "avatarUrl" FROM "Members" AS "Member" ' +
          `WHERE ("Member"."deletedAt" IS NULL AND "Member"."id" = ${member});`,
        [],
        1,
      ],
    ),
  ]),
  loopIn("dry run of an import: which barcodes are in use already", /from specimen_tubes/, [
    ["select id, freezer, columns from import_profiles where id = $1", [4], 1],
    ...counted(
      "select id from specimen_tubes where barcode = $1",
      ["TB0091", "TB0092", "TB0093", "TB0094", "TB0095", "TB0096", "TB0097", "TB0098"].map(
        (barcode) => [[barcode], barcode === "TB0094" ? 1 : 0],
      ),
    ),
  ]),
  loopIn("number of subfolders of each folder shown", /count\(\*\) as "count" from "folders"/, [
    [
      'select "id", "name" from "folders" where "parent_id" = $1 order by "name" asc',
      [uuid(80)],
      10,
    ],
    ...keys(
      'select count(*) as "count" from "folders" where "parent_id" = $1 and "trashed_at" is null',
      uuids(81, 82, 83, 84, 85, 86, 87, 88, 89, 90),
    ),
  ]),
  loopIn("last message of each conversation in the inbox", /from messages/, [
    ["select user_id from sessions where token_hash = $1", ["b1946ac92492d234"], 1],
    [
      "select c.id, c.topic from conversations c join participants p on p.conversation_id = c.id " +
        "where p.user_id = $1 order by c.touched_at desc limit 15",
      [501],
      15,
    ],
    ...keys(
      "select id, sender_id, left(body, 120) as preview, sent_at from messages " +
        "where conversation_id = $1 order by sent_at desc limit 1",
      [900, 877, 871, 866, 850, 849, 830, 811, 808, 790, 777, 701, 690, 655, 640],
    ),
  ]),
  loopIn("readings of each meter of a building in the same month", /FROM "meter_reading"/, [
    ['SELECT "serial", "medium" FROM "meter" WHERE "building_id" = $1', [71], 9],
    ...each(
      'SELECT "read_at", "value" FROM "meter_reading" WHERE "read_at" >= $1 AND "read_at" < $2 ' +
        'AND "meter_serial" = $3 ORDER BY "read_at"',
      ["E-1001", "E-1002", "E-1003", "W-2001", "W-2002", "W-2003", "G-3001", "G-3002", "H-4"].map(
        (serial) => ["2026-02-01", "2026-03-01", serial],
      ),
      28,
    ),
  ]),
  loopIn("choirs each singer belongs to, through an array column", /from choirs/, [
    ["select id, voice from singers where voice = $1 order by id", ["alto"], 7],
    ...keys(
      "select id, name, rehearsal_day from choirs where $1 = any(singer_ids)",
      [18, 22, 25, 29, 41, 43, 58],
      2,
    ),
  ]),
  {
    name: "work orders found one by one with their relations, two statements each",
    loops: [/SELECT DISTINCT "distinctAlias"/, /^SELECT "WorkOrder"/],
    asked: [
      ['SELECT "id" FROM "inspection_round" WHERE "id" = $1', [17], 1],
      ...forEach([7301, 7302, 7310, 7315, 7322, 7340], (id): Asked[] => [
        [
          'SELECT DISTINCT "distinctAlias"."WorkOrder_id" AS "ids_WorkOrder_id" FROM (SELECT ' +
            '"WorkOrder"."id" AS "WorkOrder_id", "WorkOrder"."title" AS "WorkOrder_title", ' +
            '"Part"."id" AS "Part_id" FROM "work_order" "WorkOrder" LEFT JOIN "part" "Part" ON ' +
            '"Part"."work_order_id"="WorkOrder"."id" WHERE (("WorkOrder"."id" = $1))) ' +
            '"distinctAlias" ORDER BY "WorkOrder_id" ASC LIMIT 1',
          [id],
          1,
        ],
        [
          'SELECT "WorkOrder"."id" AS "WorkOrder_id", "WorkOrder"."title" AS "WorkOrder_title", ' +
            '"Part"."id" AS "Part_id" FROM "work_order" "WorkOrder" LEFT JOIN "part" "Part" ON ' +
            '"Part"."work_order_id"="WorkOrder"."id" WHERE ( (("WorkOrder"."id" = $1)) ) ' +
            `AND ( "WorkOrder"."id" IN (${id}) )`,
          [id],
          4,
        ],
      ]),
    ],
  },
  loopIn("tracks of each playlist, by the few ids the playlist holds", /FROM "public"\."Track"/, [
    [
      'SELECT "public"."Playlist"."id", "public"."Playlist"."trackIds" FROM "public"."Playlist" ' +
        'WHERE "public"."Playlist"."ownerId" = $1 OFFSET $2',
      [64, 0],
      7,
    ],
    ...[
      [501, 502, 503],
      [611, 640],
      [502, 777, 781, 790],
      [803, 804, 809],
      [901, 915],
      [920, 921, 922],
      [1001, 1004, 1010, 1011],
    ].map(
      (ids): Asked => [
        'SELECT "public"."Track"."id", "public"."Track"."title" FROM "public"."Track" WHERE ' +
          `"public"."Track"."id" IN (${ids.map((_, index) => `$${index + 1}`).join(",")}) ` +
          `OFFSET $${ids.length + 1}`,
        [...ids, 0],
        ids.length,
      ],
    ),
  ]),
  loopIn("customs codes of a declaration's lines, compared as pairs", /from tariff_codes/, [
    [
      "select line_no, heading, subheading, value_cents from declaration_lines " +
        "where declaration_id = $1 order by line_no",
      ["26NL0000418"],
      6,
    ],
    ...each("select duty_rate, unit from tariff_codes where (heading, subheading) = ($1, $2)", [
      ["8471", "30"],
      ["8471", "60"],
      ["8504", "40"],
      ["8528", "52"],
      ["8544", "42"],
      ["9403", "20"],
    ]),
  ]),
  loopIn("rate of each currency of a treasury report on one day", /from fx_rate/, [
    ["select currency, sum(amount) as held from cash_positions group by currency", [], 8],
    ...each(
      "select rate from fx_rate where valid_from <= $1 and valid_to > $1 and quote = $2 " +
        "and base = $3",
      ["USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK"].map((base) => [
        "2026-03-04",
        "EUR",
        base,
      ]),
    ),
  ]),
  loopIn("whether each meeting room is free in a slot", /from room_bookings/, [
    ["select id, name, seats from rooms where floor = $1 and seats >= $2", [5, 4], 9],
    ...each(
      "select not exists (select from room_bookings where room_id = $1 " +
        "and during && tstzrange($2, $3)) as free",
      [51, 52, 53, 54, 55, 56, 57, 58, 59].map((room) => [
        room,
        "2026-03-06T13:00:00Z",
        "2026-03-06T14:00:00Z",
      ]),
    ),
  ]),
  loopIn("authors of feed posts, each statement with its own trace comment", /FROM "blog_author"/, [
    [
      'SELECT "id", "author_id", "title" FROM "blog_post" ORDER BY "published_at" DESC LIMIT $1 ' +
        `/*route='%2Ffeed',traceparent='00-5bd66ef5095369c7b0d1f8f4bd33716a-00aa11bb22cc33d0-01'*/`,
      [6],
      6,
    ],
    ...[91, 17, 45, 60, 72, 88].map(
      (author, index): Asked => [
        'SELECT "id", "pen_name", "bio" FROM "blog_author" WHERE "id" = $1 ' +
          "/*route='%2Ffeed',traceparent=" +
          `'00-5bd66ef5095369c7b0d1f8f4bd33716a-00aa11bb22cc33e${index}-01'*/`,
        [author],
        1,
      ],
    ),
  ]),
  loopIn("sort codes of the stops of a postal round, names quoted in the text", /FROM streets/, [
    ["SELECT street_name FROM round_stops WHERE round_no = 18 ORDER BY position", [], 7],
    ...[
      "Mill Lane",
      "Bishop''s Gate",
      "Quay Street",
      "St. Anne''s Row",
      "Old Brewery Yard",
      "Harbour View",
      "Tanner''s Hill",
    ].map(
      (street): Asked => [
        `SELECT sort_code, odd_side, even_side FROM streets WHERE name = '${street}' ` +
          "AND town_id = 4",
        [],
        1,
      ],
    ),
  ]),
  loopIn("price of each cart line, each followed by the line's insert", /from price_list_items/, [
    ["begin", [], 0],
    ["insert into orders (customer_id, placed_at) values ($1, now()) returning id", [612], 1],
    ...forEach(
      ["A-100", "A-104", "B-220", "C-310", "C-311", "D-007"],
      (article, index): Asked[] => [
        [
          "select unit_cents, discount_group from price_list_items " +
            "where price_list_id = $1 and article_no = $2",
          [3, article],
          1,
        ],
        [
          "insert into order_lines (order_id, article_no, qty, unit_cents) values ($1, $2, $3, $4)",
          [40911, article, index + 1, 1290 + index * 45],
          1,
        ],
      ],
    ),
    ["commit", [], 0],
  ]),
  {
    name: "three resolvers per recipe of a cook book",
    loops: [/from "cooks"/, /count\(\*\) as "likes"/, /as "liked"/],
    asked: [
      ['select "id", "name", "cook_id" from "recipes" where "book_id" = $1 limit $2', [19, 10], 6],
      ...forEach([301, 302, 303, 304, 305, 306], (recipe, index): Asked[] => [
        ['select "id", "handle" from "cooks" where "id" = $1', [70 + index], 1],
        ['select count(*) as "likes" from "recipe_likes" where "recipe_id" = $1', [recipe], 1],
        [
          'select exists(select 1 from "recipe_likes" where "recipe_id" = $1 and "fan_id" = $2) ' +
            'as "liked"',
          [recipe, 8],
          1,
        ],
      ]),
    ],
  },
  loopIn("sites of a charity's grants, each read in its own tenant transaction", /FROM site/, [
    ...forEach(uuids(110, 111, 112, 113, 114, 115), (site): Asked[] => [
      ["BEGIN", [], 0],
      ["SELECT set_config('app.tenant', $1, true)", [uuid(2)], 1],
      ["SELECT id, label, postcode FROM site WHERE id = $1", [site], 1],
      ["COMMIT", [], 0],
    ]),
  ]),
  loopIn("species of a bird count, each asked as a list of one", /from species/, [
    ["select species_id, seen from sightings where count_id = $1", [2026031], 11],
    ...keys(
      "select id, latin_name, common_name from species where id = any($1)",
      [4, 9, 13, 27, 31, 56, 58, 71, 90, 104, 133].map((id) => [id]),
    ),
  ]),
  loopIn("comings and goings of each badge of a visitor list", /from gate_entries/, [
    ["select badge_no, company from visitors where visit_day = $1", ["2026-03-04"], 8],
    ...each(
      "select 'in' as way, at from gate_entries where badge_no = $1 and day = $2 " +
        "union all select 'out' as way, at from gate_exits where badge_no = $1 and day = $2 " +
        "order by at",
      [9001, 9002, 9005, 9006, 9010, 9011, 9013, 9020].map((badge) => [badge, "2026-03-04"]),
      3,
    ),
  ]),
  loopIn("three fastest laps of each car of a race, by a window", /FROM timing\.lap/, [
    ["SELECT car_no, team FROM timing.entry WHERE race_id = $1 ORDER BY grid", [uuid(120)], 20],
    ...each(
      "SELECT lap_no, lap_ms FROM (SELECT lap_no, lap_ms, row_number() OVER (ORDER BY lap_ms) " +
        "AS rn FROM timing.lap WHERE race_id = $1 AND car_no = $2) ranked WHERE rn <= 3",
      [1, 3, 4, 5, 6, 7, 10, 11, 12, 14, 16, 18, 22, 23, 27, 30, 31, 44, 55, 63].map((car) => [
        uuid(120),
        car,
      ]),
      3,
    ),
  ]),
  loopIn("current translation of each listing of a search result", /from listing_texts/, [
    [
      "select id, city, nightly_cents from listings where city = $1 and guests >= $2 " +
        "order by score desc fetch first 10 rows only",
      ["Porto", 2],
      10,
    ],
    ...each(
      "select headline, summary from listing_texts where locale = $1 and listing_id = $2 " +
        "order by version desc fetch first 1 row only",
      [5001, 5040, 5077, 5102, 5110, 5133, 5150, 5191, 5204, 5260].map((id) => ["pt", id]),
    ),
  ]),
  loopIn("offers below each branch of a category tree, by path", /FROM offers o/, [
    ["SELECT path::text, label FROM categories WHERE nlevel(path) = $1", [2], 8],
    ...keys(
      "SELECT count(*) AS n FROM offers o JOIN categories c ON c.id = o.category_id " +
        "WHERE c.path <@ $1::ltree AND o.ends_at > now()",
      [
        "home.kitchen",
        "home.garden",
        "home.lighting",
        "sport.bikes",
        "sport.winter",
        "sport.water",
        "media.books",
        "media.vinyl",
      ],
    ),
  ]),
  loopIn("block headers by hash, as bytes", /from chain\.block_header/, [
    ["select hashes from chain.sync_batch where id = $1", [411], 1],
    ...keys(
      "select height, mined_at, difficulty from chain.block_header where hash = decode($1, 'hex')",
      ["00a1f3", "00a27c", "00a301", "00a377", "00a3e9", "00a40b", "00a455", "00a4d2"],
    ),
  ]),
  loopIn(
    "pens and their newest weighing on a farm, as a multi-line statement",
    /FROM weighings w/,
    [
      ["SELECT p.id FROM pens p WHERE p.barn_id = $1", [2], 6],
      ...keys(
        `
      SELECT DISTINCT ON (w.animal_id)
             w.animal_id, w.kilos, w.weighed_at
        FROM weighings w
        JOIN animals a ON a.id = w.animal_id
       WHERE a.pen_id = $1
       ORDER BY w.animal_id, w.weighed_at DESC
      `,
        [21, 22, 23, 24, 26, 27],
        18,
      ),
    ],
  ),
  loopIn("prescribing limits of a chart's drugs, after other work", /FROM "formulary"\."drug"/, [
    ['SELECT "id", "ward" FROM "clinical"."patient" WHERE "mrn" = $1', ["M-20418"], 1],
    ['SELECT "code" FROM "clinical"."allergy" WHERE "patient_id" = $1', [7712], 2],
    ['SELECT "weight_kg" FROM "clinical"."vitals" WHERE "patient_id" = $1 LIMIT 1', [7712], 1],
    [
      'SELECT "order_id", "atc" FROM "clinical"."medication_order" WHERE "patient_id" = $1 ' +
        'AND "stopped_at" IS NULL',
      [7712],
      7,
    ],
    ...keys('SELECT "max_daily_mg", "renal_factor" FROM "formulary"."drug" WHERE "atc" = $1', [
      "A02BC01",
      "B01AC06",
      "C03CA01",
      "C07AB02",
      "C09AA05",
      "N02BE01",
      "R03AC02",
    ]),
    ['SELECT count(*) FROM "clinical"."alert" WHERE "patient_id" = $1', [7712], 1],
    [
      'INSERT INTO "audit"."chart_view" ("patient_id", "viewer") VALUES ($1, $2)',
      [7712, "u-31"],
      1,
    ],
  ]),
  loopIn("stock on hand of each component of a bill of materials", /from inventory\.balance/, [
    [
      "select component_no, qty from bom_lines where assembly_no = $1 and revision = $2",
      ["PUMP-7", "C"],
      13,
    ],
    ...each(
      "select coalesce(sum(on_hand - reserved), 0)::numeric as free from inventory.balance b " +
        "where b.part_no = upper(trim($1)) and b.plant = any($2::text[])",
      [
        "br-101",
        "br-102",
        "sh-010",
        "sl-004",
        "sl-009",
        "im-200",
        "ho-311",
        "bo-m8",
        "bo-m10",
        "wa-m8",
        "ga-22",
        "mo-15",
        "ca-07",
      ].map((part) => [part, ["P1", "P2"]]),
    ),
  ]),
  loopIn("home and away clubs of a fixture list, the same look-up for either", /from "club"/, [
    [
      'select "f"."id", "f"."home_id", "f"."away_id", "f"."kick_off" from "fixture" as "f" ' +
        'where "f"."round" = $1',
      [24],
      5,
    ],
    ...keys(
      'select "club"."id", "club"."name", "club"."crest" from "club" where "club"."id" = $1',
      [12, 7, 3, 19, 8, 1, 15, 4, 10, 6],
    ),
  ]),
];
