import { type Random, seededRandom } from "@streamgate/core";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { insertVisits, planSummary, SCHEMA } from "./audience.ts";

let postgres: TestPostgres;
let snapshot: Snapshot;
let client: pg.Client;

beforeAll(async () => {
  postgres = await startTestPostgres({ settings: { autovacuum: "off" } });
  await postgres.query(SCHEMA);
  await postgres.query(insertVisits(1, 1_500));
  await postgres.query(
    "create table users (id int primary key, name text, plan text not null); insert into users select i, 'user ' || i, case when i % 2 = 0 then 'free' else 'paid' end from generate_series(1, 6) i",
  );
  await postgres.query("analyze");
  snapshot = await readSnapshot(postgres.url(), { needsStatements: false });
  client = new pg.Client({ connectionString: postgres.url() });
  await client.connect();
});

afterAll(async () => {
  await client?.end();
  await postgres?.stop();
});

type Draw = (random: Random) => readonly (string | null)[];

/** Any instant of the data's time, sometimes on a day, an hour or a month, sometimes far outside. */
function instant(random: Random): string {
  const any = Date.UTC(2025, 11, 15) + random.integer(90 * 86_400) * 1_000 + random.integer(1_000);
  const iso = new Date(any).toISOString();
  const cut = random.integer(5);
  if (cut === 0) return `${iso.slice(0, 10)}T00:00:00Z`;
  if (cut === 1) return `${iso.slice(0, 13)}:00:00Z`;
  if (cut === 2) return `${iso.slice(0, 7)}-01T00:00:00Z`;
  return random.integer(20) === 0 ? "infinity" : iso;
}

const range: Draw = (random) => [instant(random), instant(random)];
const none: Draw = () => [];
const user: Draw = (random) => [String(1 + random.integer(9))];

const BY_TRIGGER: readonly (readonly [text: string, draw: Draw])[] = [
  ["select count(*) from visits", none],
  ["select kind, count(*) as visits, sum(watched) from visits group by kind order by kind", none],
  [
    `select to_char(seen_at at time zone 'UTC', 'YYYY-MM-DD') as day, kind, count(*) as events, sum(watched) as watched
     from visits where user_id = $1 and seen_at >= $2 and seen_at < $3 group by 1, 2 order by 1, 2`,
    (random) => [...user(random), ...range(random)],
  ],
  ["select country, avg(price), sum(price), count(price) from visits group by country", none],
  [
    "select country, avg(watched), avg(bytes), sum(bytes), sum(seconds), avg(seconds) from visits v group by 1",
    none,
  ],
  [
    "select date_trunc('day', seen_at) as day, count(*) from visits where country = $1 group by 1",
    () => ["DE"],
  ],
  ["select (seen_at at time zone 'Asia/Kathmandu')::date, sum(price) from visits group by 1", none],
  [
    "select country, sum(watched) filter (where kind = $1), count(*) filter (where kind = 'play') as plays, count(seconds) filter (where device = 'phone') from visits group by country",
    (random) => [random.pick(["play", "stop", "none"])],
  ],
  ["select count(*), sum(price) from visits where seen_at >= $1", (random) => [instant(random)]],
  ["select count(*), avg(bytes) from visits where seen_at > $1 and seen_at <= $2", range],
  ["select kind, count(*) from visits where seen_at between $1 and $2 group by kind", range],
  [
    "select kind, sum(watched) from visits where $1 < seen_at and $2 > seen_at group by kind",
    range,
  ],
  [
    "select date_trunc('month', local_time) as month, count(*) from visits where local_time < $1::timestamp group by 1",
    (random) => [instant(random).replace("Z", "")],
  ],
  [
    "select country, count(*) as visits from visits group by country having count(*) > $1 order by 2 desc, 1 limit $2",
    (random) => [String(random.integer(500)), String(1 + random.integer(4))],
  ],
  [
    "select extract(year from seen_at at time zone 'UTC') as year, sum(bytes) from visits group by 1",
    none,
  ],
  ["select extract(dow from local_time) as weekday, sum(bytes) from visits group by 1", none],
  [
    "select lower(country) as land, count(*) from visits group by lower(country) order by lower(country)",
    none,
  ],
  ["select kind, count(*) from visits where country is null and watched > 3 group by kind", none],
  ["select coalesce(sum(price), 0) from visits where user_id = any($1)", () => ["{1,2,99}"]],
  [
    "select sum(watched * 2 + 1), count(*) from visits where birthday >= $1 and birthday < $2",
    () => ["2026-01-10", "2026-01-20"],
  ],
  [
    "select device, user_id in (1, 2) as known, count(distinct_kind.kind) from visits as distinct_kind group by device, user_id in (1, 2)",
    none,
  ],
  ["select sum(price) from visits where user_id = $1", user],
  [
    "select country, count(case when kind = $1 then $2 end) as plays, sum(case when kind = $1 then watched else $3 end) as watched, sum(case when kind = $1 then price else 0 end), avg(case when kind = $1 then bytes end) from visits group by country",
    (random) => [
      random.pick(["play", "none", "chat"]),
      random.pick(["1", null]),
      random.pick(["0", "3", null]),
    ],
  ],
  [
    "select kind, count(*) from visits where device = 'phone'::device and birthday < '2026-01-30' and local_time >= '01/02/2026' group by kind",
    none,
  ],
  ["select count(*) from visits where birthday < 'tomorrow' and country in ('DE', 'FR')", none],
  [
    "select sum(case when kind = 'play' then watched else 0 end) as plays, kind from visits group by kind",
    none,
  ],
];

