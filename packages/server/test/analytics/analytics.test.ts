import type { Chart, ChartLine } from "@streamgate/contract";
import { seededRandom } from "@streamgate/core";
import { describe, expect, test } from "vitest";
import { ANALYSED } from "../../src/analytics/analysed.ts";
import { compareLines } from "../../src/analytics/compare-ranges.ts";
import { anomalyOf } from "../../src/analytics/list-anomalies.ts";
import { forecastOf } from "../../src/analytics/list-forecasts.ts";
import { markerOfChange } from "../../src/analytics/list-markers.ts";
import { levelOf } from "../../src/analytics/list-service-levels.ts";
import { trendOf } from "../../src/analytics/list-trends.ts";

const HOUR_MS = 3_600_000;
const [latency] = ANALYSED;

function lineOf(values: readonly (number | null)[]): ChartLine {
  return { label: "media", labels: { service: "media" }, values };
}

function chartOf(values: readonly (number | null)[]): Chart {
  return {
    id: "memory",
    title: "Memory",
    unit: "bytes",
    rung: "measured",
    startMs: Date.UTC(2026, 0, 1),
    stepMs: HOUR_MS,
    lines: [lineOf(values)],
  };
}

/** Values about a level that does not move. */
function noise(level: number, count: number, seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => level * (0.9 + 0.2 * random.next()));
}

describe("trends", () => {
  test("tell a real one by its slope a day, with its interval", () => {
    const values = noise(100, 72, 1).map((value, hour) => value + hour);
    const trend = latency === undefined ? undefined : trendOf(latency, chartOf(values), 0);
    expect(trend?.isReal).toBe(true);
    expect(trend?.slopePerDay.rung).toBe("estimated");
    expect(trend?.slopePerDay.low).toBeLessThan(24);
    expect(trend?.slopePerDay.high).toBeGreaterThan(24);
  });

  test("take noise for none, whatever way it happens to lean", () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const trend =
        latency === undefined ? undefined : trendOf(latency, chartOf(noise(100, 60, seed)), 0);
      expect(trend?.isReal).toBe(false);
    }
  });

  test("say nothing of a few values, or of none", () => {
    if (latency === undefined) throw new Error("there is nothing to analyse");
    expect(trendOf(latency, chartOf([1, 2, null, 3]), 0)).toBeUndefined();
    expect(trendOf(latency, chartOf([]), 1)).toBeUndefined();
  });
});

describe("forecasts", () => {
  test("tell when a limit is reached, and that it is only estimated", () => {
    const seen = Array.from({ length: 100 }, (_, hour) => 100 + hour);
    const chart = chartOf(seen);
    const { reachesAt, chart: drawn } = forecastOf(
      { id: "memory", title: "Memory", unit: "bytes" },
      chart,
      lineOf(seen),
      220,
    );
    const hours = (Date.parse(reachesAt ?? "") - (chart.startMs + 100 * HOUR_MS)) / HOUR_MS;
    expect(hours).toBeGreaterThan(15);
    expect(hours).toBeLessThan(27);
    expect(drawn.rung).toBe("estimated");
    expect(drawn.lines.map(({ label }) => label)).toEqual(["seen", "expected", "low", "high"]);
    for (const { values } of drawn.lines) expect(values).toHaveLength(200);
  });

  test("say that what stands still reaches nothing, gaps or not", () => {
    const seen = Array.from({ length: 60 }, (_, hour) => (hour % 7 === 0 ? null : 100));
    const { reachesAt } = forecastOf(
      { id: "disk", title: "Disk", unit: "ratio" },
      chartOf(seen),
      lineOf(seen),
      200,
    );
    expect(reachesAt).toBeNull();
  });
});

describe("comparisons", () => {
  const compare = (before: readonly (number | null)[], after: readonly (number | null)[]) => {
    if (latency === undefined) throw new Error("there is nothing to compare");
    return compareLines(latency, lineOf(before), lineOf(after), seededRandom(3));
  };

  test("tell worse from better, with an interval about the ratio", () => {
    const worse = compare(noise(100, 60, 1), noise(150, 60, 2));
    expect(worse.verdict).toBe("worse");
    expect(worse.ratio.low).toBeLessThan(1.5);
    expect(worse.ratio.high).toBeGreaterThan(1.5);
    expect(compare(noise(150, 60, 1), noise(100, 60, 2)).verdict).toBe("better");
  });

  test("take what is the same for the same, however often it is asked", () => {
    for (let seed = 1; seed <= 20; seed += 1)
      expect(compare(noise(100, 60, seed), noise(100, 60, seed + 100)).verdict).toBe("no change");
  });

  test("say nothing of too little", () => {
    expect(compare([1, 2, 3], noise(1, 60, 1)).verdict).toBe("too little data");
    expect(compare([], []).verdict).toBe("too little data");
    expect(compare(noise(0, 60, 1), noise(0, 60, 2)).verdict).toBe("too little data");
  });
});

describe("service levels", () => {
  const rule = { name: "availability", objective: 0.999, bad: { where: [] } } as const;
  const range = { fromMs: 0, toMs: 3 * HOUR_MS, stepMs: HOUR_MS, compared: null };
  const events = (all: readonly number[], bad: readonly number[]) => ({
    key: "media",
    labels: { service: "media" },
    all,
    bad,
  });

  test("tell what was attained, what is left of the budget, and how fast it goes", () => {
    const level = levelOf(
      rule,
      events([1_000, 1_000, 1_000], [0, 1, 2]),
      events([100], [1]),
      range,
    );
    expect(level.attained.value).toBeCloseTo(0.999);
    expect(level.budgetLeft.value).toBeCloseTo(0);
    expect(level.burnRate.value).toBeCloseTo(10);
    expect(level.chart.lines[0]?.values[2]).toBeCloseTo(2);
  });

  test("know nothing where nobody came", () => {
    const level = levelOf(rule, events([0, 0, 0], [0, 0, 0]), undefined, range);
    expect([level.attained.value, level.budgetLeft.value, level.burnRate.value]).toEqual([
      null,
      null,
      null,
    ]);
    expect(level.chart.lines[0]?.values).toEqual([null, null, null]);
  });
});

test("anomalies are told in the unit of their metric", () => {
  const anomaly = anomalyOf({
    key: { name: "http_server_request_duration_seconds", labels: { service: "media" } },
    atMs: 0,
    value: 0.42,
    score: 0.9,
    pValue: 1e-4,
    isAnomalous: true,
    expected: { low: 0.03, high: 0.06 },
    reason: "level",
    sinceMs: 0,
  });
  expect(anomaly.value).toMatchObject({ value: 420, unit: "ms" });
  expect(anomaly.expected?.high).toBeCloseTo(60);
  expect(anomaly.surprise).toBeCloseTo(4);
});

test("a fix that was applied leads from a chart to its proof", () => {
  const marker = markerOfChange({
    id: "1",
    kind: "fix-applied",
    atMs: 0,
    summary: "index on users (email)",
    labels: { service: "media", finding: "idx-1" },
  });
  expect(marker).toMatchObject({ kind: "fix", href: "/recommendations/idx-1" });
});
