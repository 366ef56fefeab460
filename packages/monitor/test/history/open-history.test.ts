import { type Random, seededRandom } from "@streamgate/core";
import { openHistory, type Point, type SeriesPoint } from "@streamgate/monitor";
import { histogramOf } from "@streamgate/telemetry";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  counterPoint,
  gaugePoint,
  type HistoryFixture,
  histogramPoint,
  KEY,
  startHistoryFixture,
  totalOf,
} from "./history-fixture.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const everything = { name: KEY.name, where: [] };

/** A gauge that was read a few times, with nothing in it that could be packed. */
function noisyPoint(atMs: number, random: Random): Point {
  const [min, max, sum, last] = [random.next(), random.next(), random.next(), random.next()];
  return { kind: "gauge", atMs, spanMs: 5_000, min, max, sum, count: 5, last };
}

let fixture: HistoryFixture;
beforeAll(async () => {
  fixture = await startHistoryFixture();
});
afterAll(() => fixture.stop());

describe("writing and reading", () => {
  test("what was written is read at once, by series and ascending", async () => {
    const { history, clock } = await fixture.open();
    const at = clock.nowMs - 60_000;
    const other = { name: "requests", labels: { service: "users", instance: "1" } };
    await history.write([
      { key: KEY, point: counterPoint(at + 2_000, 2) },
      { key: other, point: counterPoint(at + 1_000, 7) },
      { key: KEY, point: counterPoint(at + 1_000, 1) },
    ]);
    const windows = await history.read({
      selector: { name: "requests", where: [{ label: "service", is: "media" }] },
      fromMs: at,
      toMs: at + 10_000,
    });
    expect(windows).toEqual([
      { key: KEY, points: [counterPoint(at + 1_000, 1), counterPoint(at + 2_000, 2)] },
    ]);
  });

  test("a point belongs to the stretch in which it ends", async () => {
    const { history, clock } = await fixture.open();
    const at = clock.nowMs - 60_000;
    await history.write(
      [1, 2, 3].map((second) => ({ key: KEY, point: counterPoint(at + second * 1_000, second) })),
    );
    const windows = await history.read({
      selector: everything,
      fromMs: at + 1_000,
      toMs: at + 2_000,
    });
    expect(windows.map(({ points }) => points)).toEqual([[counterPoint(at + 2_000, 2)]]);
  });

  test("the same points written twice, and by two processes, count once, sealed or not", async () => {
    const { history, clock, again } = await fixture.open();
    const other = await again();
    const at = clock.nowMs;
    const batch = (): SeriesPoint[] =>
      [1, 2, 3].map((second) => ({ key: { ...KEY }, point: counterPoint(at + second * 1_000, 5) }));
    await Promise.all([history.write(batch()), other.write(batch()), history.write(batch())]);
    const stretch = { selector: everything, fromMs: at, toMs: at + HOUR_MS, stepMs: 1_000 };
    expect(totalOf(await history.read(stretch))).toBe(15);
    clock.advance(20 * MINUTE_MS);
    await Promise.all([history.maintain(), other.maintain()]);
    expect(totalOf(await history.read(stretch))).toBe(15);
    await other.write(batch());
    expect(totalOf(await history.read(stretch))).toBe(15);
    await other.maintain();
    expect(totalOf(await history.read(stretch))).toBe(15);
    const { series } = await history.size();
    expect(series).toBe(1);
  });

  test("labels in another order, and empty ones, are the same series", async () => {
    const { history, clock } = await fixture.open();
    const at = clock.nowMs - 10_000;
    const point = counterPoint(at, 1);
    await history.write([{ key: { name: "x", labels: { a: "1", b: "2" } }, point }]);
    await history.write([{ key: { name: "x", labels: { b: "2", c: "", a: "1" } }, point }]);
    expect(await history.list({ name: "x" }, at - 1_000, at)).toEqual([
      { name: "x", labels: { a: "1", b: "2" } },
    ]);
  });

  test("a point that nothing can keep is refused by its series, and nothing of its write is stored", async () => {
    const { history, clock } = await fixture.open();
    const good = { key: KEY, point: counterPoint(clock.nowMs, 1) };
    const bad: SeriesPoint[] = [
      { key: KEY, point: counterPoint(Number.NaN, 1) },
      { key: KEY, point: counterPoint(clock.nowMs, Number.POSITIVE_INFINITY) },
      { key: KEY, point: counterPoint(clock.nowMs, 1, -1) },
      { key: { name: "x", labels: { text: "a\0b" } }, point: counterPoint(clock.nowMs, 1) },
      { key: { name: "x", labels: { text: "\uD800" } }, point: counterPoint(clock.nowMs, 1) },
      { key: { name: "n".repeat(3_000), labels: {} }, point: counterPoint(clock.nowMs, 1) },
      { key: { name: "", labels: {} }, point: counterPoint(clock.nowMs, 1) },
    ];
    for (const point of bad) {
      await expect(history.write([good, point])).rejects.toMatchObject({
        code: "SG_MONITOR_BAD_POINT",
      });
    }
    expect(await history.list({}, 0, clock.nowMs + HOUR_MS)).toEqual([]);
  });
});

