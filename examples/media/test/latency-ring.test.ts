import { expect, test } from "vitest";
import { createLatencyRing } from "../src/api/latency/latency-ring.ts";

const finished = (finishedAtMs: number, durationMs: number, route = "GET /a", isError = false) => ({
  finishedAtMs,
  durationMs,
  route,
  isError,
});

test("gives nearest-rank percentiles of the window and leaves older requests out", () => {
  const ring = createLatencyRing();
  ring.add(finished(10, 5_000));
  for (let duration = 1; duration <= 100; duration += 1) ring.add(finished(1_000, duration));
  expect(ring.summary(500)).toMatchObject({
    requests: 100,
    errors: 0,
    p50Ms: 50,
    p95Ms: 95,
    p99Ms: 99,
  });
});

test("counts errors, and each route apart", () => {
  const ring = createLatencyRing();
  ring.add(finished(1, 2, "GET /a"));
  ring.add(finished(1, 8, "GET /b", true));
  const { requests, errors, routes } = ring.summary(0);
  expect({ requests, errors }).toEqual({ requests: 2, errors: 1 });
  expect(routes["GET /a"]).toMatchObject({ requests: 1, errors: 0, p95Ms: 2 });
  expect(routes["GET /b"]).toMatchObject({ requests: 1, errors: 1, p95Ms: 8 });
});

test("forgets the oldest when it is full", () => {
  const ring = createLatencyRing(3);
  for (const duration of [1, 2, 3, 4]) ring.add(finished(1, duration));
  expect(ring.summary(0)).toMatchObject({ requests: 3, p50Ms: 3 });
});

test("has no percentiles of nothing", () => {
  expect(createLatencyRing().summary(0)).toEqual({
    requests: 0,
    errors: 0,
    p50Ms: null,
    p95Ms: null,
    p99Ms: null,
    routes: {},
  });
});
