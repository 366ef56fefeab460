import type { AggregateQuery, SeriesGroup } from "@streamgate/monitor";
import { identifyStatement } from "@streamgate/pg-advisor";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { seldomMs } from "../../../../test/support/seldom.ts";
import { until } from "../../../../test/support/until.ts";
import { keepConnection } from "../../src/collectors/database/kept-connection.ts";
import { LOCK_SESSIONS, type LockSessionRow } from "../../src/locks/lock-question.ts";
import { LockWatch } from "../../src/locks/lock-watch.ts";
import { planCollector } from "../../src/plans/history/plan-collector.ts";
import { regressionCollector } from "../../src/queries/regressions/regression-collector.ts";
import { EVIDENCE } from "../../src/queries/regressions/regression-finding.ts";
import { startTestPlatform, type TestPlatform } from "../support/platform.ts";

const TEXT = "select * from songs where owner = $1";
const OTHERS = [
  "select count(*) from songs",
  "select max(id) from songs",
  "select min(id) from songs",
];
const { fingerprint } = identifyStatement(TEXT);
const MINUTE_MS = 60_000;

let postgres: TestPostgres;
let url: string;
let test: TestPlatform;
/** The last whole step of five minutes. */
let nowMs: number;

beforeAll(async () => {
  postgres = await startTestPostgres();
  url = await postgres.createDatabase("media");
  await postgres.query(
    `create table songs (id int primary key, owner int);
     insert into songs select i, i % 1000 from generate_series(1, 50000) as i;
     create index songs_owner on songs (owner); analyze`,
    undefined,
    "media",
  );
  const databases = [{ name: "media", url, intervalMs: seldomMs(), adviseEveryMs: 0 }];
  test = await startTestPlatform(await postgres.createDatabase("store"), {}, { databases });
  for (const text of [TEXT, ...OTHERS])
    await test.platform.tables.query(
      `insert into streamgate.statements values
       ('media', $1, '1', $2, now() - interval '2 days', now(), null, 10, 20, 2, 1, 1, 9, 10, 5, 5, 0, 0)`,
      [identifyStatement(text).fingerprint, text],
    );
  // The platform's own collectors look once, at the beginning, and find nothing.
  const mine = ["plans:media", "regressions:media", "database:media"];
  const now = (): number => test.platform.clock.now().getTime();
  await until(() =>
    test.platform.sources
      .list(now())
      .filter(({ id }) => mine.includes(id))
      .every(({ readAt }) => readAt !== null),
  );
  nowMs = Math.floor(now() / (5 * MINUTE_MS)) * 5 * MINUTE_MS;
});
afterAll(async () => {
  await test?.stop();
  await postgres?.stop();
});

/** Every statement is called a hundred times in five minutes, 5 ms a call; one of them 15 ms since forty minutes. */
async function readMadeUp({ selector, ...query }: AggregateQuery): Promise<readonly SeriesGroup[]> {
  const { fromMs, toMs, stepMs } = query;
  const steps = Array.from(
    { length: (toMs - fromMs) / stepMs },
    (_, step) => fromMs + step * stepMs,
  );
  return [TEXT, ...OTHERS].map((text) => {
    const isSlow = (atMs: number): boolean => text === TEXT && atMs >= nowMs - 40 * MINUTE_MS;
    const wobble = (atMs: number): number => 1 + 0.05 * Math.sin(atMs / 700_000);
    return {
      labels: { fingerprint: identifyStatement(text).fingerprint },
      series: 1,
      steps: steps.map((atMs) => {
        const calls = stepMs / 3_000;
        const seconds = calls * (isSlow(atMs) ? 0.015 : 0.005) * wobble(atMs);
        const increase = selector.name.endsWith("seconds") ? seconds : calls;
        return { kind: "counter" as const, increase, spanMs: stepMs };
      }),
    };
  });
}

function look(atMs: number): { atMs: number; monotonicMs: number; signal: AbortSignal } {
  return { atMs, monotonicMs: atMs, signal: AbortSignal.timeout(20_000) };
}

function view() {
  return test.call("getQuery", { parameters: { fingerprint }, query: { from: "-6h" } });
}

