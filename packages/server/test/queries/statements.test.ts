import type { QueryOf } from "@streamgate/contract";
import type { SeriesPoint } from "@streamgate/monitor";
import { identifyStatement } from "@streamgate/pg-advisor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { seldomMs } from "../../../../test/support/seldom.ts";
import { until } from "../../../../test/support/until.ts";
import { aFinding, aProof } from "../support/findings.ts";
import { startTestPlatform, type TestPlatform } from "../support/platform.ts";

const BY_OWNER = "select * from songs where owner = $1";
const UPDATE = "update songs set plays = plays + $1 where id = $2";
const RARE = "select count(*) from songs where title like $1";
const QUIET = "delete from songs where id = $1";
const prints = {
  byOwner: identifyStatement(BY_OWNER).fingerprint,
  update: identifyStatement(UPDATE).fingerprint,
  rare: identifyStatement(RARE).fingerprint,
  quiet: identifyStatement(QUIET).fingerprint,
};

let postgres: TestPostgres;
let test: TestPlatform;
beforeAll(async () => {
  postgres = await startTestPostgres();
  const url = await postgres.createDatabase("media");
  await postgres.query(
    "create table songs (id int primary key, owner int, title text, plays int); create index songs_owner on songs (owner)",
    undefined,
    "media",
  );
  // Watched so seldom that the collector adds nothing to what the test says.
  const databases = [{ name: "media", url, intervalMs: seldomMs(), adviseEveryMs: 0 }];
  test = await startTestPlatform(await postgres.createDatabase("store"), {}, { databases });
  await noteStatement(prints.byOwner, BY_OWNER, { stddevMs: 4 });
  await noteStatement(prints.update, UPDATE, { stddevMs: 1 });
  await noteStatement(prints.rare, RARE, { stddevMs: 90 });
  await noteStatement(prints.quiet, QUIET, { stddevMs: 2 });
  const nowMs = Date.now();
  const points = [20, 10, 0.05].flatMap((minutesAgo) => {
    const atMs = nowMs - minutesAgo * 60_000;
    const isLate = minutesAgo < 1;
    return [
      ...statement(prints.byOwner, atMs, {
        calls: 1_000,
        seconds: isLate ? 8 : 4,
        rows: 5_000,
        hit: 900,
        read: 100,
      }),
      ...statement(prints.update, atMs, { calls: 500, seconds: 0.5, rows: 500, hit: 500, read: 0 }),
      ...database(atMs, { calls: 1_600, seconds: isLate ? 10 : 5 }),
    ];
  });
  const rare = statement(prints.rare, nowMs - 3_000, {
    calls: 2,
    seconds: 1,
    rows: 2,
    hit: 0,
    read: 0,
  });
  const monitor = test.platform.monitor();
  monitor.feed([...points, ...rare]);
  // Points are written together: with the last series all are there.
  const selector = { name: "streamgate_database_statement_blocks_read", where: [] };
  const range = { fromMs: nowMs - 3_600_000, toMs: nowMs };
  await until(async () => (await monitor.history?.read({ selector, ...range }))?.length === 3);
});
afterAll(async () => {
  await test?.stop();
  await postgres?.stop();
});

function counter(
  name: string,
  labels: Record<string, string>,
  atMs: number,
  increase: number,
): SeriesPoint {
  return {
    key: { name: `streamgate_database_${name}`, labels: { database: "media", ...labels } },
    point: { kind: "counter", atMs: Math.round(atMs), spanMs: 10_000, increase },
  };
}

function statement(
  fingerprint: string,
  atMs: number,
  {
    calls,
    seconds,
    rows,
    hit,
    read,
  }: Readonly<Record<"calls" | "seconds" | "rows" | "hit" | "read", number>>,
): SeriesPoint[] {
  const labels = { fingerprint };
  return [
    counter("statement_calls", labels, atMs, calls),
    counter("statement_seconds", labels, atMs, seconds),
    counter("statement_rows", labels, atMs, rows),
    counter("statement_blocks_hit", labels, atMs, hit),
    counter("statement_blocks_read", labels, atMs, read),
  ];
}

function database(
  atMs: number,
  { calls, seconds }: { calls: number; seconds: number },
): SeriesPoint[] {
  return [counter("calls", {}, atMs, calls), counter("seconds", {}, atMs, seconds)];
}

