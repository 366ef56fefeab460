import type { SeriesPoint } from "@streamgate/monitor";
import { aggregateWindows, labelsPredicate } from "@streamgate/monitor";
import { histogramOf } from "@streamgate/telemetry";
import { expect, test } from "vitest";
import type { SeriesSource } from "../../src/charts/series-source.ts";
import { liveFigures } from "../../src/live/live-figures.ts";
import { LIVE_METRICS } from "../../src/platform/live-metrics.ts";
import { keepRecentPoints } from "../../src/platform/recent-points.ts";

const NOW_MS = 1_700_000_000_000;

function sourceOf(points: readonly SeriesPoint[]): SeriesSource {
  const recent = keepRecentPoints(LIVE_METRICS, 900_000);
  recent.add(points);
  return {
    aggregate: async (query) => {
      // What is read each second must be in memory.
      expect(LIVE_METRICS.has(query.selector.name)).toBe(true);
      const matches = labelsPredicate("selector", query.selector.where);
      const windows = recent
        .series(query.selector.name, query.fromMs)
        .filter(({ key }) => matches(key.labels));
      return aggregateWindows(windows, query);
    },
    close: async () => undefined,
  };
}

function requests(service: string, status: string, seconds: readonly number[]): SeriesPoint {
  return {
    key: {
      name: "http_server_request_duration_seconds",
      labels: { service, instance: "1", http_response_status_code: status },
    },
    point: { kind: "histogram", atMs: NOW_MS - 2_000, spanMs: 1_000, data: histogramOf(seconds) },
  };
}

function counted(name: string, increase: number, agoMs: number): SeriesPoint {
  return {
    key: { name, labels: { database: "main" } },
    point: { kind: "counter", atMs: NOW_MS - agoMs, spanMs: 10_000, increase },
  };
}

test("a service of which nothing was read has no figures, and not those of StreamGate itself", async () => {
  const figures = await liveFigures(sourceOf([requests("streamgate", "200", [1])]), NOW_MS);
  expect(Object.values(figures).every((value) => value === null)).toBe(true);
});

test("figures are of the last five seconds; a database that is read more rarely is told by its last reading", async () => {
  const figures = await liveFigures(
    sourceOf([
      requests("shop", "200", Array<number>(90).fill(0.01)),
      requests("shop", "500", Array<number>(10).fill(0.01)),
      counted("streamgate_database_calls", 200, 20_000),
      counted("streamgate_database_seconds", 1, 20_000),
    ]),
    NOW_MS,
  );
  expect(figures.latency).toBeCloseTo(10, 0);
  expect(figures.errors).toBeCloseTo(0.1);
  // A hundred in the one second that was read.
  expect(figures.throughput).toBeCloseTo(100);
  expect(figures.database).toBeCloseTo(5);
  expect(figures.cache).toBeNull();
});