const BY_REFRESH: readonly (readonly [text: string, draw: Draw])[] = [
  ["select kind, min(watched), max(price), max(seen_at) from visits group by kind", none],
  [
    "select bool_and(watched > 0), bool_or(watched > 88), min(local_time) from visits where user_id = $1",
    user,
  ],
  [
    "select u.plan, count(*), sum(v.watched) as watched, avg(price) from visits v join users u on u.id = v.user_id where u.plan = $1 or v.kind = 'play' group by u.plan order by 1",
    () => ["free"],
  ],
  [
    "select u.name, date_trunc('day', seen_at at time zone 'UTC') as day, count(u.id), max(v.price) from visits as v left join users as u on u.id = v.user_id and u.plan = 'paid' where v.seen_at >= $1 and v.seen_at < $2 group by u.name, 2 order by day, name nulls first limit 20",
    range,
  ],
  [
    "select count(*) from visits v, users u where u.id = v.user_id and lower(u.name) = 'user 3' and v.country = $1",
    () => ["FR"],
  ],
  [
    "select country, sum(ratio), avg(ratio) from visits where seen_at >= $1 group by country",
    (random) => [instant(random)],
  ],
];

async function rowsOf(
  text: string,
  values: readonly (string | null)[],
): Promise<readonly string[]> {
  const { rows } = await client.query<unknown[]>({
    text,
    values: [...values],
    rowMode: "array",
    types: { getTypeParser: () => (value: string) => value },
  });
  const lines = rows.map((row) => JSON.stringify(row));
  return /order by/i.test(text) ? lines : lines.toSorted();
}

describe("a statement that reads a summary", () => {
  it.each(BY_TRIGGER)(
    "brings what was asked for, whatever the parameters: %s",
    async (text, draw) => {
      const random = seededRandom(11);
      const { steps, reading, aggregation } = planSummary(text, draw(random), snapshot, "trigger");
      expect(aggregation.notByTrigger).toEqual([]);
      const slots = aggregation.keys.length === 0 ? 8 : 1;
      const kept =
        slots === 1 ? steps : planSummary(text, draw(random), snapshot, "trigger", slots).steps;
      await client.query("begin");
      try {
        for (const { apply } of kept) await client.query(apply);
        await client.query(insertVisits(1_501, 1_560));
        await client.query(
          "update visits set country = 'FR', watched = watched + 1, price = price + 0.01 where id % 13 = 0",
        );
        await client.query("delete from visits where id % 17 = 0");
        for (let call = 0; call < 8; call += 1) {
          await client.query(
            `set local timezone = '${random.pick(["UTC", "America/St_Johns", "Asia/Kathmandu", "Europe/Berlin"])}'`,
          );
          const values = draw(random);
          expect(await rowsOf(reading, values), JSON.stringify(values)).toEqual(
            await rowsOf(text, values),
          );
        }
        await client.query("delete from visits");
        const values = draw(random);
        expect(await rowsOf(reading, values)).toEqual(await rowsOf(text, values));
        for (const { revert } of kept.toReversed()) await client.query(revert);
      } finally {
        await client.query("rollback");
      }
    },
  );

  it("brings the same rows where constants are others than the summary was made for", async () => {
    const text =
      "select to_char(seen_at at time zone $1, $2) as time, date_trunc($3, local_time), count(*), avg(price) from visits where seen_at < $4 group by 1, 2";
    expect(() => planSummary(text, ["UTC", "HH24", "day", null], snapshot, "trigger")).toThrow(
      "two columns of time",
    );
    const one =
      "select to_char(seen_at at time zone $1, $2) as time, count(*), avg(price) from visits where seen_at < $3 group by 1";
    const made = ["UTC", "YYYY-MM-DD", "2026-01-20 10:11:12+00"];
    const { steps, reading } = planSummary(one, made, snapshot, "trigger");
    await client.query("begin");
    try {
      for (const { apply } of steps) await client.query(apply);
      for (const zone of ["UTC", "Europe/Berlin", null]) {
        for (const format of ["YYYY-MM-DD", "HH24:MI:SS.US", "Month", null]) {
          const values = [zone, format, "2026-01-20 10:11:12+00"];
          expect(await rowsOf(reading, values), JSON.stringify(values)).toEqual(
            await rowsOf(one, values),
          );
        }
      }
    } finally {
      await client.query("rollback");
    }
  });

  it.each(BY_REFRESH)(
    "brings it from a materialised view where no trigger can keep it: %s",
    async (text, draw) => {
      const random = seededRandom(12);
      const { steps, reading, aggregation } = planSummary(text, draw(random), snapshot, "refresh");
      expect(aggregation.notByTrigger).not.toEqual([]);
      await client.query("begin");
      try {
        for (const { apply } of steps) await client.query(apply);
        for (let call = 0; call < 8; call += 1) {
          const values = draw(random);
          const [kept, counted] = [await rowsOf(reading, values), await rowsOf(text, values)];
          // Sums of floats depend on the order of their terms.
          const rounded = (rows: readonly string[]): readonly string[] =>
            rows.map((row) =>
              row.replace(/\d+\.\d+/g, (text) => String(Number(Number(text).toPrecision(9)))),
            );
          expect(rounded(kept)).toEqual(rounded(counted));
        }
        for (const { revert } of steps.toReversed()) await client.query(revert);
      } finally {
        await client.query("rollback");
      }
    },
  );
});
