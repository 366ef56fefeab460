import { messageOf } from "@streamgate/core";
import { badRequestLine } from "../errors.ts";
import type {
  ColumnReads,
  Frame,
  TracedRequest,
  TracedStatement,
} from "../requests/traced-request.ts";
import { textOfValue } from "../requests/value-text.ts";
import { applicationFrames } from "../tracing/call-site.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a line of recorded requests. Of other recorders it understands `name` for the request, `text`, `query` or `statement` for `sql`,
 * `values` or `params` for `parameters`, `startMs`, `endMs` and `durationMs`, instants as ISO 8601 text, and a stack as one text.
 *
 * @param number of the line, from 1, for the message
 * @throws StreamGateError `SG_POSTGRES_BAD_LINE`
 *
 * @example
 * ```ts
 * import { parseRequestLine } from "@streamgate/postgres";
 * parseRequestLine('{"request":"GET /","statements":[{"sql":"select 1","start":0,"end":2}]}', 1).name; // "GET /"
 * ```
 */
export function parseRequestLine(line: string, number: number): TracedRequest {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (cause) {
    throw badRequestLine(number, `it is no JSON: ${messageOf(cause)}`, cause);
  }
  if (!isFields(parsed)) throw badRequestLine(number, "it is no object");
  const list: unknown = parsed.statements ?? parsed.queries;
  if (!Array.isArray(list)) throw badRequestLine(number, "it has no list `statements`");
  const statements = list.map((each: unknown, index) => rawStatement(each, number, index + 1));
  const origin = originOf(parsed, statements);
  const traced = statements.map((raw) => statementOf(raw, origin));
  const end = instantOf(parsed.end ?? parsed.endMs);
  const last = traced.reduce((latest, { endMs }) => Math.max(latest, endMs), 0);
  return {
    name: nameOf(parsed),
    startedAt: startedAtOf(parsed, origin),
    durationMs: numberIn(parsed.durationMs) ?? (end === undefined ? last : end - origin),
    statements: traced.toSorted((one, other) => one.issuedMs - other.issuedMs),
    omitted: numberIn(parsed.omitted) ?? 0,
  };
}

interface RawStatement {
  readonly fields: Fields;
  readonly sql: string;
  readonly start: number;
  readonly end: number;
}

function rawStatement(value: unknown, line: number, place: number): RawStatement {
  const which = `statement ${place}`;
  if (!isFields(value)) throw badRequestLine(line, `${which} is no object`);
  const sql = value.sql ?? value.text ?? value.query ?? value.statement;
  if (typeof sql !== "string") throw badRequestLine(line, `${which} has no text \`sql\``);
  const start = instantOf(value.start ?? value.startMs ?? value.startedAt);
  if (start === undefined) throw badRequestLine(line, `${which} has no number \`start\``);
  const durationMs = numberIn(value.durationMs ?? value.duration);
  const end =
    instantOf(value.end ?? value.endMs ?? value.endedAt) ??
    (durationMs === undefined ? undefined : start + durationMs);
  if (end === undefined) throw badRequestLine(line, `${which} has no number \`end\``);
  if (end < start) throw badRequestLine(line, `${which} ends before it starts`);
  return { fields: value, sql, start, end };
}

function statementOf({ fields, sql, start, end }: RawStatement, origin: number): TracedStatement {
  const parameters = fields.parameters ?? fields.values ?? fields.params;
  const connection = fields.connection;
  const error = fields.error;
  return {
    sql,
    parameters: Array.isArray(parameters) ? parameters : [],
    issuedMs: (instantOf(fields.issued) ?? start) - origin,
    startMs: start - origin,
    endMs: end - origin,
    connection: numberIn(connection),
    rows: numberIn(fields.rows ?? fields.rowCount),
    error:
      error === undefined || error === null || error === false ? undefined : textOfValue(error),
    stack: stackOf(fields.stack),
    columns: columnsOf(fields.columns),
  };
}

/** What all times of the line are counted from: its own start where they are instants, else 0. */
function originOf(fields: Fields, statements: readonly RawStatement[]): number {
  const start = instantOf(fields.start ?? fields.startMs);
  const first = Math.min(...statements.map((statement) => statement.start));
  if (start !== undefined && start <= first) return start;
  // Instants since 1970 without a start of the request itself.
  return Number.isFinite(first) && first > 1e11 ? first : 0;
}

function startedAtOf(fields: Fields, origin: number): string {
  const told = fields.startedAt;
  if (typeof told === "string" && !Number.isNaN(Date.parse(told))) return told;
  return new Date(origin).toISOString();
}

function nameOf(fields: Fields): string {
  const { request } = fields;
  const told = request ?? fields.name ?? fields.route;
  if (typeof told === "string") return told;
  if (!isFields(told)) return "request";
  const route = `${textOfValue(told.method ?? "")} ${textOfValue(told.route ?? told.url ?? "")}`;
  return textOfValue(told.name ?? route).trim() || "request";
}

/** A text as V8 writes it, lines of frames without more, or a list of frames. */
function stackOf(value: unknown): readonly Frame[] | undefined {
  if (typeof value === "string" && /^\s*at /m.test(value)) return applicationFrames(value);
  const lines = typeof value === "string" ? value.split("\n") : value;
  if (!Array.isArray(lines)) return undefined;
  const frames = lines.map((line) => textOfValue(line).trim().replace(/^at /, ""));
  return applicationFrames(
    frames
      .filter((frame) => frame !== "")
      .map((frame) => `at ${frame}`)
      .join("\n"),
  );
}

function columnsOf(value: unknown): ColumnReads | undefined {
  if (!isFields(value)) return undefined;
  const { all, read } = value;
  return Array.isArray(all) && Array.isArray(read)
    ? {
        all: all.map(String),
        read: read.map(String),
        unreadShare: numberIn(value.unreadShare) ?? 0,
      }
    : undefined;
}

/** Milliseconds of a number, or of an instant as text. */
function instantOf(value: unknown): number | undefined {
  if (typeof value === "string") {
    const ms = Date.parse(value);
    return Number.isNaN(ms) ? undefined : ms;
  }
  return numberIn(value);
}

function numberIn(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
