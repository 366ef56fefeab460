import type { TracedRequest, TracedStatement } from "../../../src/index.ts";

/** A statement, its parameters, and how many rows it gave. */
export type Asked = readonly [sql: string, parameters?: readonly unknown[], rows?: number];

/** A request of a recording without stacks, and the statements in it that one could make. */
export interface HeldOut {
  readonly name: string;
  readonly loops: readonly RegExp[];
  readonly asked: readonly Asked[];
}

export function loopIn(name: string, loop: RegExp, asked: readonly Asked[]): HeldOut {
  return { name, loops: [loop], asked };
}

export function noLoopIn(name: string, asked: readonly Asked[]): HeldOut {
  return { name, loops: [], asked };
}

/** The same statement with one list of parameters after the other. */
export function each(sql: string, calls: readonly (readonly unknown[])[], rows = 1): Asked[] {
  return calls.map((parameters) => [sql, parameters, rows]);
}

/** One key after the other. */
export function keys(sql: string, values: readonly unknown[], rows = 1): Asked[] {
  return each(
    sql,
    values.map((value) => [value]),
    rows,
  );
}

const STATEMENT_MS = 2;
const PAUSE_MS = 0.3;

/** One after the other on one connection. */
export function requestOf({ name, asked }: HeldOut): TracedRequest {
  const statements = asked.map(([sql, parameters = [], rows = 1], index): TracedStatement => {
    const startMs = 1 + index * (STATEMENT_MS + PAUSE_MS);
    return {
      sql,
      parameters,
      issuedMs: startMs,
      startMs,
      endMs: startMs + STATEMENT_MS,
      connection: 1,
      rows,
      error: undefined,
      stack: undefined,
      columns: undefined,
    };
  });
  return {
    name,
    startedAt: "2026-03-04T05:06:07.000Z",
    durationMs: 2 + asked.length * (STATEMENT_MS + PAUSE_MS),
    statements,
    omitted: 0,
  };
}
