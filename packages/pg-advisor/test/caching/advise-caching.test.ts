import { seededRandom } from "@streamgate/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { adviseCaching } from "../../src/caching/advise-caching.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { buildWorkload } from "../../src/workload/build-workload.ts";
import type { Workload } from "../../src/workload/workload.ts";
import { counters } from "../choice/media-scenario.ts";

let postgres: TestPostgres;
let snapshot: Snapshot;

beforeAll(async () => {
  postgres = await startTestPostgres({ settings: { autovacuum: "off" } });
  await postgres.query("create table songs (id int primary key, artist int, plays int)");
  await postgres.query("create table visits (id int primary key, song int)");
  await postgres.query("insert into songs select i, i % 50, 0 from generate_series(1, 5000) i");
  await postgres.query("insert into visits select i, i from generate_series(1, 5000) i");
  await postgres.query("analyze");
  snapshot = await readSnapshot(postgres.url(), { needsStatements: false });
});

afterAll(() => postgres.stop());

function workloadOf(
  ...statements: readonly (readonly [calls: number, meanMs: number, text: string])[]
): Promise<Workload> {
  return buildWorkload({
    counters: statements.map(([calls, meanMs, text], index) =>
      counters({ text, calls, meanMs, queryId: String(index + 1) }),
    ),
    window: {
      source: "counters since reset",
      from: null,
      to: snapshot.takenAt,
      durationMs: 3_600_000,
    },
    snapshot,
    whatIf: { parameterTypes: async () => ["integer"] },
    random: seededRandom(1),
    mostStatements: 0,
  });
}

const CHARTS = "select artist, sum(plays) from songs group by artist";
const WRITE = "update songs set plays = plays + 1 where id = $1";

describe("advice on caching", () => {
  it("finds the aggregate that is asked for far more often than its table changes, and says what it would spare", async () => {
    const workload = await workloadOf([3_600, 20, CHARTS], [60, 0.1, WRITE]);
    const [finding, ...others] = adviseCaching({ workload, snapshot });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ kind: "query/cacheable", subject: { object: "public.songs" } });
    // (1 − 1/e) ÷ 60 of an hour between two misses: 38 calls.
    expect(finding?.evidence.find(({ name }) => name === "hit ratio")?.value).toBeCloseTo(0.974, 2);
    expect(finding?.savedMsPerHour).toBeCloseTo(3_600 * 0.974 * 19.95, -2.5);
    expect(finding?.evidence.every(({ rung }) => rung !== "verified")).toBe(true);
    expect(finding?.remedy).toContain("public.songs");
    expect(finding?.fix).toBeUndefined();
  });

  it("counts the different parameters: fifty artists share the calls, and five thousand songs too thinly", async () => {
    const byArtist = await workloadOf([6_000, 10, "select count(*) from songs where artist = $1"]);
    expect(adviseCaching({ workload: byArtist, snapshot })).toHaveLength(1);
    const bySong = await workloadOf([6_000, 10, "select * from visits where id = $1"]);
    expect(adviseCaching({ workload: bySong, snapshot })).toEqual([]);
  });

  it("keeps away from what is written more often than it is read", async () => {
    const workload = await workloadOf([3_600, 20, CHARTS], [7_200, 0.1, WRITE]);
    expect(adviseCaching({ workload, snapshot })).toEqual([]);
  });

  it.each([
    "select count(*) from songs where id < random() * 10",
    "select current_user, count(*) from songs",
    "select now(), count(*) from songs",
    "select * from songs for update",
    "insert into songs select 1, 2, 3",
  ])("keeps away from what answers otherwise each time: %s", async (text) => {
    const workload = await workloadOf([3_600, 20, text]);
    expect(adviseCaching({ workload, snapshot })).toEqual([]);
  });

  it("leaves alone what takes no time", async () => {
    const workload = await workloadOf([3_600, 0.06, "select count(*) from songs"]);
    expect(adviseCaching({ workload, snapshot })).toEqual([]);
  });
});