describe("an older PostgreSQL", () => {
  test("keeps, rolls up and reads as the newest does", async () => {
    const older = await startHistoryFixture(14);
    try {
      const { history, clock, live } = await older.open();
      const start = clock.nowMs;
      await live(3 * 3_600, (_second, atMs) => [{ key: KEY, point: counterPoint(atMs, 1) }]);
      for (const stepMs of [10_000, 5 * MINUTE_MS, undefined]) {
        const stretch = { fromMs: start, toMs: clock.nowMs, ...(stepMs && { stepMs }) };
        expect(totalOf(await history.read({ selector: everything, ...stretch }))).toBe(3 * 3_600);
      }
      expect((await history.size()).tiers[0]?.oldestMs).toBeGreaterThanOrEqual(start);
    } finally {
      await older.stop();
    }
  });
});

describe("rolling up", () => {
  test("every tier tells the same as what was written: sums, extremes, histograms", async () => {
    const { history, clock, live } = await fixture.open();
    const start = clock.nowMs;
    const latency = { name: "latency", labels: { service: "media" } };
    const heap = { name: "heap", labels: { service: "media" } };
    const recorded: number[] = [];
    const valueAt = (second: number): number => ((second * 7919) % 1_000) / 100;
    await live(5 * 3_600, (second, atMs) => {
      recorded.push(valueAt(second));
      return [
        { key: KEY, point: counterPoint(atMs, second % 17) },
        { key: heap, point: gaugePoint(atMs, valueAt(second)) },
        { key: latency, point: histogramPoint(atMs, [valueAt(second)]) },
      ];
    });
    const expected = histogramOf(recorded);
    for (const stepMs of [10_000, 5 * MINUTE_MS, HOUR_MS, undefined]) {
      const stretch = { fromMs: start, toMs: clock.nowMs, ...(stepMs && { stepMs }) };
      const [counters] = await history.read({ ...stretch, selector: everything });
      expect(totalOf(counters === undefined ? [] : [counters])).toBe(
        recorded.reduce((sum, _, at) => sum + ((at + 1) % 17), 0),
      );
      const [gauges] = await history.read({ ...stretch, selector: { name: "heap", where: [] } });
      const merged = gauges?.points.map((point) => (point.kind === "gauge" ? point : undefined));
      expect(merged?.reduce((sum, point) => sum + (point?.count ?? 0), 0)).toBe(recorded.length);
      expect(Math.max(...(merged?.map((point) => point?.max ?? 0) ?? []))).toBe(expected.max);
      const whole = await history.read({
        ...stretch,
        selector: { name: "latency", where: [] },
        ...(stepMs && { stepMs: DAY_MS }),
      });
      const counts = new Map<number, number>();
      for (const { points } of whole) {
        for (const point of points) {
          if (point.kind !== "histogram") continue;
          for (const [at, index] of point.data.indices.entries()) {
            counts.set(index, (counts.get(index) ?? 0) + (point.data.counts[at] ?? 0));
          }
        }
      }
      expect([...counts].sort(([left], [right]) => left - right)).toEqual(
        expected.indices.map((index, at) => [index, expected.counts[at]]),
      );
    }
  });

  test("points that come late, when their windows are rolled up already, are counted in every tier", async () => {
    const { history, clock, live } = await fixture.open();
    const start = clock.nowMs;
    await live(13 * 3_600, (_second, atMs) =>
      atMs % 60_000 === 0 ? [{ key: KEY, point: counterPoint(atMs, 1) }] : [],
    );
    const late = { ...KEY, labels: { ...KEY.labels, instance: "late" } };
    // Within what the finest tier keeps, beyond it, and beyond what it ever held of this series.
    const lateTimes = [clock.nowMs - HOUR_MS, start + HOUR_MS + 1_500, start + 2 * HOUR_MS];
    for (const key of [KEY, late]) {
      await history.write(lateTimes.map((at) => ({ key, point: counterPoint(at + 500, 100) })));
    }
    await history.maintain();
    await history.write(lateTimes.map((at) => ({ key: late, point: counterPoint(at + 500, 100) })));
    await history.maintain();
    // Before all that was known of a series until then.
    const earliest = { key: late, point: counterPoint(start + 500, 0) };
    await history.write([earliest]);
    expect(await history.list(everything, start - 1_000, start + 1_000)).toContainEqual(late);
    for (const stepMs of [10_000, 5 * MINUTE_MS]) {
      const windows = await history.read({
        selector: everything,
        fromMs: start,
        toMs: clock.nowMs,
        stepMs,
      });
      expect(windows.map((window) => totalOf([window]))).toEqual([13 * 60 + 300, 300]);
    }
  });

  test("two processes that maintain one store at the same time roll up once", async () => {
    const { history, clock, again } = await fixture.open();
    const others = await Promise.all([again(), again()]);
    const start = clock.nowMs;
    for (let hour = 0; hour < 4; hour += 1) {
      const points: SeriesPoint[] = [];
      for (let second = 1; second <= 3_600; second += 1) {
        points.push({ key: KEY, point: counterPoint(start + hour * HOUR_MS + second * 1_000, 1) });
      }
      clock.advance(HOUR_MS);
      await history.write(points);
      await Promise.all([history, ...others].map((each) => each.maintain()));
    }
    await history.maintain();
    const stretch = { selector: everything, fromMs: start, toMs: clock.nowMs };
    expect(totalOf(await history.read({ ...stretch, stepMs: 10_000 }))).toBe(4 * 3_600);
  });
});

