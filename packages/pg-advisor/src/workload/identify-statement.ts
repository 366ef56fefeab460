import { createHash } from "node:crypto";
import { parseStatement } from "./parse-statement.ts";
import { normalizeText, parseSql, tokensOf } from "./text/parser.ts";

/** What a text of pg_stat_statements is known by. */
export interface StatementIdentity {
  /**
   * `workload`: it can be advised on; `utility`: BEGIN, SET, CREATE and their like; `own`: StreamGate's; `unread`: no parser takes
   * it, mostly as it was cut off.
   */
  readonly kind: "workload" | "utility" | "own" | "unread";
  /** libpg-query's for a workload's statement, else a hash of the text: 16 hexadecimal digits. */
  readonly fingerprint: string;
  /** With `$n` in place of every literal, those in utility statements too. */
  readonly text: string;
}

const KIND_OF_REASON = {
  "StreamGate's own": "own",
  "utility statement": "utility",
} as const;

/**
 * Tells statements apart that differ in more than their literals, and takes the literals out.
 *
 * @param text as pg_stat_statements holds it
 * @example
 * ```ts
 * import { identifyStatement } from "@streamgate/pg-advisor";
 * const { fingerprint, text } = identifyStatement("select * from users where id = 7");
 * text; // "select * from users where id = $1"
 * ```
 */
export function identifyStatement(text: string): StatementIdentity {
  const parse = parseStatement(text);
  if (parse.outcome === "parsed") {
    const { fingerprint } = parse.statement;
    return { kind: "workload", fingerprint, text: withoutLiterals(text) };
  }
  const kind = (KIND_OF_REASON as Partial<Record<string, "own" | "utility">>)[parse.reason];
  const shown = withoutLiterals(text);
  return { kind: kind ?? "unread", fingerprint: hashOf(shown), text: shown };
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

const LITERALS: ReadonlySet<string> = new Set([
  "SCONST",
  "ICONST",
  "FCONST",
  "BCONST",
  "XCONST",
  "USCONST",
]);

/** libpg-query leaves literals in some utility statements, and reads no text that was cut off: then by tokens, then by signs. */
function withoutLiterals(text: string): string {
  const normalized = normalizedOrKept(text);
  const tokens = tokensOf(normalized);
  if (tokens === null) return withoutQuoted(normalized);
  const bytes = Buffer.from(normalized);
  let number = highestParameter(normalized);
  let shown = "";
  let at = 0;
  for (const { start, end, name } of tokens) {
    if (!LITERALS.has(name)) continue;
    number += 1;
    shown += `${bytes.subarray(at, start).toString()}$${number}`;
    at = end;
  }
  return shown + bytes.subarray(at).toString();
}

/** For a text that it cannot read libpg-query gives its complaint in place of a text. */
function normalizedOrKept(text: string): string {
  return parseSql(text).outcome === "parsed" ? normalizeText(text) : text;
}

/** The last quote may be open. */
function withoutQuoted(text: string): string {
  return text
    .replace(/\$(\w*)\$[\s\S]*?(?:\$\1\$|$)/g, "$?")
    .replace(/'(?:[^']|'')*(?:'|$)/g, "$?")
    .replace(/(?<![\w$.])\d+(?:\.\d+)?/g, "$?");
}

function highestParameter(text: string): number {
  return Math.max(0, ...[...text.matchAll(/\$(\d{1,6})/g)].map(([, digits]) => Number(digits)));
}
