import type { TracedRequest, TracedStatement } from "../requests/traced-request.ts";
import { textOfValue } from "../requests/value-text.ts";
import { hideValues } from "./hide-values.ts";

/**
 * One request as one line of JSON: `request`, `startedAt`, `durationMs` and `statements`, each with `sql`, `parameters`, `start` and `end`
 * in milliseconds from the request's start, and what else is known of it.
 *
 * @param salt with it literals and parameters are hashed
 *
 * @example
 * ```ts
 * import { requestLine, type TracedRequest } from "@streamgate/postgres";
 *
 * declare const request: TracedRequest;
 * process.stdout.write(`${requestLine(request)}\n`);
 * ```
 */
export function requestLine(request: TracedRequest, salt?: string): string {
  const { name, startedAt, durationMs, statements, omitted } = request;
  return JSON.stringify({
    request: name,
    startedAt,
    durationMs: rounded(durationMs),
    ...(omitted === 0 ? {} : { omitted }),
    statements: statements.map((statement) => statementJson(statement, salt)),
  });
}

function statementJson(statement: TracedStatement, salt: string | undefined): object {
  const { sql, parameters } = salt === undefined ? statement : hideValues(statement, salt);
  const { issuedMs, startMs, endMs, connection, rows, error, stack, columns } = statement;
  return {
    sql,
    parameters: parameters.map(plain),
    ...(issuedMs === startMs ? {} : { issued: rounded(issuedMs) }),
    start: rounded(startMs),
    end: rounded(endMs),
    ...(connection === undefined ? {} : { connection }),
    ...(rows === undefined ? {} : { rows }),
    ...(error === undefined ? {} : { error }),
    ...(stack === undefined ? {} : { stack }),
    ...(columns === undefined ? {} : { columns }),
  };
}

/** What JSON cannot hold as text. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString("hex")}`;
  if (value === undefined) return null;
  try {
    JSON.stringify(value);
    return value;
  } catch {
    return textOfValue(value);
  }
}

/** To the microsecond. */
function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