describe("reading", () => {
  test("three to six hundred points a series come back where no step was asked for", async () => {
    const { history, clock, live } = await fixture.open();
    const start = clock.nowMs;
    await live(3 * 3_600, (_second, atMs) => [{ key: KEY, point: counterPoint(atMs, 1) }]);
    for (const hours of [0.2, 0.5, 1, 2, 3]) {
      const [window] = await history.read({
        selector: everything,
        fromMs: clock.nowMs - hours * HOUR_MS,
        toMs: clock.nowMs,
      });
      expect(window?.points.length).toBeLessThanOrEqual(601);
      expect(window?.points.length).toBeGreaterThanOrEqual(300);
      expect(totalOf(window === undefined ? [] : [window])).toBeCloseTo(hours * 3_600, -2);
    }
    // A stretch without a beginning is that of what is kept.
    const [all] = await history.read({ selector: everything, fromMs: 0, toMs: clock.nowMs });
    expect(totalOf(all === undefined ? [] : [all])).toBe(3 * 3_600);
    expect(start).toBeLessThan(clock.nowMs);
  });

  test("matchers say what they say in PromQL: anchored, and a label that is missing is empty", async () => {
    const { history, clock } = await fixture.open();
    const point = counterPoint(clock.nowMs, 1);
    const labels = [
      { route: "/users" },
      { route: "/users/:id" },
      { route: "/%_'\"\\" },
      {},
    ] as const;
    await history.write(labels.map((each) => ({ key: { name: "m", labels: each }, point })));
    const routesOf = async (
      where: Parameters<typeof history.list>[0]["where"],
    ): Promise<unknown[]> =>
      (await history.list({ name: "m", where: where ?? [] }, 0, clock.nowMs))
        .map(({ labels: found }) => found.route ?? "")
        .sort();
    expect(await routesOf([{ label: "route", is: "/users" }])).toEqual(["/users"]);
    expect(await routesOf([{ label: "route", isNot: "/users" }])).toEqual([
      "",
      "/%_'\"\\",
      "/users/:id",
    ]);
    expect(await routesOf([{ label: "route", matches: "/users" }])).toEqual(["/users"]);
    expect(await routesOf([{ label: "route", matches: "/u.*" }])).toEqual(["/users", "/users/:id"]);
    expect(await routesOf([{ label: "route", matches: "(?i)/USERS|/x" }])).toEqual(["/users"]);
    expect(await routesOf([{ label: "route", matchesNot: "/u.*" }])).toEqual(["", "/%_'\"\\"]);
    expect(await routesOf([{ label: "route", is: "/%_'\"\\" }])).toEqual(["/%_'\"\\"]);
    expect(await routesOf([{ label: "none", is: "" }])).toHaveLength(4);
    expect(await routesOf([{ label: "none'; drop table x; --", isNot: "" }])).toEqual([]);
  });

  test("a hostile or broken pattern is refused in time and by name", async () => {
    const { history, clock } = await fixture.open({ readTimeoutMs: 100 });
    const key = { name: "m", labels: { text: "a".repeat(15_973) } };
    await history.write([{ key, point: counterPoint(clock.nowMs, 1) }]);
    const listed = (pattern: string): Promise<unknown> =>
      history.list({ name: "m", where: [{ label: "text", matches: pattern }] }, 0, clock.nowMs);
    await expect(listed("(")).rejects.toMatchObject({ code: "SG_MONITOR_BAD_QUERY" });
    await expect(listed("x".repeat(2_000))).rejects.toMatchObject({ code: "SG_MONITOR_BAD_QUERY" });
    await expect(listed("(aa+)\\1+")).rejects.toMatchObject({
      code: "SG_MONITOR_READ_TIMEOUT",
    });
    expect(await listed("a+")).toHaveLength(1);
  });

  test("an aborted read rejects with the reason", async () => {
    const { history, clock } = await fixture.open();
    await history.write([{ key: KEY, point: counterPoint(clock.nowMs, 1) }]);
    const reason = new Error("nobody waits any more");
    const read = history.read(
      { selector: everything, fromMs: 0, toMs: clock.nowMs },
      AbortSignal.abort(reason),
    );
    await expect(read).rejects.toBe(reason);
  });
});

