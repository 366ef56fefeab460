import { identifyStatement } from "@streamgate/pg-advisor";
import type { ProcessReport } from "@streamgate/telemetry";
import type { KeptSpan, KeptTrace } from "@streamgate/telemetry/tracing";
import { describe, expect, test } from "vitest";
import { askedCallers } from "../../src/callers/asked-callers.ts";
import { CallerBook } from "../../src/callers/caller-book.ts";
import { commentTags, withoutCallerComment } from "../../src/callers/comment-tags.ts";
import { TracedTexts, traceCallers } from "../../src/callers/trace-callers.ts";
import { aFinding } from "../support/findings.ts";

describe("the comment of a statement", () => {
  test("says who calls, in sqlcommenter's form: encoded, quoted, in any order", () => {
    const sql = `select * from orders where id = $1 /*action='show',controller='orders',framework='rails%3A7.1',route='%2Forders%2F%3Aid',traceparent='00-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-01'*/`;
    expect(commentTags(sql)).toEqual({
      action: "show",
      controller: "orders",
      framework: "rails:7.1",
      route: "/orders/:id",
    });
  });

  test("may stand before the text, end in a semicolon, or have the form of Rails' query logs", () => {
    expect(commentTags("/*application:Shop,controller:orders,action:index*/ select 1")).toEqual({
      application: "Shop",
      controller: "orders",
      action: "index",
    });
    expect(commentTags("select 1 /*job='Mail\\'s'*/;")).toEqual({ job: "Mail's" });
  });

  test("says nothing where it is any other, or none", () => {
    for (const sql of [
      "select 1",
      "select 1 /* streamgate */",
      "select /*route='inside'*/ 1",
      "select 1 -- route='/x'",
      "select 1 /*traceparent='00-1-2-01',request_id='9'*/",
      "select 1 /* */",
    ])
      expect(commentTags(sql), sql).toBeNull();
  });

  test("is freed of what tells one row or one call from the others", () => {
    expect(
      commentTags(
        "select 1 /*route='/users/12345/orders/0b6e5b3e-9f3a-4d0e-8a52-1f2a3b4c5d6e?page=2',method='GET'*/",
      ),
    ).toEqual({ method: "GET", route: "/users/:number/orders/:uuid" });
  });
});

test("the comment of its first caller is no part of a statement; other comments are", () => {
  expect(withoutCallerComment("select 1 /*traceparent='00-1-2-01'*/;")).toBe("select 1");
  expect(withoutCallerComment("/*controller:orders*/ select 1")).toBe("select 1");
  for (const sql of ["select 1 /* slow, see #7 */", "select /*+ NoSeqScan */ 1", "select 'a=''b'"])
    expect(withoutCallerComment(sql)).toBe(sql);
});

const TEXT = "select * from orders where id = $1";
const { fingerprint } = identifyStatement(TEXT);

test("sessions that are seen at work are counted for each caller, those that say nothing by their name", () => {
  const book = new CallerBook();
  const known = {
    get: (id: string) => (id === "1" ? identifyStatement(TEXT) : identifyStatement("commit")),
  };
  const comment = "/*route='/orders'*/";
  book.see([{ queryId: "1", application: "web", comment, active: 2 }], known);
  book.see(
    [
      { queryId: "1", application: "api", comment, active: 1 },
      { queryId: "1", application: "psql", comment: null, active: 0 },
      { queryId: "1", application: "", comment: null, active: 1 },
      { queryId: "2", application: "web", comment, active: 1 },
    ],
    known,
  );
  book.seeText(fingerprint, `${TEXT} /*route='/first'*/`);
  expect(book.list()).toMatchObject([
    { fingerprint, source: "comment", tags: { route: "/orders" }, samples: 3 },
    { fingerprint, source: "session", tags: { application: "psql" }, samples: 0 },
    { fingerprint, source: "comment", tags: { route: "/first" }, samples: 0 },
  ]);
  book.forget();
  expect(book.list()).toEqual([]);
});

function span(name: string, durationMs: number, attributes: KeptSpan["attributes"]): KeptSpan {
  return {
    spanId: "1",
    parentSpanId: "",
    name,
    kind: "client",
    startMs: 1_000,
    durationMs,
    hasFailed: false,
    attributes,
  };
}

function trace(route: string, ...texts: readonly string[]): KeptTrace {
  return {
    traceId: "t",
    flags: 1,
    state: "",
    keptBecause: "chosen",
    droppedSpans: 0,
    spans: [
      span("request", 50, { "http.request.method": "GET", "http.route": route }),
      ...texts.map((text) =>
        span("select", 4, { "db.system.name": "postgresql", "db.query.text": text }),
      ),
    ],
  };
}

test("what the tracing of statements found tells where in the code it is asked", () => {
  const finding = {
    ...aFinding({
      kind: "query/n-plus-one",
      subject: { database: "", object: "shop: GET /orders" },
    }),
    site: ["loadLines (src/lines.ts:12)", "listOrders (src/orders.ts:40)"],
    statements: [
      {
        fingerprint: "the tracer's own",
        text: "select * from orders where id = ?",
        calls: 40,
        shareOfTime: 1,
        meanMs: 1,
        expectedMeanMs: 1,
      },
    ],
    evidence: [
      {
        name: "calls in one request",
        value: 12,
        unit: "calls",
        rung: "measured" as const,
        source: "recorded requests",
        at: "2026-03-01T10:00:00.000Z",
      },
    ],
  };
  const elsewhere = {
    ...finding,
    evidence: finding.evidence.map((one) => ({ ...one, source: "twin" })),
  };
  const processes = [finding, finding, elsewhere].map((one, at) => ({
    service: `shop ${Math.floor(at / 2)}`,
    report: { ...REPORT, findings: [one] },
  }));
  expect(askedCallers(processes, fingerprint, new TracedTexts())).toEqual([
    {
      service: "shop 0",
      name: "GET /orders",
      site: "loadLines (src/lines.ts:12), called from listOrders (src/orders.ts:40)",
      callsPerRequest: 12,
      at: "2026-03-01T10:00:00.000Z",
    },
  ]);
});

const REPORT: ProcessReport = {
  version: 1,
  identity: { service: "shop", instance: "a", pid: 1, host: "h", startedAtMs: 0, release: "1" },
  takenAtMs: 0,
  families: [],
  findings: [],
  failures: [],
};

test("requests that agents recorded tell the routes that call it, literals taken out or not", () => {
  const callers = traceCallers(
    "shop",
    [
      trace("/orders/:id", TEXT, TEXT, "select 1"),
      trace("/orders/:id", "SELECT * FROM orders WHERE id=?"),
      trace("/basket", "select * from orders where id = ?"),
      trace("/health", "select ?"),
    ],
    fingerprint,
    new TracedTexts(),
  );
  expect(callers).toMatchObject([
    { key: { service: "shop", route: "/orders/:id" }, requests: 2, calls: 3, totalMs: 12 },
    { name: "GET /basket", requests: 1, calls: 1, totalMs: 4 },
  ]);
});
