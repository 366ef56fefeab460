import type { Finding } from "@streamgate/core";
import type { Statement, Workload } from "@streamgate/pg-advisor";
import { RequestAdvisor, type TracedRequest, type TracedStatement } from "@streamgate/postgres";
import { describe, expect, test } from "vitest";
import { adoptTold } from "../../src/turn/adopt-told.ts";
import type { Turn } from "../../src/turn/turn-context.ts";

const OWNERS = "select id, name from users where id = $1";
const TOKENS = "select * from tokens where id = $1";

/** As a traced process tells it: six look-ups in one request, and a row of which two columns are read. */
function told(sql = OWNERS): readonly Finding[] {
  const advisor = new RequestAdvisor();
  const request: TracedRequest = {
    name: "GET /catalogue",
    startedAt: "2026-01-01T00:00:00.000Z",
    durationMs: 30,
    statements: [
      ...[1, 2, 3, 4, 5, 6].map((id, index) => call(sql, index, [id])),
      {
        ...call(TOKENS, 9, ["3f0b3d1e-7a55-4c1a-9a58-0d7be62b5c11"]),
        columns: {
          all: ["id", "user_id", "scopes", "metadata", "created_at", "seen_at"],
          read: ["user_id", "scopes"],
          unreadShare: 0.9,
        },
      },
    ],
    omitted: 0,
  };
  advisor.add(request);
  return advisor.findings(new Date(0));
}

function call(sql: string, index: number, parameters: readonly unknown[]): TracedStatement {
  return {
    sql,
    parameters,
    issuedMs: index * 2,
    startMs: index * 2,
    endMs: index * 2 + 1,
    connection: 1,
    rows: 1,
    error: undefined,
    stack: ["load (/srv/owners.ts:14:9)"],
    columns: undefined,
  };
}

function statement(text: string): Statement {
  return {
    fingerprint: `of ${text}`,
    text,
    queryIds: [],
    kind: "select",
    calls: 600,
    totalMs: 300,
    meanMs: 0.5,
    rows: 600,
    relations: [],
    parameterCount: 1,
    samples: [],
  };
}

const workloadOf = (...texts: readonly string[]): Workload => ({
  window: { source: "file", from: null, to: "2026-01-01T00:00:00Z", durationMs: 3_600_000 },
  statements: texts.map(statement),
  declined: [],
});

const turnThatHears = (findings: readonly Finding[]): Turn =>
  ({
    target: "shop",
    options: { told: () => findings },
    context: { signal: new AbortController().signal },
    tell: () => undefined,
  }) as unknown as Turn;

describe("what a traced process tells", () => {
  test("is about the statement as the database counts it, with what to ask in its place", async () => {
    const adopted = await adoptTold(turnThatHears(told()), workloadOf(OWNERS, TOKENS));
    const [columns, loop] = adopted.toSorted((one, other) => (one.kind < other.kind ? 1 : -1));
    // 600 calls in the workload's hour, of which each spares two thirds of its millisecond.
    expect(loop?.savedMsPerHour).toBeCloseTo(400);
    expect(loop).toMatchObject({
      kind: "query/n-plus-one",
      subject: { database: "shop", object: "GET /catalogue" },
      statements: [{ fingerprint: `of ${OWNERS}`, calls: 600, shareOfTime: 0.5 }],
      replacement: {
        kind: "one for all",
        text: "select id, name from users where id = any($1)",
        loop: { calls: 6, places: 1, keys: [{ place: 0, type: "bigint", isList: false }] },
      },
    });
    expect(columns).toMatchObject({
      kind: "query/unused-columns",
      replacement: { kind: "fewer columns" },
    });
    expect(columns?.replacement?.text.replace(/\s+/g, " ")).toBe(
      "SELECT user_id, scopes FROM tokens WHERE id = $1",
    );
  });

  test("keeps its id, so that it is not shown twice", async () => {
    const findings = told();
    const adopted = await adoptTold(turnThatHears(findings), workloadOf(OWNERS));
    expect(findings.map(({ id }) => id)).toContain(adopted[0]?.id);
  });

  test("is known by its form, however its text is laid out", async () => {
    const asCounted = "SELECT id, name\n  FROM users WHERE id = $1";
    const adopted = await adoptTold(turnThatHears(told()), workloadOf(asCounted));
    expect(adopted).toHaveLength(1);
    expect(adopted[0]?.replacement?.text).toMatch(/= any\(\$1\)$/);
  });

  test("is left to the process where the database does not count it, or it cannot be written", async () => {
    expect(await adoptTold(turnThatHears(told()), workloadOf("select 1"))).toEqual([]);
    expect(await adoptTold(turnThatHears([]), workloadOf(OWNERS))).toEqual([]);
    const locking = "select id, name from users where id = $1 for update";
    expect(await adoptTold(turnThatHears(told(locking)), workloadOf(locking))).toEqual([]);
  });
});
