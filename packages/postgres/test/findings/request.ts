import type { TracedRequest, TracedStatement } from "../../src/index.ts";

/** A statement that ran from `start` to `end`, with what else matters. */
export function statement(
  sql: string,
  start: number,
  end: number,
  parts: Partial<TracedStatement> = {},
): TracedStatement {
  return {
    sql,
    parameters: [],
    issuedMs: start,
    startMs: start,
    endMs: end,
    connection: 1,
    rows: undefined,
    error: undefined,
    stack: undefined,
    columns: undefined,
    ...parts,
  };
}

export function request(
  statements: readonly TracedStatement[],
  parts: Partial<TracedRequest> = {},
): TracedRequest {
  const durationMs = Math.max(0, ...statements.map(({ endMs }) => endMs));
  return {
    name: "GET /orders",
    startedAt: "2026-03-01T12:00:00.000Z",
    durationMs,
    statements,
    omitted: 0,
    ...parts,
  };
}
