import { aggregateWindows, type SeriesPoint } from "@streamgate/monitor";
import { histogramOf } from "@streamgate/telemetry";
import { describe, expect, test } from "vitest";
import { keepRecentPoints } from "../../src/platform/recent-points.ts";

const NAME = "requests";
const MINUTE_MS = 60_000;
const START_MS = 1_700_000_040_000;
const ALL = new Set([NAME]);

/** One each second. */
function seconds(count: number): readonly SeriesPoint[] {
  return Array.from({ length: count }, (_, second) => ({
    key: { name: NAME, labels: { service: "shop" } },
    point: {
      kind: "histogram",
      atMs: START_MS + (second + 1) * 1_000 - 300,
      spanMs: 1_000,
      data: histogramOf([second, second + 0.5]),
    },
  }));
}

describe("the last minutes in memory", () => {
  test("are a fraction of the points, and the steps of charts are those of all points", () => {
    const recent = keepRecentPoints(ALL, 15 * MINUTE_MS);
    const points = seconds(14 * 60);
    for (const point of points) recent.add([point]);
    const [series] = recent.series(NAME, START_MS);
    expect(series?.points.length).toBeLessThan(points.length / 3);
    const grid = {
      fromMs: START_MS,
      toMs: START_MS + 14 * MINUTE_MS,
      stepMs: 30_000,
      by: ["service"],
    };
    const wanted = [
      {
        key: { name: NAME, labels: { service: "shop" } },
        points: points.map(({ point }) => point),
      },
    ];
    expect(aggregateWindows(series === undefined ? [] : [series], grid)).toEqual(
      aggregateWindows(wanted, grid),
    );
    expect(recent.reach.stepMs).toBe(10_000);
  });

  test("hold every second of the last two minutes", () => {
    const recent = keepRecentPoints(ALL, 15 * MINUTE_MS);
    for (const point of seconds(600)) recent.add([point]);
    const fromMs = START_MS + 600_000 - recent.reach.anyMs;
    expect(recent.reach.anyMs).toBeGreaterThanOrEqual(2 * MINUTE_MS);
    expect(recent.series(NAME, fromMs)[0]?.points).toHaveLength(recent.reach.anyMs / 1_000);
  });

  test("forget what is older than the window, and what was not asked for", () => {
    const recent = keepRecentPoints(ALL, 5 * MINUTE_MS);
    for (const point of seconds(1_200)) recent.add([point]);
    recent.add([
      {
        key: { name: "other", labels: {} },
        point: { kind: "counter", atMs: START_MS, spanMs: 1_000, increase: 1 },
      },
    ]);
    const [series] = recent.series(NAME, 0);
    expect(series?.points[0]?.atMs).toBeGreaterThan(START_MS + 1_200_000 - 5.2 * MINUTE_MS);
    expect(recent.series("other", 0)).toEqual([]);
  });

  test("take points that come in the wrong order, and leave out what is put together already", () => {
    const recent = keepRecentPoints(ALL, 15 * MINUTE_MS);
    const points = seconds(300);
    for (const [position, point] of points.entries()) {
      if (position !== 250) recent.add([point]);
    }
    const late = points[250];
    const early = points[3];
    if (late === undefined || early === undefined) throw new Error("there are 300 points");
    recent.add([late]);
    const before = recent.series(NAME, 0)[0]?.points.length;
    recent.add([early]);
    const [series] = recent.series(NAME, 0);
    expect(series?.points).toHaveLength(before ?? 0);
    const times = series?.points.map(({ atMs }) => atMs) ?? [];
    expect(times).toEqual([...times].sort((left, right) => left - right));
    expect(times).toContain(late.point.atMs);
  });
});
