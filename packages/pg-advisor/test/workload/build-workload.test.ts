import { seededRandom } from "@streamgate/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { buildWorkload } from "../../src/workload/build-workload.ts";
import type { Workload, WorkloadWindow } from "../../src/workload/workload.ts";
import { counters } from "../choice/media-scenario.ts";

const SCHEMA = `
create type mood as enum ('o''k', 'bad');
create table events (id bigint primary key, owner int, kind text, at timestamptz, price numeric(8,2), feeling mood);
insert into events select g, (g % 100) ^ 2 / 100, (array['a', 'b "q"', 'it''s', 'd\\e'])[1 + g % 4], now() - g * interval '1 minute', g, 'bad'
from generate_series(1, 5000) g;
create table unknown_yet (id int, feeling mood, owner bigint);
create table "Order" ("Id" int primary key, "customerId" int);
analyze events;
`;

let postgres: TestPostgres;
let snapshot: Snapshot;
beforeAll(async () => {
  postgres = await startTestPostgres();
  await postgres.query(SCHEMA);
  snapshot = await readSnapshot(postgres.url());
});
afterAll(() => postgres?.stop());

const WINDOW: WorkloadWindow = {
  source: "counters since reset",
  from: null,
  to: "2026-01-01T00:00:00Z",
  durationMs: 3_600_000,
};

/** The server itself tells the types, as the twin would. */
async function parameterTypes(text: string): Promise<readonly string[]> {
  const rows = await postgres.query<{ types: string[] }>(
    `prepare probe as ${text}; select array(select unnest(parameter_types)::text) as types from pg_prepared_statements where name = 'probe'`,
  );
  return rows[0]?.types ?? [];
}

function workloadOf(
  entries: readonly Parameters<typeof counters>[0][],
  seed = 1,
): Promise<Workload> {
  return buildWorkload({
    counters: entries.map(counters),
    window: WINDOW,
    snapshot,
    whatIf: { parameterTypes },
    random: seededRandom(seed),
  });
}

describe("counters become statements", () => {
  it("merges entries of one fingerprint and keeps the text that was called most", async () => {
    const { statements } = await workloadOf([
      { queryId: "1", text: "select * from events where id in ($1, $2)", calls: 10, meanMs: 1 },
      { queryId: "2", text: "select * from events where id in ($1)", calls: 90, meanMs: 2 },
    ]);
    expect(statements).toHaveLength(1);
    expect(statements[0]).toMatchObject({
      text: "select * from events where id in ($1)",
      queryIds: ["2", "1"],
      calls: 100,
      totalMs: 190,
      meanMs: 1.9,
      kind: "select",
      relations: [{ schema: "public", name: "events" }],
    });
  });

  it("puts the costliest first", async () => {
    const { statements } = await workloadOf([
      { text: "select * from events where id = $1", calls: 1, meanMs: 5 },
      { text: "select * from events where owner = $1", calls: 100, meanMs: 5 },
    ]);
    expect(statements.map(({ calls }) => calls)).toEqual([100, 1]);
  });

  it.each([
    ["select * from pg_class where oid = $1", "touches no user table"],
    ["select $1::int + now()::text::int", "touches no user table"],
    ["select * from pg_stat_statements", "StreamGate's own"],
    ["select * from gone where a = $1", "relation unknown"],
    ["select * from events where nothing = $1", "cannot be planned"],
    ["commit", "utility statement"],
  ])("%s is declined: %s", async (text, reason) => {
    const { declined, statements } = await workloadOf([{ text }]);
    expect(statements).toEqual([]);
    expect(declined[0]).toMatchObject({ text, reason });
    expect(declined[0]?.explanation).not.toBe("");
  });
});

describe("lists that PostgreSQL 18 squashes", () => {
  const RUN = [
    "select * from events where id in (1, 2, 3)",
    "select * from events where owner = any(array[1, 2, 3])",
    "select * from events where feeling = any(array['bad', 'o''k']::mood[]) and kind = any(array['a', 'b'])",
    "select e.* from events e join (values (50, 'a'), (51, 'b')) v(o, k) on e.owner = v.o and e.kind = v.k",
    "merge into events e using (values (50, 'a')) v(o, k) on e.owner = v.o when matched then update set kind = v.k",
    "merge into events e using (values (50, 'a')) v(o, k) on e.owner = v.o when matched then delete",
  ];

  it("are parsed, typed and planned as pg_stat_statements writes them", async () => {
    await postgres.query("select pg_stat_statements_reset()");
    for (const text of RUN) await postgres.query(`explain ${text}; begin; ${text}; rollback`);
    const entries = await postgres.query<{ text: string }>(
      "select query as text from pg_stat_statements where query ~* '^(select|merge).*events'",
    );
    expect(entries).toHaveLength(RUN.length);
    const { statements, declined } = await workloadOf(entries);
    expect(declined).toEqual([]);
    expect(statements.map(({ text }) => text)).toContain(
      "select * from events where owner = any(array[$1::integer /*, ... */])",
    );
    for (const { text, samples } of statements) {
      const values = (samples[0]?.values ?? []).map((value) => `'${value?.replaceAll("'", "''")}'`);
      await postgres.query(`prepare probe as ${text}; explain execute probe(${values.join(", ")})`);
    }
  });

  it("stay declined with the planner's first words where no type helps", async () => {
    const { declined } = await workloadOf([
      { text: "select * from events where owner = any(array[$1]) and nothing = 1" },
    ]);
    expect(declined[0]).toMatchObject({ reason: "cannot be planned" });
  });
});