async function noteStatement(
  fingerprint: string,
  text: string,
  { stddevMs }: { stddevMs: number },
): Promise<void> {
  await test.platform.tables.query(
    `insert into streamgate.statements values
     ('media', $1, '1', $2, now() - interval '2 days', now(), null, 10, 20, 2, $3, 1, 9, 10, 5, 5, 0, 0)`,
    [fingerprint, text, stddevMs],
  );
}

async function fingerprintsOf(query: QueryOf<"listQueryStatistics">): Promise<readonly string[]> {
  return (await ask(query)).items.map(({ fingerprint }) => fingerprint);
}

function ask(query: QueryOf<"listQueryStatistics">) {
  return test.call("listQueryStatistics", { query: { from: "-30m", ...query } });
}

describe("statements of a stretch of time", () => {
  it("are summed, each figure with its unit and rung", async () => {
    const { items, total } = await ask({});
    expect(total).toBe(4);
    expect(items[0]).toMatchObject({
      fingerprint: prints.byOwner,
      database: "media",
      text: BY_OWNER,
      calls: { value: 3_000, unit: "count", rung: "measured" },
      total: { value: 16_000, unit: "ms" },
      spread: { value: 4, unit: "ms" },
      rowsPerCall: { value: 5, unit: "rows" },
      hitRatio: { value: 0.9, unit: "ratio" },
      shareOfTime: { value: 0.8 },
    });
    expect(items[0]?.mean.value).toBeCloseTo(16 / 3, 6);
    const means = items[0]?.sparkline.filter((mean) => mean !== null) ?? [];
    expect([means[0], means.at(-1)]).toEqual([4, 8]);
  });

  it("of which no series is kept stand at the end, and nothing is made up for them", async () => {
    const { items } = await ask({});
    expect(items.at(-1)).toMatchObject({
      fingerprint: prints.quiet,
      calls: { value: null },
      total: { value: null },
      mean: { value: null },
      shareOfTime: { value: null },
      sparkline: [],
    });
  });

  it.each([
    ["calls", ["byOwner", "update", "rare", "quiet"]],
    ["mean", ["rare", "byOwner", "update", "quiet"]],
    ["rows", ["byOwner", "update", "rare", "quiet"]],
    ["spread", ["rare", "byOwner", "quiet", "update"]],
  ] as const)("are sorted by %s", async (sort, names) => {
    // Of equal values the fingerprint decides.
    const expected = names.map((name) => prints[name]);
    const found = await fingerprintsOf({ sort });
    if (sort === "rows") expect(found.slice(0, 1)).toEqual(expected.slice(0, 1));
    else expect(found).toEqual(expected);
  });

  it("are searched in whatever case, wildcards being letters", async () => {
    expect(await fingerprintsOf({ search: "UPDATE songs" })).toEqual([prints.update]);
    expect(await fingerprintsOf({ search: "%" })).toEqual([]);
    expect(await fingerprintsOf({ search: prints.rare })).toEqual([prints.rare]);
  });

  it("may be asked for by their least mean", async () => {
    expect(await fingerprintsOf({ leastMeanMs: 5 })).toEqual([prints.byOwner, prints.rare]);
  });

  it("that are slow are those above the objective, the slowest first", async () => {
    const { items } = await test.call("listSlowQueries", { query: { from: "-30m" } });
    expect(items.map(({ fingerprint }) => fingerprint)).toEqual([prints.rare]);
  });

  it("come page by page", async () => {
    const first = await ask({ limit: 2 });
    const second = await ask({ limit: 2, after: first.next ?? "" });
    expect(second.next).toBeNull();
    expect([...first.items, ...second.items].map(({ fingerprint }) => fingerprint)).toEqual(
      await fingerprintsOf({}),
    );
    await expect(ask({ sort: "calls", after: first.next ?? "" })).rejects.toMatchObject({
      status: 400,
    });
  });

  it("are compared with the time before, and what did not run then is not zero", async () => {
    const { items, range } = await test.call("listQueryStatistics", {
      query: { from: "-5m", compare: "previous" },
    });
    expect(range.compared?.why).toBe("the time before");
    const rare = items.find(({ fingerprint }) => fingerprint === prints.rare);
    expect(rare?.calls).toMatchObject({ value: 2, compared: null });
  });

  it("of a database that is not watched are not there", async () => {
    await expect(ask({ database: "other" })).rejects.toMatchObject({ status: 404 });
  });
});

