import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { readAggregation } from "../../src/aggregations/reading/read-aggregation.ts";
import { readCatalogue } from "../../src/rewrites/catalogue/catalogue.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { insertVisits, planSummary, SCHEMA } from "./audience.ts";

let postgres: TestPostgres;
let snapshot: Snapshot;
let client: pg.Client;

beforeAll(async () => {
  postgres = await startTestPostgres({ settings: { autovacuum: "off" } });
  await postgres.query(SCHEMA);
  await postgres.query(insertVisits(1, 400));
  await postgres.query("analyze");
  snapshot = await readSnapshot(postgres.url(), { needsStatements: false });
  client = new pg.Client({ connectionString: postgres.url() });
  await client.connect();
});

afterAll(async () => {
  await client?.end();
  await postgres?.stop();
});

const GROUPS = [
  "kind",
  "country",
  "user_id",
  "device",
  "birthday",
  "lower(country)",
  "user_id % 2",
  "watched > 40",
  "coalesce(country, 'none')",
  "date_trunc('day', seen_at)",
  "date_trunc('hour', seen_at at time zone 'UTC')",
  "to_char(seen_at at time zone 'Asia/Kathmandu', 'YYYY-MM-DD HH24')",
  "extract(dow from seen_at)",
  "case when kind = 'play' then country else device::text end",
] as const;
const AGGREGATES = [
  "count(*)",
  "count(country)",
  "count(seconds)",
  "sum(watched)",
  "sum(seconds)",
  "sum(price)",
  "sum(bytes)",
  "avg(price)",
  "avg(seconds)",
  "avg(bytes)",
  "sum(watched * 3 - 1)",
  "sum(price * watched)",
  "coalesce(sum(price), -1) + count(*)",
  "sum(watched) filter (where country = 'DE')",
  "count(*) filter (where kind = $1)",
  "sum(case when device = 'phone' then watched else 0 end)",
  "sum(case when kind = $1 then price else 0 end)",
  "max(watched)",
  "min(price)",
  "bool_or(watched > 88)",
] as const;
const CONDITIONS = [
  "kind = $1",
  "country is not null",
  "user_id in (1, 2, 5)",
  "watched between 10 and 60",
  "price > 20.5",
  "coalesce(device::text, $1) <> $1",
  "seen_at >= $2",
  "seen_at < $3",
  "seen_at between $2 and $3",
  "extract(dow from seen_at at time zone 'UTC') < 4",
  "birthday > '2026-01-10'",
  "local_time is not null",
] as const;
const HAVINGS = ["count(*) > 3", "sum(watched) < 900", "max(watched) > 50"] as const;

interface Drawn {
  readonly groups: readonly string[];
  readonly aggregates: readonly string[];
  readonly conditions: readonly string[];
  readonly having: string | null;
  readonly values: readonly (readonly [string, number, number])[];
}

const DRAWN: fc.Arbitrary<Drawn> = fc.record({
  groups: fc.uniqueArray(fc.constantFrom(...GROUPS), { maxLength: 3 }),
  aggregates: fc.uniqueArray(fc.constantFrom(...AGGREGATES), { minLength: 1, maxLength: 4 }),
  conditions: fc.uniqueArray(fc.constantFrom(...CONDITIONS), { maxLength: 3 }),
  having: fc.option(fc.constantFrom(...HAVINGS), { nil: null, freq: 4 }),
  values: fc.array(
    fc.tuple(
      fc.constantFrom("play", "stop", "none"),
      fc.integer({ min: -3_000, max: 20_000 }),
      fc.integer({ min: -3_000, max: 20_000 }),
    ),
    { minLength: 3, maxLength: 3 },
  ),
});

/** Every parameter is named, so that its type is known in any case. */
function textOf({ groups, aggregates, conditions, having }: Drawn): string {
  const columns = [...groups, ...aggregates].map((sql, index) => `${sql} as c${index}`);
  const named =
    "($1::text is null or $2::timestamptz is null or $3::timestamptz is null) is not null";
  const where = [named, ...conditions].join(" and ");
  const tail =
    groups.length === 0 ? "" : ` group by ${groups.map((_, index) => index + 1).join(", ")}`;
  const last = having === null || groups.length === 0 ? "" : ` having ${having}`;
  return `select ${columns.join(", ")} from visits where ${where}${tail}${last}`;
}

async function rowsOf(text: string, values: readonly string[]): Promise<readonly string[]> {
  const types = { getTypeParser: () => (value: string) => value };
  const { rows } = await client.query<unknown[]>({
    text,
    values: [...values],
    rowMode: "array",
    types,
  });
  return rows.map((row) => JSON.stringify(row)).toSorted();
}

const WRITES = [
  insertVisits(401, 430),
  "update visits set kind = 'chat', country = null, price = price + 1.5, seen_at = seen_at + interval '1 day' where id % 7 = 0",
  "delete from visits where id % 5 = 1",
  "update visits set watched = -watched, bytes = null, device = 'phone' where user_id = 3",
];

describe("random statements that count and sum", () => {
  it("bring the same from a summary, before and after writes, in the form that is sound for them", async () => {
    const seen = { trigger: 0, refresh: 0, declined: 0 };
    await fc.assert(
      fc.asyncProperty(DRAWN, async (drawn) => {
        const text = textOf(drawn);
        const calls = drawn.values.map(([kind, from, to]) => [kind, instant(from), instant(to)]);
        const samples = [{ values: calls[0] ?? [], weight: 1, origin: "given" as const }];
        const read = readAggregation({ text, samples }, readCatalogue(snapshot));
        if (read.outcome !== "understood") {
          seen.declined += 1;
          return;
        }
        const form = read.aggregation.notByTrigger.length === 0 ? "trigger" : "refresh";
        seen[form] += 1;
        const { steps, reading } = planSummary(
          text,
          calls[0] ?? [],
          snapshot,
          form,
          form === "trigger" && read.aggregation.keys.length === 0 ? 4 : 1,
        );
        await client.query("begin");
        try {
          for (const { apply } of steps) await client.query(apply);
          for (const write of form === "trigger" ? ["select", ...WRITES] : ["select"]) {
            await client.query(write);
            for (const values of calls) {
              expect(
                await rowsOf(reading, values),
                `${text} ${values.join(", ")} after ${write}`,
              ).toEqual(await rowsOf(text, values));
            }
          }
        } finally {
          await client.query("rollback");
        }
      }),
      { numRuns: 100, seed: 20_261_121 },
    );
    expect(Math.min(seen.trigger, seen.refresh), JSON.stringify(seen)).toBeGreaterThan(10);
  });
});

/** Minutes since the first visit; every fourth on a whole day. */
function instant(minutes: number): string {
  const date = new Date(Date.UTC(2026, 0, 1) + minutes * 60_000);
  return minutes % 4 === 0 ? `${date.toISOString().slice(0, 10)}T00:00:00Z` : date.toISOString();
}