describe("samples", () => {
  it("add up to one and are of the parameters' types, so that the server plans them", async () => {
    const { statements } = await workloadOf([
      {
        text: "select * from events where kind = $1 and at >= $2 and at < $3 and owner = any($4) and price between $5 and $6 limit $7",
      },
      { text: "insert into events values ($1, $2, $3, $4, $5, $6)" },
      { text: "select * from unknown_yet where feeling = $1 and owner < $2" },
      {
        text: "select * from events where kind like $1 and at > now() - interval $2 and extract($3 from at) > $4",
      },
      { text: 'update "Order" set "customerId" = $1 where "Id" = $2' },
      { text: "select count(*) from events" },
    ]);
    expect(statements).toHaveLength(6);
    for (const { text, samples } of statements) {
      expect(samples.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1);
      for (const { values } of samples) {
        const literals = values.map((value) =>
          value === null ? "null" : `'${value.replaceAll("'", "''")}'`,
        );
        const run = literals.length === 0 ? "probe" : `probe(${literals.join(", ")})`;
        await postgres.query(`prepare probe as ${text}; explain execute ${run}`);
      }
    }
  });

  it("keep the bounds of a range in order and near each other", async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const { statements } = await workloadOf(
        [{ text: "select * from events where at >= $1 and at < $2" }],
        seed,
      );
      for (const { values } of statements[0]?.samples ?? []) {
        const [from, to] = values.map((value) => Date.parse(value ?? ""));
        expect(from).toBeLessThan(to ?? 0);
      }
    }
  });

  it("draw common values by their frequency and rare ones from the tail", async () => {
    const { statements } = await workloadOf([{ text: "select * from events where owner = $1" }]);
    const samples = statements[0]?.samples ?? [];
    const rows = await postgres.query<{ owner: string; rows: number }>(
      "select owner::text, count(*)::int as rows from events group by 1",
    );
    const rowsOf = new Map<string | null | undefined, number>(
      rows.map(({ owner, rows: count }) => [owner, count]),
    );
    const common = samples
      .filter(({ origin }) => origin === "common")
      .map(({ values }) => rowsOf.get(values[0]) ?? 0);
    const rare = samples
      .filter(({ origin }) => origin === "rare")
      .map(({ values }) => rowsOf.get(values[0]) ?? 0);
    expect(Math.max(...common)).toBeGreaterThan(Math.max(...rare));
    expect(samples.length).toBeGreaterThanOrEqual(3);
    expect(samples.length).toBeLessThanOrEqual(5);
  });

  it("are the same for the same seed", async () => {
    const entries = [{ text: "select * from events where owner = $1 and at > $2" }];
    expect(await workloadOf(entries, 7)).toEqual(await workloadOf(entries, 7));
  });
});

it("asks once for the parameter types of each of 2,000 fingerprints", async () => {
  const entries = Array.from({ length: 2_000 }, (_, index) =>
    counters({
      queryId: String(index),
      text: `select e.id, e.kind, f${index}(e.price) from events e join "Order" o on o."Id" = e.owner where e.owner = $1 and e.at between $2 and $3 and e.kind in ($4, $5) group by e.id, e.kind order by e.at desc limit $6`,
    }),
  );
  const types = [
    "integer",
    "timestamp with time zone",
    "timestamp with time zone",
    "text",
    "text",
    "bigint",
  ];
  const asked: string[] = [];
  const { statements } = await buildWorkload({
    counters: entries,
    window: WINDOW,
    snapshot,
    whatIf: {
      parameterTypes: async (text) => {
        asked.push(text);
        return types;
      },
    },
    random: seededRandom(1),
  });
  expect(statements).toHaveLength(2_000);
  expect(asked.toSorted()).toEqual(entries.map(({ text }) => text).toSorted());
});
