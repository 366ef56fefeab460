import { setImmediate as nextTurn } from "node:timers/promises";
import { seededRandom } from "@streamgate/core";
import { createTracer, type Tracer, type TracerOptions } from "@streamgate/telemetry/tracing";
import { expect, test } from "vitest";
import { ManualClock } from "./manual-clock.ts";

/** Keeps every trace that failed, and no other. */
function tracerOn(clock: ManualClock, options: TracerOptions = {}): Tracer {
  return createTracer({
    clock,
    random: seededRandom(1),
    sampling: { failedPerSecond: 1_000_000, chosenPerSecond: 0 },
    ...options,
  });
}

test("a kept trace tells who called whom, when and for how long", () => {
  const clock = new ManualClock();
  const tracer = tracerOn(clock);
  const root = tracer.startTrace("GET /users/:id", "server");
  clock.pass(5);
  tracer.run(root, () => {
    const load = tracer.startSpan("load", "internal");
    if (load === undefined) throw new Error("there is a trace");
    tracer.run(load, () => {
      const query = tracer.startSpan("SELECT", "client");
      clock.pass(10);
      query?.describe({ rows: 3 }, ({ rows }) => ({ rows }));
      query?.set("db.namespace", "shop");
      query?.end();
    });
    load.end();
  });
  clock.pass(1);
  root.fail();
  root.end();

  const [trace] = tracer.kept();
  const [server, load, query] = trace?.spans ?? [];
  expect(trace?.keptBecause).toBe("failed");
  expect(trace?.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(server).toMatchObject({
    name: "GET /users/:id",
    kind: "server",
    parentSpanId: "",
    startMs: Date.UTC(2026, 0, 1),
    durationMs: 16,
    hasFailed: true,
  });
  expect(load?.parentSpanId).toBe(server?.spanId);
  expect(query).toMatchObject({
    parentSpanId: load?.spanId,
    startMs: Date.UTC(2026, 0, 1) + 5,
    durationMs: 10,
    attributes: { rows: 3, "db.namespace": "shop" },
  });
});

test("a trace that comes from elsewhere keeps its id, its caller and its state", () => {
  const tracer = tracerOn(new ManualClock());
  const caller = {
    traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
    spanId: "00f067aa0ba902b7",
    flags: 1,
    state: "congo=t61rcWkgMzE",
  };
  const root = tracer.startTrace("POST", "server", caller);
  const child = tracer.run(root, () => tracer.startSpan("GET", "client"));
  if (child === undefined) throw new Error("there is a trace");
  const outgoing = tracer.contextFor(child);
  expect(outgoing).toEqual({ ...caller, spanId: child.spanId });
  root.fail();
  root.end();
  expect(tracer.kept()[0]).toMatchObject({
    traceId: caller.traceId,
    state: caller.state,
    spans: [{ parentSpanId: caller.spanId }, { spanId: outgoing.spanId }],
  });
});

test("the course is followed over promises and timers, and those of two requests do not meet", async () => {
  const tracer = tracerOn(new ManualClock());
  const serve = async (name: string): Promise<void> => {
    const root = tracer.startTrace(name, "server");
    await tracer.run(root, async () => {
      await nextTurn();
      await Promise.all([
        nextTurn().then(() => tracer.startSpan(`${name} 1`, "client")?.end()),
        nextTurn().then(() => tracer.startSpan(`${name} 2`, "client")?.end()),
      ]);
    });
    root.fail();
    root.end();
  };
  await Promise.all(["a", "b", "c"].map(serve));
  const names = tracer.kept().map(({ spans }) => spans.map(({ name }) => name));
  expect(names).toEqual(["a", "b", "c"].map((name) => [name, `${name} 1`, `${name} 2`]));
});

test("spans that begin after their trace has ended, or outside of any, are not recorded", () => {
  const tracer = tracerOn(new ManualClock());
  expect(tracer.startSpan("nowhere", "client")).toBeUndefined();
  const root = tracer.startTrace("GET", "server");
  root.end();
  expect(tracer.run(root, () => tracer.startSpan("late", "client"))).toBeUndefined();
});

test("a span that still runs when its trace ends is kept as unfinished", () => {
  const clock = new ManualClock();
  const tracer = tracerOn(clock);
  const root = tracer.startTrace("GET", "server");
  clock.pass(2);
  const query = tracer.run(root, () => tracer.startSpan("SELECT", "client"));
  clock.pass(8);
  root.fail();
  root.end();
  query?.end();
  expect(tracer.kept()[0]?.spans[1]).toMatchObject({
    durationMs: 8,
    attributes: { "streamgate.unfinished": true },
  });
});

test("a million spans of one trace take the room of the limit; the rest is counted", () => {
  const tracer = tracerOn(new ManualClock(), { maxSpansPerTrace: 10 });
  const root = tracer.startTrace("import", "internal");
  tracer.run(root, () => {
    for (let span = 0; span < 1_000_000; span += 1) tracer.startSpan("row", "internal")?.end();
  });
  root.fail();
  root.end();
  expect(tracer.kept()[0]).toMatchObject({ droppedSpans: 999_991 });
  expect(tracer.kept()[0]?.spans).toHaveLength(10);
  expect(tracer.counts()).toMatchObject({ droppedSpans: 999_991 });
});

test("ending twice is ending once", () => {
  const tracer = tracerOn(new ManualClock());
  const root = tracer.startTrace("GET", "server");
  root.fail();
  root.end();
  root.end();
  expect(tracer.counts()).toMatchObject({ started: 1, kept: 1 });
});

test("a clock that is set back in the middle makes no negative durations", () => {
  const clock = new ManualClock();
  const tracer = tracerOn(clock);
  const root = tracer.startTrace("GET", "server");
  clock.pass(10);
  clock.jump(-3_600_000);
  root.fail();
  root.end();
  expect(tracer.kept()[0]?.spans[0]?.durationMs).toBe(10);
});

test("neither attributes nor listeners that throw break the request", () => {
  const tracer = tracerOn(new ManualClock());
  tracer.onKept(() => {
    throw new Error("listener");
  });
  const root = tracer.startTrace("GET", "server");
  root.describe(undefined, () => {
    throw new Error("attributes");
  });
  root.fail();
  root.end();
  expect(tracer.kept()[0]?.spans[0]?.attributes).toEqual({
    "streamgate.attributes": "could not be read",
  });
});

test("listeners hear of kept traces until they end it", () => {
  const tracer = tracerOn(new ManualClock());
  const heard: string[] = [];
  const end = tracer.onKept(({ spans }) => heard.push(spans[0]?.name ?? ""));
  const fail = (name: string): void => {
    const root = tracer.startTrace(name, "server");
    root.fail();
    root.end();
  };
  fail("first");
  end();
  fail("second");
  expect(heard).toEqual(["first"]);
});

test("what a request left running does not hold what it was described by", () => {
  const tracer = tracerOn(new ManualClock());
  const root = tracer.startTrace("GET", "server");
  tracer.run(root, () => tracer.startSpan("SELECT", "client")?.end());
  root.describe({ body: "large" }, () => ({}));
  root.end();
  expect(root.attributes()).toEqual({});
  expect(root.trace.spans).toEqual([]);
});

test("an option that cannot be is named", () => {
  expect(() => createTracer({ maxSpansPerTrace: 0 })).toThrow(/maxSpansPerTrace = 0/);
  expect(() => createTracer({ sampling: { slowPerSecond: -1 } })).toThrow(/sampling.slowPerSecond/);
});