describe("the life of a statement", () => {
  it("has its plans, each for as long as it was seen, with what changed", async () => {
    const { tables } = test.platform;
    const database = { name: "media", url, intervalMs: 10_000, adviseEveryMs: 0 };
    const plans = planCollector(database, { tables, series: { aggregate: readMadeUp } });
    await plans.read(look(nowMs - 50 * MINUTE_MS));
    await plans.read(look(nowMs - 45 * MINUTE_MS));
    await postgres.query("drop index songs_owner", undefined, "media");
    await plans.read(look(nowMs - 38 * MINUTE_MS));
    const shown = (await view()).plans.filter(({ source }) => source === "database");
    expect(shown).toHaveLength(2);
    expect(shown[0]).toMatchObject({
      firstSeenAt: new Date(nowMs - 38 * MINUTE_MS).toISOString(),
      changes: [
        expect.stringMatching(/^songs: Bitmap .* → Seq Scan$/),
        ...(shown[0]?.changes.slice(1) ?? []),
      ],
    });
    expect(shown[1]).toMatchObject({
      firstSeenAt: new Date(nowMs - 50 * MINUTE_MS).toISOString(),
      lastSeenAt: new Date(nowMs - 45 * MINUTE_MS).toISOString(),
      changes: [],
    });
    const markers = (await view()).markers.filter(({ label }) => label.startsWith("another plan"));
    expect(markers).toMatchObject([{ kind: "change", at: shown[0]?.firstSeenAt }]);
  });

  it("tells that it is slower than its own past, and that its plan changed then; it may be dismissed", async () => {
    const { tables } = test.platform;
    const collector = regressionCollector(
      { name: "media", url, intervalMs: 10_000, adviseEveryMs: 0 },
      { tables, readHistory: readMadeUp, readChanges: async () => [] },
    );
    await collector.read(look(nowMs));
    const { items } = await test.call("listRecommendations", {
      query: { kind: "query/regressed" },
    });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      target: "media",
      subject: TEXT,
      acts: ["dismiss"],
      saved: { rung: "estimated", unit: "ms" },
    });
    expect(items[0]?.summary).toMatch(
      /^a call takes 1[45](\.\d+)? ms, [\d.]+× .*its plan changed: songs: /,
    );
    expect((await view()).recommendations.map(({ kind }) => kind)).toEqual(["query/regressed"]);
    const { figures } = await view();
    expect(figures.slice(0, 2)).toMatchObject([
      { id: "usual", figure: { unit: "ms", rung: "measured", value: expect.closeTo(5, 0) } },
      { id: "of-usual", figure: { unit: "ratio", value: expect.closeTo(3, 0) } },
    ]);
    const id = items[0]?.id ?? "";
    const whole = await test.call("getRecommendation", { parameters: { id }, query: {} });
    expect(whole).toMatchObject({ proof: null, finding: { kind: "query/regressed" } });
    expect(whole.finding.evidence.map(({ name }) => name)).toContain(EVIDENCE.timesLow);
    await test.call("dismissRecommendation", { parameters: { id }, body: { confirm: true } });
    expect((await view()).recommendations).toEqual([]);
    await test.call("restoreRecommendation", { parameters: { id }, body: { confirm: true } });
    // The same look with nothing to find ends it.
    const healthy = regressionCollector(
      { name: "media", url, intervalMs: 10_000, adviseEveryMs: 0 },
      { tables, readHistory: async () => [], readChanges: async () => [] },
    );
    await healthy.read(look(nowMs + MINUTE_MS));
    await until(async () => (await view()).recommendations.length === 0);
  });

  it("names who calls it, by comments and by sessions", async () => {
    const { tables } = test.platform;
    await tables.query(
      `insert into streamgate.statement_callers values
       ('media', $1, 'a', 'comment', '{"route": "/songs", "method": "GET", "application": "shop"}', now(), now(), 3),
       ('media', $1, 'b', 'comment', '{"controller": "songs", "action": "index", "file": "songs.rb", "line": "7"}', now(), now(), 1),
       ('media', $1, 'c', 'session', '{"application": "psql"}', now(), now(), 0)`,
      [fingerprint],
    );
    expect((await view()).callers).toMatchObject([
      { source: "comment", application: "shop", route: "GET /songs", share: { value: 0.75 } },
      { source: "comment", route: "songs#index", site: "songs.rb:7", share: { value: 0.25 } },
      { source: "session", application: "psql", route: null, share: { value: null } },
    ]);
  });

  it("tells whom it waits for, while it waits and afterwards", async () => {
    const holder = new pg.Client({ connectionString: url, application_name: "import" });
    const waiter = new pg.Client({ connectionString: url, application_name: "api" });
    await Promise.all([holder.connect(), waiter.connect()]);
    const watcher = keepConnection(url, { connectTimeoutMs: 5_000, statementTimeoutMs: 5_000 });
    const rows = (): Promise<readonly LockSessionRow[]> =>
      watcher.ask<LockSessionRow>(LOCK_SESSIONS, AbortSignal.timeout(10_000));
    const watch = new LockWatch("media", test.platform.tables.query);
    try {
      await holder.query("begin; lock table songs");
      const waiting = waiter.query("select * from songs where owner = 3");
      await until(async () => (await rows()).length === 2);
      const now = test.platform.clock.now();
      const late = (await rows()).map((row) => ({ ...row, waitedMs: row.waitedMs && 7_000 }));
      await watch.see(late, now);
      const standing = await test.call("listLockChains", { query: { database: "media" } });
      expect(standing.items).toMatchObject([
        {
          endedAt: null,
          root: { application: "import", state: "idle in transaction" },
          waiting: [{ application: "api", fingerprint, relation: "public.songs", depth: 1 }],
          longestWait: { value: 7_000, unit: "ms", rung: "measured" },
        },
      ]);
      await until(async () => (await view()).recommendations.length === 1);
      expect((await view()).recommendations[0]).toMatchObject({ kind: "transaction/blocking" });
      await holder.query("rollback");
      await waiting;
      await watch.see([], new Date(now.getTime() + 1_000));
      const ended = await test.call("listLockChains", { query: {} });
      expect(ended.items[0]?.endedAt).not.toBeNull();
    } finally {
      await Promise.all([holder.end(), waiter.end(), watcher.close()]);
    }
  });
});
