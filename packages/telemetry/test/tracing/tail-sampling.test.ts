import { seededRandom } from "@streamgate/core";
import {
  createTracer,
  FLAG_SAMPLED,
  type KeptBecause,
  type Tracer,
  type TracerOptions,
} from "@streamgate/telemetry/tracing";
import { beforeEach, expect, test } from "vitest";
import { ManualClock } from "./manual-clock.ts";

let clock: ManualClock;
beforeEach(() => {
  clock = new ManualClock();
});

const NONE = {
  failedPerSecond: 0,
  slowPerSecond: 0,
  failedInsidePerSecond: 0,
  askedPerSecond: 0,
  chosenPerSecond: 0,
} as const;

function tracerWith(sampling: TracerOptions["sampling"], rest: TracerOptions = {}): Tracer {
  return createTracer({
    clock,
    random: seededRandom(2),
    sampling: { ...NONE, ...sampling },
    ...rest,
  });
}

function serve(tracer: Tracer, name: string, durationMs: number, hasFailed = false): void {
  const root = tracer.startTrace(name, "server");
  clock.pass(durationMs);
  if (hasFailed) root.fail();
  root.end();
}

function reasons(tracer: Tracer): readonly KeptBecause[] {
  return tracer.kept().map(({ keptBecause }) => keptBecause);
}

test("what is slow depends on the route: a report may take a second, a look-up may not", () => {
  const tracer = tracerWith({ slowPerSecond: 1_000 }, { alwaysSlowMs: 10_000 });
  const random = seededRandom(3);
  for (let request = 0; request < 2_000; request += 1) {
    serve(tracer, "GET /report", 900 + 200 * random.next());
    serve(tracer, "GET /users/:id", 4 + 2 * random.next());
  }
  const before = tracer.counts().kept;
  serve(tracer, "GET /report", 1_000);
  expect(tracer.counts().kept).toBe(before);
  serve(tracer, "GET /users/:id", 100);
  expect(tracer.kept().at(-1)).toMatchObject({
    keptBecause: "slow",
    spans: [{ name: "GET /users/:id" }],
  });
});

test("about one in a hundred of a route is slow, whatever its distribution", () => {
  const tracer = tracerWith({ slowPerSecond: 1_000_000 }, { alwaysSlowMs: 1e9 });
  const random = seededRandom(4);
  for (let request = 0; request < 50_000; request += 1) {
    serve(tracer, "GET /", -Math.log(1 - random.next()) * 20);
  }
  const share = tracer.counts().kept / 50_000;
  expect(share).toBeGreaterThan(0.005);
  expect(share).toBeLessThan(0.02);
});

test("a request of a new route is slow only from the bound that holds for all", () => {
  const tracer = tracerWith({ slowPerSecond: 10 }, { alwaysSlowMs: 1_000 });
  serve(tracer, "GET /new", 999);
  serve(tracer, "GET /new", 1_000);
  expect(tracer.kept().map(({ spans }) => spans[0]?.durationMs)).toEqual([1_000]);
});

test("a storm of failures keeps some at once and then as many a second as allowed", () => {
  const tracer = tracerWith({ failedPerSecond: 2 });
  for (let request = 0; request < 10_000; request += 1) serve(tracer, "GET /", 1, true);
  // Ten seconds: a burst of ten seconds' worth, and two a second.
  expect(tracer.counts().kept).toBeGreaterThanOrEqual(39);
  expect(tracer.counts().kept).toBeLessThanOrEqual(41);
});

test("a few of the rest are chosen at the start, and what they call is told", () => {
  const tracer = tracerWith({ chosenPerSecond: 1 });
  let told = 0;
  for (let request = 0; request < 10_000; request += 1) {
    const root = tracer.startTrace("GET /", "server");
    if ((tracer.contextFor(root).flags & FLAG_SAMPLED) !== 0) told += 1;
    clock.pass(1);
    root.end();
  }
  expect(tracer.counts()).toMatchObject({ started: 10_000, kept: told });
  expect(told).toBeGreaterThanOrEqual(10);
  expect(told).toBeLessThanOrEqual(11);
});

test("a caller that records its trace is followed, but cannot make us keep everything", () => {
  const tracer = tracerWith({ askedPerSecond: 1 });
  const caller = { traceId: "a".repeat(32), spanId: "b".repeat(16), flags: 1, state: "" };
  for (let request = 0; request < 1_000; request += 1) {
    tracer.startTrace("GET /", "server", caller).end();
  }
  expect(reasons(tracer)).toEqual(new Array(10).fill("asked"));
});

test("a request that succeeded in spite of a failed call is a sort of its own", () => {
  const tracer = tracerWith({ failedPerSecond: 5, failedInsidePerSecond: 5 });
  const root = tracer.startTrace("GET /", "server");
  tracer.run(root, () => {
    const call = tracer.startSpan("GET", "client");
    call?.fail();
    call?.end();
  });
  root.end();
  serve(tracer, "GET /", 1, true);
  expect(reasons(tracer)).toEqual(["failed-inside", "failed"]);
});

test("the list of kept traces is bounded, and no sort crowds out another", () => {
  const tracer = tracerWith(
    { failedPerSecond: 1_000, slowPerSecond: 1_000 },
    { maxKeptTraces: 20 },
  );
  for (let request = 0; request < 5; request += 1) serve(tracer, "GET /slow", 2_000);
  for (let request = 0; request < 1_000; request += 1) serve(tracer, "GET /", 1, true);
  expect(tracer.kept()).toHaveLength(20);
  expect(reasons(tracer).filter((reason) => reason === "slow")).toHaveLength(5);
});

test("routes without end share one threshold past the limit", () => {
  const tracer = tracerWith({ slowPerSecond: 5 }, { maxRoutes: 10 });
  for (let route = 0; route < 100_000; route += 1) serve(tracer, `GET /${route}`, 1);
  expect(tracer.counts().started).toBe(100_000);
});

test("a monotonic clock that stands still lets no more through than the burst", () => {
  const tracer = tracerWith({ failedPerSecond: 3 });
  for (let request = 0; request < 1_000; request += 1) serve(tracer, "GET /", 0, true);
  expect(tracer.counts().kept).toBe(30);
});
