import type { Point, SeriesPoint } from "@streamgate/monitor";
import { histogramOf } from "@streamgate/telemetry";
import { expect, test } from "vitest";
import { apiFiguresOf, FIGURE_METRICS } from "../../src/demo/watch/process-figures.ts";
import { keepRecentPoints } from "../../src/demo/watch/recent-points.ts";

const SPAN_MS = 2_000;

function point(
  name: string,
  labels: Readonly<Record<string, string>>,
  data:
    | { readonly kind: "counter"; readonly increase: number }
    | { readonly kind: "gauge"; readonly last: number }
    | { readonly kind: "histogram"; readonly values: readonly number[] },
  atMs: number,
): SeriesPoint {
  const time = { atMs, spanMs: SPAN_MS };
  const points: Record<typeof data.kind, () => Point> = {
    counter: () => ({ ...time, kind: "counter", increase: "increase" in data ? data.increase : 0 }),
    gauge: () => {
      const last = "last" in data ? data.last : 0;
      return { ...time, kind: "gauge", min: last, max: last, sum: last, count: 1, last };
    },
    histogram: () => ({
      ...time,
      kind: "histogram",
      data: histogramOf("values" in data ? data.values : []),
    }),
  };
  return { key: { name, labels }, point: points[data.kind]() };
}

function reading(atMs: number): readonly SeriesPoint[] {
  const request = (route: string, status: string, values: readonly number[]) =>
    point(
      "http_server_request_duration_seconds",
      { http_route: route, http_response_status_code: status },
      { kind: "histogram", values },
      atMs,
    );
  const counter = (name: string, labels: Readonly<Record<string, string>>, increase: number) =>
    point(name, labels, { kind: "counter", increase }, atMs);
  return [
    request(
      "/catalogue",
      "200",
      Array.from({ length: 18 }, () => 0.01),
    ),
    request("/catalogue", "503", [1, 1]),
    request("/internal/latency", "200", [5]),
    counter("process_cpu_time_seconds", { cpu_mode: "user" }, 0.4),
    counter("process_cpu_time_seconds", { cpu_mode: "system" }, 0.2),
    counter("streamgate_cache_requests", { outcome: "hit" }, 6),
    counter("streamgate_cache_requests", { outcome: "miss" }, 2),
    counter("some_other", {}, 1),
    point("process_memory_usage_bytes", {}, { kind: "gauge", last: atMs }, atMs),
    point("up", {}, { kind: "gauge", last: 1 }, atMs),
  ];
}

test("figures are of the window alone, of visitors alone, and put together before they are read", () => {
  const points = keepRecentPoints(FIGURE_METRICS, 10_000);
  for (let atMs = 2_000; atMs <= 40_000; atMs += SPAN_MS) points.add(reading(atMs));
  const figures = apiFiguresOf(points, 10);
  expect(figures.requestsPerSecond).toBe(10);
  expect(figures.errorShare).toBe(0.1);
  expect(figures.p95Seconds).toBeCloseTo(1, 1);
  expect(figures.cpuCores).toBeCloseTo(0.3);
  expect(figures.cacheHitShare).toBe(0.75);
  expect(figures.memoryBytes).toBe(40_000);
});

test("what was not seen is not zero", () => {
  const figures = apiFiguresOf(keepRecentPoints(FIGURE_METRICS, 10_000), 10);
  expect(new Set(Object.values(figures))).toEqual(new Set([null]));
});
