import type { KeptSpan, KeptTrace } from "@streamgate/telemetry/tracing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTraces } from "../../src/routes/kept-traces.ts";
import { readRouteId, routeId } from "../../src/routes/route-id.ts";
import { partsOfTrace } from "../../src/routes/span-parts.ts";
import { timeParts } from "../../src/routes/time-parts.ts";
import { traceSummary } from "../../src/routes/trace-summary.ts";

function span(
  id: string,
  parent: string,
  startMs: number,
  durationMs: number,
  more: Partial<KeptSpan> = {},
): KeptSpan {
  return {
    spanId: id,
    parentSpanId: parent,
    name: id,
    kind: "internal",
    startMs,
    durationMs,
    hasFailed: false,
    attributes: {},
    ...more,
  };
}

const SQL = {
  kind: "client",
  attributes: { "db.system.name": "postgresql", "db.query.text": "select 1" },
} as const;
const REDIS = { kind: "client", attributes: { "db.system.name": "redis" } } as const;
const WAIT = { kind: "client", attributes: { "db.client.connection.pool.name": "main" } } as const;

function trace(
  spans: readonly KeptSpan[],
  keptBecause: KeptTrace["keptBecause"] = "chosen",
): KeptTrace {
  return { traceId: "t", flags: 1, state: "", keptBecause, spans, droppedSpans: 0 };
}

describe("the parts of a request", () => {
  test("are the self-times of its steps", () => {
    const spans = [
      span("root", "", 1_000, 100),
      span("wait", "root", 1_010, 20, WAIT),
      span("sql", "root", 1_030, 40, SQL),
      span("redis", "root", 1_080, 10, REDIS),
    ];
    expect(Object.fromEntries(partsOfTrace(trace(spans)))).toEqual({
      application: 30,
      "pool wait": 20,
      postgresql: 40,
      redis: 10,
    });
  });

  test("share a moment where several go on side by side", () => {
    const spans = [
      span("root", "", 0, 100),
      span("a", "root", 0, 100, SQL),
      span("b", "root", 0, 100, REDIS),
    ];
    expect(Object.fromEntries(partsOfTrace(trace(spans)))).toEqual({ postgresql: 50, redis: 50 });
  });

  test("add up to the request, whatever its steps are", () => {
    const steps = fc.array(
      fc.record({
        parent: fc.nat({ max: 12 }),
        startMs: fc.integer({ min: -50, max: 150 }),
        durationMs: fc.integer({ min: 0, max: 120 }),
        what: fc.constantFrom(SQL, REDIS, WAIT, {}),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(steps, (each) => {
        const spans = [
          span("0", "", 0, 100),
          ...each.map(({ parent, startMs, durationMs, what }, at) =>
            span(String(at + 1), String(parent), startMs, durationMs, what),
          ),
        ];
        const sum = [...partsOfTrace(trace(spans)).values()].reduce((all, ms) => all + ms, 0);
        expect(sum).toBeCloseTo(100, 6);
      }),
    );
  });
});

describe("where the time of a route goes", () => {
  const service = { requests: 10, postgresql: 4, redis: 1, poolWait: 0, http: 0 };
  const of = (traces: readonly KeptTrace[]) =>
    timeParts({ traces, service, meanMs: 50, queueMs: 2 });
  const slow = trace([span("r", "", 0, 100), span("s", "r", 0, 90, SQL)], "slow");
  const chosen = trace([span("r", "", 0, 10), span("s", "r", 0, 1, SQL)]);

  test("is told by the traces that were chosen whatever they were, where there are enough", () => {
    const { parts, partsOf } = of([slow, ...new Array<KeptTrace>(5).fill(chosen)]);
    expect(partsOf).toContain("of 5 traces that were chosen whatever they were, of 6 kept");
    expect(parts.find(({ part }) => part === "postgresql")?.mean.value).toBeCloseTo(5, 6);
    expect(parts.find(({ part }) => part === "queue")?.mean.value).toBe(2);
  });

  test("says that slow ones are too many among all that were kept", () => {
    expect(of([slow, chosen]).partsOf).toContain("more frequent than they are");
  });

  test("is that of the service where no trace is kept", () => {
    const { parts, partsOf } = of([]);
    expect(partsOf).toContain("all requests of the service");
    expect(parts.find(({ part }) => part === "postgresql")?.mean.value).toBeCloseTo(20, 6);
    expect(parts.every(({ mean }) => mean.rung === "estimated")).toBe(true);
  });
});

describe("what an agent says of its traces", () => {
  test("is taken only where it is a trace", () => {
    const good = trace([span("r", "", 1, 2)]);
    expect(
      parseTraces({ traces: [good, null, {}, { ...good, spans: [] }, { ...good, spans: [{}] }] }),
    ).toEqual([good]);
    for (const lie of [null, undefined, 7, [], { traces: "all" }])
      expect(parseTraces(lie)).toEqual([]);
  });

  test("is shown as a tree from its beginning, with why it was kept", () => {
    const shown = traceSummary(
      trace([span("r", "elsewhere", 1_000, 20), span("s", "r", 1_005, 3, SQL)], "failed"),
    );
    expect(shown).toMatchObject({ reason: "error", duration: { value: 20, unit: "ms" } });
    expect(shown.spans).toMatchObject([
      { id: "r", parent: null, startMs: 0 },
      { id: "s", parent: "r", startMs: 5, part: "postgresql", detail: "select 1" },
    ]);
  });
});

test("the id of a route says which it is, and nothing else is an id", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (service, method, route) => {
      const key = { service, method, route };
      expect(readRouteId(routeId(key))).toEqual(key);
    }),
  );
  for (const id of ["", "!", "e30", routeId({ service: "a", method: "b", route: "c" }).slice(1)])
    expect(() => readRouteId(id)).toThrow(/no route/);
});