describe("the databases as a whole", () => {
  it("have figures and charts, and what was not read is not zero", async () => {
    const { figures, charts } = await test.call("getQueryMetrics", { query: { from: "-30m" } });
    const of = (id: string) => figures.find((one) => one.id === id)?.figure;
    expect(of("mean")).toMatchObject({ unit: "ms", rung: "measured" });
    expect(of("mean")?.value).toBeCloseTo((20 / 4_800) * 1_000, 6);
    expect(of("calls")?.value).toBeCloseTo(4_800 / 30, 6);
    expect(of("replication-lag")).toMatchObject({ value: null });
    const mean = charts.find(({ id }) => id === "mean");
    expect(mean?.lines.map(({ label }) => label)).toEqual(["media"]);
    expect(mean?.lines[0]?.values.filter((value) => value !== null)).toHaveLength(3);
  });
});

describe("one statement", () => {
  it("is shown over time with what touches it", async () => {
    const { store } = test.platform;
    const run = await store.beginRun({ target: "media", connection: "media", goal: "test" });
    const affected = { text: BY_OWNER, calls: 1, shareOfTime: 0.5, meanMs: 5, expectedMeanMs: 1 };
    const finding = aFinding({ statements: [{ fingerprint: prints.byOwner, ...affected }] });
    await store.recordFinding(run, "media", finding);
    const view = () =>
      test.call("getQuery", {
        parameters: { fingerprint: prints.byOwner },
        query: { from: "-30m" },
      });
    await until(async () => (await view()).recommendations.length > 0);
    const { statement: shown, charts, figures, recommendations } = await view();
    expect(shown).toMatchObject({ text: BY_OWNER, recommendations: 1, calls: { value: 3_000 } });
    expect(recommendations.map(({ id }) => id)).toEqual([finding.id]);
    expect(figures.find(({ id }) => id === "slowest")?.figure).toMatchObject({
      value: 9,
      unit: "ms",
    });
    const means = charts
      .find(({ id }) => id === "mean")
      ?.lines[0]?.values.filter((one) => one !== null);
    expect(means).toEqual([4, 4, 8]);
  });

  it("that did not run in the range is shown all the same", async () => {
    const { statement: shown } = await test.call("getQuery", {
      parameters: { fingerprint: prints.quiet },
      query: { from: "-30m" },
    });
    expect(shown.mean.value).toBeNull();
  });

  it.each(["0000000000000000", "x' or true --", "../../etc"])(
    "that nobody saw (%s) is not there",
    async (fingerprint) => {
      await expect(test.call("getQuery", { parameters: { fingerprint } })).rejects.toMatchObject({
        status: 404,
      });
    },
  );

  it("has the plans that the server would make and that labs saw, without values", async () => {
    const { store } = test.platform;
    const proof = aProof();
    const [first] = proof.statements;
    if (first === undefined) throw new Error("the proof has no statement");
    const seqScan =
      "Seq Scan on songs  (cost=0.00..10.00 rows=3 width=8) (actual time=0.01..4.50 rows=3.00 loops=1)\n  Filter: (owner = 42)\n";
    const statements = [
      {
        ...first,
        fingerprint: prints.byOwner,
        planBefore: seqScan,
        planAfter: seqScan,
        usesFix: false,
      },
    ];
    const run = await store.beginRun({ target: "media", connection: "media", goal: "test" });
    const finding = aFinding({ id: "for-plans" });
    await store.recordFinding(run, "media", finding);
    await store.recordProof(run, "media", finding.id, { ...proof, statements });
    const { items } = await test.call("listQueryPlans", {
      parameters: { fingerprint: prints.byOwner },
    });
    expect(items.map(({ source }) => source).sort()).toEqual(["database", "lab"]);
    const lab = items.find(({ source }) => source === "lab");
    expect(lab?.root).toMatchObject({ operation: "Seq Scan", actualMs: 4.5, actualRows: 3 });
    expect(lab?.root.detail).toBe("on songs · Filter: (owner = ?)");
    const told = items.find(({ source }) => source === "database");
    expect(told?.cost).toMatchObject({ rung: "estimated", unit: "cost" });
    expect(JSON.stringify(told?.root)).toMatch(/using songs_owner/);
  });
});
