import { type Asked, each, type HeldOut, keys, loopIn } from "./trace.ts";

const GUIDS = ["1b", "2c", "3d", "4e", "5f", "6a", "7b", "8c"].map(
  (part) => `${part}9e04d7-5a31-4f60-8c2e-d91b7a6f30${part}`,
);

/** The same statement, giving another number of rows each time. */
function giving(sql: string, calls: readonly (readonly [key: unknown, rows: number])[]): Asked[] {
  return calls.map(([key, rows]) => [sql, [key], rows]);
}

/** The keys stand in the text of the statements instead of in parameters. */
function inText(sql: (key: number) => string, values: readonly number[], rows = 1): Asked[] {
  return values.map((value) => [sql(value), [], rows]);
}

/** A second set of requests with loops, labelled without knowing the rules. */
export const SECOND_LOOPS: readonly HeldOut[] = [
  loopIn("newest episode of each podcast of a category", /FROM "public"\."Episode"/, [
    [
      'SELECT "public"."Show"."id", "public"."Show"."title" FROM "public"."Show" ' +
        'WHERE "public"."Show"."categoryId" = $1 ORDER BY "public"."Show"."id" ASC OFFSET $2',
      [3, 0],
      7,
    ],
    ...each(
      'SELECT "public"."Episode"."id", "public"."Episode"."title", "public"."Episode"."airedAt" ' +
        'FROM "public"."Episode" WHERE "public"."Episode"."showId" = $1 ' +
        'ORDER BY "public"."Episode"."airedAt" DESC LIMIT $2 OFFSET $3',
      [118, 120, 131, 140, 162, 177, 205].map((show) => [show, 1, 0]),
    ),
  ]),
  loopIn("vessels of a harbour's port calls, by registration number", /FROM "vessel" "Vessel"/, [
    [
      'SELECT "PortCall"."id" AS "PortCall_id", "PortCall"."imo" AS "PortCall_imo", ' +
        '"PortCall"."berth" AS "PortCall_berth" FROM "port_call" "PortCall" ' +
        'WHERE ("PortCall"."harbour_id" = $1) AND ("PortCall"."left_at" IS NULL)',
      [6],
      6,
    ],
    ...keys(
      'SELECT "Vessel"."imo" AS "Vessel_imo", "Vessel"."name" AS "Vessel_name", ' +
        '"Vessel"."gross_tonnage" AS "Vessel_gross_tonnage" FROM "vessel" "Vessel" ' +
        'WHERE (("Vessel"."imo" = $1)) LIMIT 1',
      ["9321483", "9454436", "9778791", "9839272", "9619907", "9708851"],
    ),
  ]),
  loopIn("growers of a market's stalls, ids in the text", /FROM "Growers"/, [
    [
      'SELECT "id", "number", "growerId" FROM "Stalls" AS "Stall" ' +
        'WHERE "Stall"."marketDay" = \'2026-03-07\';',
      [],
      9,
    ],
    ...inText(
      (id) =>
        `SELECT "id", "name", "village" FROM "Growers" AS "Grower" WHERE "Grower"."id" = ${id};`,
      [14, 15, 22, 27, 31, 48, 53, 60, 71],
    ),
  ]),
  loopIn("last soil sample of each plot", /from "soil_samples"/, [
    ['select * from "plots" where "farm_id" = $1 and "retired" = $2', [88, false], 11],
    ...each(
      'select * from "soil_samples" where "plot_id" = $1 order by "taken_at" desc limit $2',
      [901, 902, 903, 905, 906, 909, 910, 914, 915, 921, 922].map((plot) => [plot, 1]),
    ),
  ]),
  loopIn("aircraft of the day's departures", /from "aircraft"/, [
    [
      'select "flight_no", "tail", "off_block" from "departures" ' +
        'where ("departures"."airport" = $1 and "departures"."day" = $2) ' +
        'order by "departures"."off_block"',
      ["GVA", "2026-03-04"],
      8,
    ],
    ...keys('select "tail", "model", "seats" from "aircraft" where "aircraft"."tail" = $1', [
      "HB-JCA",
      "HB-JCB",
      "F-GKXS",
      "D-AIZE",
      "G-EZTH",
      "OE-LBO",
      "EC-MXV",
      "CS-TNP",
    ]),
  ]),
  loopIn("bins of a picking list, by aisle, bay and level", /from warehouse\.bins/, [
    ["select aisle, bay, level, units from picks where list_id = $1 order by seq", [4410], 7],
    ...each(
      "select label, reachable_by from warehouse.bins where aisle = $1 and bay = $2 and level = $3",
      [
        ["A", 4, 1],
        ["A", 4, 3],
        ["A", 11, 2],
        ["C", 2, 1],
        ["C", 9, 5],
        ["F", 1, 1],
        ["F", 7, 2],
      ],
    ),
  ]),
  loopIn("whether the reader already follows each suggested profile", /from follows/, [
    ["select id, expires_at from sessions where token_hash = $1", ["9c1e"], 1],
    ["select id, handle from profiles order by follower_count desc limit $1", [10], 10],
    ...each(
      "select exists(select 1 from follows where follower_id = $1 and followee_id = $2)",
      [17, 204, 3390, 41, 88, 5120, 733, 96, 1284, 640].map((profile) => [2071, profile]),
    ),
  ]),
  loopIn("when each meter of a building was last read", /from meter_readings/, [
    ["select id, kind, serial from meters where building_id = $1", [31], 12],
    ...keys(
      "select max(recorded_at) as last_read from meter_readings where meter_id = $1",
      [7001, 7002, 7003, 7004, 7005, 7006, 7007, 7008, 7011, 7012, 7013, 7014],
    ),
  ]),
  loopIn("signatures of each petition, ids in the text", /FROM "Signatures"/, [
    [
      'SELECT "id", "title", "closesAt" FROM "Petitions" AS "Petition" ' +
        'WHERE "Petition"."parliamentId" = 2 ORDER BY "Petition"."closesAt" ASC LIMIT 6;',
      [],
      6,
    ],
    ...inText(
      (id) =>
        'SELECT count(*) AS "count" FROM "Signatures" AS "Signature" ' +
        `WHERE "Signature"."petitionId" = ${id};`,
      [301, 305, 306, 312, 318, 327],
    ),
  ]),
  {
    name: "film and venue of every screening, turn by turn",
    loops: [/from films/, /from venues/],
    asked: [
      ["select id, film_id, venue_id, starts_at from screenings where festival_id = $1", [12], 6],
      ...[
        [501, 21],
        [502, 24],
        [517, 25],
        [520, 28],
        [533, 30],
        [541, 33],
      ].flatMap(([film, venue]): Asked[] => [
        ["select title, minutes from films where id = $1", [film], 1],
        ["select name, capacity from venues where id = $1", [venue], 1],
      ]),
    ],
  },
  {
    name: "lessons of each module, attachments of each lesson",
    loops: [/from lessons/, /from attachments/],
    asked: [
      ["select id, title from modules where course_id = $1 order by position", [77], 5],
      ...[
        { module: 410, lessons: [9001, 9002, 9003] },
        { module: 411, lessons: [9010, 9011] },
        { module: 412, lessons: [9015, 9016, 9018, 9019] },
        { module: 415, lessons: [9022] },
        { module: 416, lessons: [9030, 9031] },
      ].flatMap(({ module, lessons }): Asked[] => [
        [
          "select id, title from lessons where module_id = $1 order by position",
          [module],
          lessons.length,
        ],
        ...keys("select file_name, bytes from attachments where lesson_id = $1", lessons, 2),
      ]),
    ],
  },
  loopIn("tags of each recipe, through the join table", /join recipe_tags/, [
    ["select id, title, minutes from recipes where cuisine = $1 limit 20", ["thai"], 8],
    ...giving(
      `select t.slug, t.label
         from tags t
         join recipe_tags rt on rt.tag_id = t.id
        where rt.recipe_id = $1`,
      [
        [61, 3],
        [64, 2],
        [70, 5],
        [73, 0],
        [75, 4],
        [80, 1],
        [81, 3],
        [99, 2],
      ],
    ),
  ]),
  loopIn("leases of a landlord's units, the account first", /from leases/, [
    ["begin", [], 0],
    ["select set_config('app.account', $1, true)", ["9"], 1],
    ["select id, door from units where account_id = $1 and house_id = $2", [9, 140], 8],
    ...each(
      "select id, starts_on, ends_on from leases " +
        "where account_id = $1 and unit_id = $2::uuid and ends_on > now()",
      GUIDS.map((unit) => [9, unit]),
    ),
    ["commit", [], 0],
  ]),
  loopIn("exchange rate of each invoice's currency on one day", /from fx_rates/, [
    ["select distinct currency from invoices where ledger_id = $1 and paid_at is null", [5], 7],
    ...each(
      "select rate from fx_rates where currency = $1 and quoted_on = $2",
      ["USD", "GBP", "CHF", "SEK", "NOK", "PLN", "CZK"].map((code) => [code, "2026-03-03"]),
    ),
  ]),
  loopIn("articles of a basket that came in the body", /from catalogue\.articles/, [
    ...keys("select article_no, description, net_price from catalogue.articles where gtin = $1", [
      "4006381333931",
      "4011200296908",
      "5901234123457",
      "7612345678900",
      "8710398500121",
      "3017620422003",
    ]),
    ["insert into baskets (opened_at) values (now()) returning id", [], 1],
  ]),
  loopIn("may this user see each document of a folder", /from document_grants/, [
    ["select id, title from documents where folder_id = $1 order by title", [33], 9],
    ...each(
      "select 1 from document_grants where user_id = $2 and document_id = $1 limit 1",
      [640, 641, 644, 645, 650, 652, 653, 658, 660].map((document) => [document, 15]),
    ),
  ]),
  loopIn("sponsors of a tournament's teams, deleted ones left out", /FROM "sponsors"/, [
    [
      'SELECT "Team"."id" AS "Team_id", "Team"."sponsor_id" AS "Team_sponsor_id" ' +
        'FROM "teams" "Team" WHERE "Team"."tournament_id" = $1 AND "Team"."deleted_at" IS NULL',
      [19],
      8,
    ],
    ...keys(
      'SELECT "Sponsor"."id" AS "Sponsor_id", "Sponsor"."name" AS "Sponsor_name" ' +
        'FROM "sponsors" "Sponsor" ' +
        'WHERE "Sponsor"."deleted_at" IS NULL AND "Sponsor"."id" = $1 LIMIT 1',
      GUIDS,
    ),
  ]),
  loopIn("an upload of addresses, the postcode looked up before each insert", /from postcodes/, [
    ["begin", [], 0],
    ...["8001", "8032", "3011", "4051", "1204", "6003", "9000"].flatMap((code): Asked[] => [
      ["select id, canton from postcodes where code = $1", [code], 1],
      ["insert into addresses (customer_id, postcode_id) values ($1, $2)", [501, Number(code)], 1],
    ]),
    ["commit", [], 0],
  ]),
  loopIn("what each campaign has raised", /from donations/, [
    ["select id, name, goal_cents from campaigns where charity_id = $1 and open", [8], 6],
    ...keys(
      "select coalesce(sum(amount_cents), 0) as raised from donations where campaign_id = $1",
      [55, 56, 59, 63, 64, 70],
    ),
  ]),
  loopIn("the last value of each sensor against its threshold", /from samples/, [
    ["select id, label from sensors where greenhouse_id = $1", [2], 10],
    ...keys(
      `with latest as (
         select sensor_id, value from samples where sensor_id = $1 order by at desc limit 1
       )
       select latest.value, th.low, th.high
         from latest join thresholds th on th.sensor_id = latest.sensor_id`,
      [801, 802, 803, 804, 805, 806, 807, 808, 809, 810],
    ),
  ]),
  loopIn("reviewer of each change, the same few coming up again", /from reviewers/, [
    ["select id, title, reviewer_id from changes where project_id = $1 limit 12", [40], 12],
    ...keys(
      "select display_name, avatar_path from reviewers where id = $1",
      [3, 8, 3, 14, 21, 8, 22, 3, 30, 14, 21, 8],
    ),
  ]),
  loopIn("accounts behind the mentions in a post, long ids as text", /from fediverse\.accounts/, [
    ["select body from posts where id = $1", ["1184467440737095516"], 1],
    ["select account_id from mentions where post_id = $1", ["1184467440737095516"], 5],
    ...keys('select a."handle", a."domain" from fediverse.accounts as a where a."id" = $1', [
      "1093318274650112001",
      "1101277340919283712",
      "1122334455667788990",
      "1140027718263545856",
      "1171239900112233445",
    ]),
  ]),
  loopIn("appointments of each therapist of one practice", /"practice_42"\."appointments"/, [
    ['select "id", "first_name" from "practice_42"."therapists" where "active"', [], 6],
    ...giving(
      'select "starts_at", "room" from "practice_42"."appointments" ' +
        'where "therapist_id" = $1 and "starts_at"::date = current_date order by "starts_at"',
      [
        [1, 7],
        [2, 5],
        [4, 8],
        [7, 0],
        [9, 6],
        [12, 3],
      ],
    ),
  ]),
  loopIn("who of the invited has an account already, by address", /from members/, [
    ["select id, seats from workspaces where slug = $1", ["harbour"], 1],
    ...giving("select id from members where lower(email) = lower($1)", [
      ["anna@example.org", 1],
      ["ben@example.org", 0],
      ["carla@example.org", 1],
      ["dario@example.org", 0],
      ["emil@example.org", 0],
      ["fay@example.org", 1],
      ["gita@example.org", 0],
    ]),
    [
      "insert into invitations (workspace_id, email) select $1, unnest($2::text[])",
      [4, ["ben@example.org", "dario@example.org", "emil@example.org", "gita@example.org"]],
      4,
    ],
  ]),
  loopIn("devices of a fleet report, with the firmware they run", /from devices d/, [
    ["select serial from report_lines where report_id = $1", [66], 9],
    ...keys(
      "select d.serial, d.model, f.version from devices d " +
        "left join firmware f on f.id = d.firmware_id where d.serial = $1",
      [
        "SN-00A1",
        "SN-00A7",
        "SN-00B3",
        "SN-01C9",
        "SN-01D0",
        "SN-02F4",
        "SN-03A8",
        "SN-03AA",
        "SN-0411",
      ],
    ),
  ]),
  loopIn("stops of each tram route of a depot", /from route_stops/, [
    ["select route_id, line_no from routes where depot = $1 order by line_no", ["east"], 5],
    ...giving(
      "select stop_id, minutes_after_start from route_stops where route_id = $1 order by seq",
      [
        [2, 24],
        [5, 31],
        [6, 18],
        [11, 27],
        [14, 22],
      ],
    ),
  ]),
  loopIn(
    "cards of a museum's showcase, titles out of the document column",
    /from exhibits\.cards/,
    [
      ["select card_refs from exhibits.showcases where id = $1", [3], 1],
      ...keys(
        "select card_ref, doc->>'title' as title, doc->'dating'->>'from' as dated_from " +
          "from exhibits.cards where card_ref = $1",
        ["1904/17", "1904/22", "1911/3", "1938/101", "1952/8", "1952/9", "1977/40"],
      ),
    ],
  ),
  loopIn(
    "mothers of a herd's calves, with a comment after the statement",
    /FROM animals WHERE ear_tag/,
    [
      [
        "SELECT ear_tag, mother_tag FROM births WHERE herd_id = $1 AND year = $2 " +
          "/*controller='herds',action='show'*/",
        [12, 2025],
        8,
      ],
      ...keys(
        "SELECT ear_tag, name, breed FROM animals WHERE ear_tag = $1 " +
          "/*controller='herds',action='show'*/",
        [120441, 120447, 120460, 120502, 120511, 120513, 120590, 120618],
      ),
    ],
  ),
  loopIn("badges of each runner, eager loading called once per runner", /from "badges"/, [
    ['select "runners".* from "runners" where "runners"."club_id" = $1', [70], 7],
    ...keys(
      'select "badges".* from "badges" where "badges"."runner_id" in ($1)',
      [2001, 2004, 2009, 2010, 2033, 2041, 2042],
      3,
    ),
  ]),
  loopIn("a batch loader that is awaited inside the loop, one key a batch", /from crews/, [
    ["select id, crew_id, starts_at from fire_shifts where station_id = $1", [4], 6],
    ...keys("select id, name, leader from crews where id = any($1::int[])", [
      [11],
      [12],
      [15],
      [18],
      [19],
      [23],
    ]),
  ]),
  loopIn("sixty lots of an auction, highest bid each", /from bids/, [
    ["select id, lot_no, reserve_cents from lots where auction_id = $1 order by lot_no", [9], 60],
    ...keys(
      "select bidder_no, amount_cents from bids where lot_id = $1 " +
        "order by amount_cents desc limit 1",
      Array.from({ length: 60 }, (_, index) => 30100 + index * 3),
    ),
  ]),
  loopIn("free nights of each room of a guest house", /from bookings/, [
    ["select id, name, beds from rooms where house_id = $1 and beds >= $2", [5, 2], 6],
    ...each(
      "select arrives_on, leaves_on from bookings " +
        "where room_id = $1 and leaves_on > $2 and arrives_on < $3",
      [51, 52, 53, 55, 58, 59].map((room) => [room, "2026-07-01", "2026-07-15"]),
      2,
    ),
  ]),
  loopIn("valid price of each line of a quote, the key last", /from price_list/, [
    ["select line_no, part_no, quantity from quote_lines where quote_id = $1", [7720], 8],
    ...each(
      "select unit_price from price_list " +
        "where valid_from <= $1 and (valid_to is null or valid_to > $1) and part_no = $2",
      ["P-100", "P-104", "P-220", "P-221", "P-305", "P-411", "P-412", "P-900"].map((part) => [
        "2026-03-04",
        part,
      ]),
    ),
  ]),
  loopIn("composers of a concert programme", /FROM "public"\."Composer"/, [
    [
      'SELECT "public"."Piece"."id", "public"."Piece"."name", "public"."Piece"."composerId" ' +
        'FROM "public"."Piece" WHERE "public"."Piece"."concertId" = $1 OFFSET $2',
      ["ckq81", 0],
      6,
    ],
    ...each(
      'SELECT "public"."Composer"."id", "public"."Composer"."name" FROM "public"."Composer" ' +
        'WHERE ("public"."Composer"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3',
      ["cka10", "cka17", "cka22", "ckb03", "ckb41", "ckc09"].map((id) => [id, 1, 0]),
    ),
  ]),
  loopIn("species of a walk's bird sightings, by Latin name", /from species/, [
    ["select latin_name, seen_at, how_many from sightings where walk_id = $1", [318], 7],
    ...keys("select common_name, protected from species where latin_name = $1", [
      "Turdus merula",
      "Parus major",
      "Erithacus rubecula",
      "Sitta europaea",
      "Picus viridis",
      "Buteo buteo",
      "Corvus corax",
    ]),
  ]),
  loopIn("newest vital signs of each animal in a shelter", /from vitals/, [
    ["select id, name, kind from shelter_animals where kennel_row = $1", ["C"], 9],
    ...keys(
      `select distinct on (sign) sign, value, taken_at
         from vitals
        where animal_id = $1
        order by sign, taken_at desc`,
      [71, 72, 74, 75, 79, 82, 83, 84, 90],
      4,
    ),
  ]),
  loopIn("average rating of each ferry crossing", /FROM REVIEWS/, [
    ["SELECT CROSSING_NO, FROM_PORT, TO_PORT FROM CROSSINGS WHERE OPERATOR = $1", ["NL"], 5],
    ...keys(
      "SELECT AVG(STARS), COUNT(*) FROM REVIEWS WHERE CROSSING_NO = $1",
      [1101, 1102, 1107, 1120, 1121],
    ),
  ]),
  loopIn("closing price of each holding of a portfolio", /from quotes\.daily/, [
    ["select id from investors where login = $1", ["mira"], 1],
    ["select id, name from portfolios where investor_id = $1", [404], 1],
    ["select ticker, shares from holdings where portfolio_id = $1", [91], 8],
    ...keys(
      "select close, traded_on from quotes.daily where ticker = $1 order by traded_on desc limit 1",
      ["NESN", "ROG", "NOVN", "UBSG", "ABBN", "ZURN", "SIKA", "LONN"],
    ),
    ["select headline, url from market_news order by published_at desc limit 5", [], 5],
  ]),
  {
    name: "wagons of each train, then the load and the inspection of each wagon",
    loops: [/from rail\.loads/, /from rail\.inspections/],
    asked: [
      ["select id, departs_at from rail.trains where id = $1", [60], 1],
      ["select wagon_no, seq from rail.train_wagons where train_id = $1 order by seq", [60], 9],
      ...[3301, 3304, 3310, 3318, 3319, 3327, 3340, 3355, 3356].flatMap((wagon): Asked[] => [
        [
          "select goods, tonnes from rail.loads where train_id = $1 and wagon_no = $2",
          [60, wagon],
          1,
        ],
        [
          "select passed, inspected_on from rail.inspections where wagon_no = $1 " +
            "order by inspected_on desc limit 1",
          [wagon],
          1,
        ],
      ]),
    ],
  },
  loopIn(
    "how the voters of each precinct turned out, by county and number",
    /from elections\.turnout/,
    [
      ["select county, precinct_no, name from precincts where district_id = $1", [3], 6],
      ...each(
        "select t.cast_ballots, t.registered from elections.turnout as t " +
          "where (t.county, t.precinct_no) = ($1, $2) and t.election_id = $3",
        [
          ["Lake", 1, 2024],
          ["Lake", 2, 2024],
          ["Lake", 5, 2024],
          ["Pine", 1, 2024],
          ["Pine", 4, 2024],
          ["Ridge", 3, 2024],
        ],
      ),
    ],
  ),
];