describe("bounds", () => {
  test("partitions are made ahead, and dropped when their time has come", async () => {
    const { history, clock } = await fixture.open({
      retentionMs: { "1s": HOUR_MS, "10s": 6 * HOUR_MS, "5m": DAY_MS, "1h": 400 * DAY_MS },
    });
    const start = clock.nowMs;
    for (let hour = 0; hour < 60; hour += 1) {
      const points = [1, 2, 3, 4, 5, 6].map((part) => ({
        key: KEY,
        point: counterPoint(clock.nowMs + part * 10 * MINUTE_MS, 1),
      }));
      clock.advance(HOUR_MS);
      await history.write(points);
      await history.maintain();
    }
    const { tiers } = await history.size();
    const [seconds, tens, minutes] = tiers;
    expect(clock.nowMs - (seconds?.oldestMs ?? 0)).toBeLessThanOrEqual(2 * HOUR_MS);
    expect(clock.nowMs - (tens?.oldestMs ?? 0)).toBeLessThanOrEqual(13 * HOUR_MS);
    expect(clock.nowMs - (minutes?.oldestMs ?? 0)).toBeLessThanOrEqual(72 * HOUR_MS);
    // What a finer tier dropped, a coarser one still tells.
    const windows = await history.read({ selector: everything, fromMs: start, toMs: clock.nowMs });
    expect(totalOf(windows)).toBe(60 * 6);
  });

  test("beyond the limit the finest tier goes first, never the newest points", async () => {
    const limitBytes = 10_000_000;
    const { history, clock, live } = await fixture.open({
      limitBytes,
      retentionMs: { "1s": 2 * DAY_MS, "10s": 2 * DAY_MS },
    });
    const start = clock.nowMs;
    const keys = Array.from({ length: 120 }, (_, at) => ({
      name: "noise",
      labels: { instance: String(at) },
    }));
    const random = seededRandom(1);
    await live(3 * 3_600, (second, atMs) =>
      second % 5 !== 0 ? [] : keys.map((key) => ({ key, point: noisyPoint(atMs, random) })),
    );
    const size = await history.size();
    expect(size.bytes).toBeLessThanOrEqual(limitBytes);
    const [seconds, tens] = size.tiers;
    expect(seconds?.oldestMs).toBeGreaterThan(start);
    expect(tens?.oldestMs).toBe(start);
    const windows = await history.read({
      selector: { name: "noise", where: [] },
      fromMs: clock.nowMs - 5 * MINUTE_MS,
      toMs: clock.nowMs,
      stepMs: 1_000,
    });
    expect(windows).toHaveLength(120);
    expect(windows[0]?.points).toHaveLength(60);
  });

  test("a series whose last point has expired is forgotten, and begins anew when it returns", async () => {
    const week = 7 * DAY_MS;
    const { history, clock } = await fixture.open({
      retentionMs: { "1s": HOUR_MS, "10s": HOUR_MS * 2, "5m": DAY_MS, "1h": week },
    });
    const write = (name: string): Promise<void> =>
      history.write([{ key: { name, labels: {} }, point: counterPoint(clock.nowMs, 1) }]);
    await write("old");
    for (let weeks = 0; weeks < 10; weeks += 1) {
      clock.advance(week);
      await write("steady");
      await history.maintain();
    }
    expect(await history.list({}, 0, clock.nowMs)).toEqual([{ name: "steady", labels: {} }]);
    await write("old");
    expect(await history.list({ name: "old" }, 0, clock.nowMs)).toHaveLength(1);
    const selector = { name: "old", where: [] };
    expect(totalOf(await history.read({ selector, fromMs: 0, toMs: clock.nowMs }))).toBe(1);
  });

  test("a wall clock that leaps a year ahead costs no point", async () => {
    const { history, clock, live } = await fixture.open();
    const start = clock.nowMs;
    await live(600, (_second, atMs) => [{ key: KEY, point: counterPoint(atMs, 1) }]);
    clock.leap(365 * DAY_MS);
    await history.maintain();
    clock.leap(-365 * DAY_MS);
    await history.maintain();
    const windows = await history.read({ selector: everything, fromMs: start, toMs: clock.nowMs });
    expect(totalOf(windows)).toBe(600);
  });

  test("options that cannot be are refused by name", async () => {
    const open = (options: object): Promise<unknown> =>
      openHistory({ database: "postgresql://127.0.0.1:1/x", ...options });
    for (const options of [
      { limitBytes: 5 },
      { maintenanceIntervalMs: Number.NaN },
      { retentionMs: { "1s": 1 } },
      { retentionMs: { "7s": HOUR_MS } },
      { retentionMs: { "10s": HOUR_MS, "1s": 2 * HOUR_MS } },
    ]) {
      await expect(open(options)).rejects.toMatchObject({ code: "SG_MONITOR_BAD_OPTION" });
    }
  });
});
