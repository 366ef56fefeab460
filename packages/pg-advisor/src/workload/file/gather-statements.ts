import { parseDuration } from "@streamgate/core";
import { type ParsedStatement, parseStatement } from "../parse-statement.ts";
import { liftLiterals } from "../text/lift-literals.ts";
import { type StatementText, splitStatements } from "../text/split-statements.ts";
import type { DeclinedStatement } from "../workload.ts";

/** A statement of the file, all its repetitions together. */
export interface Repeated {
  readonly parsed: ParsedStatement;
  readonly line: number;
  calls: number;
  meanMs: number | null;
  /** Given values as JSON, with how many calls had them. */
  readonly given: Map<string, number>;
}

/** Reads a file's statements; repetitions are gathered, what cannot be read is declined with its line. */
export function gatherStatements(
  file: string,
  from: string | undefined,
): { readonly repeated: readonly Repeated[]; readonly declined: DeclinedStatement[] } {
  const byFingerprint = new Map<string, Repeated>();
  const declined: DeclinedStatement[] = [];
  for (const written of splitStatements(file)) {
    const hint = hintOf(written);
    if (hint.objection !== null) {
      declined.push({
        text: written.comments.join("\n"),
        calls: 0,
        totalMs: 0,
        reason: "does not parse",
        explanation: placed(written.line, from, hint.objection),
      });
    }
    const read = readWritten(written);
    if (read.outcome === "declined") {
      declined.push({
        text: written.text,
        calls: hint.calls,
        totalMs: (hint.meanMs ?? 0) * hint.calls,
        reason: read.reason,
        explanation: placed(written.line, from, read.explanation),
      });
      continue;
    }
    const { parsed, values } = read;
    const group = byFingerprint.get(parsed.fingerprint) ?? {
      parsed,
      line: written.line,
      calls: 0,
      meanMs: null,
      given: new Map<string, number>(),
    };
    byFingerprint.set(parsed.fingerprint, group);
    if (hint.meanMs !== null) {
      const before = (group.meanMs ?? hint.meanMs) * group.calls;
      group.meanMs = (before + hint.meanMs * hint.calls) / (group.calls + hint.calls);
    }
    group.calls += hint.calls;
    const isSameText = group.parsed.text === parsed.text;
    if (isSameText) {
      const key = JSON.stringify(
        values.map((value) => (value === undefined ? { unknown: true } : value)),
      );
      group.given.set(key, (group.given.get(key) ?? 0) + hint.calls);
    }
  }
  return { repeated: [...byFingerprint.values()], declined };
}

type Read =
  | {
      readonly outcome: "read";
      readonly parsed: ParsedStatement;
      readonly values: readonly (string | null | undefined)[];
    }
  | {
      readonly outcome: "declined";
      readonly reason: DeclinedStatement["reason"];
      readonly explanation: string;
    };

/** Parses as written first, so that complaints are about the text that a person wrote. */
function readWritten({ text }: StatementText): Read {
  const asWritten = parseStatement(text, { cutOffBytes: Number.POSITIVE_INFINITY });
  if (asWritten.outcome === "declined") {
    const { reason, explanation } = asWritten;
    return {
      outcome: "declined",
      reason: reason === "text cut off" ? "does not parse" : reason,
      explanation,
    };
  }
  const lifted = liftLiterals(text);
  const parse = lifted === null ? asWritten : parseStatement(lifted.text);
  if (lifted === null || parse.outcome === "declined") {
    return { outcome: "read", parsed: asWritten.statement, values: [] };
  }
  const { statement } = parse;
  const isRenumbered = statement.parameterCount !== lifted.values.length;
  return { outcome: "read", parsed: statement, values: isRenumbered ? [] : lifted.values };
}

interface Hint {
  readonly calls: number;
  readonly meanMs: number | null;
  /** What the hint says that cannot be; null where nothing is wrong with it. */
  readonly objection: string | null;
}

/** `-- calls: 120 mean: 3.5ms`; one call of unknown duration without it. */
function hintOf({ comments }: StatementText): Hint {
  const calls = firstMatch(comments, /\bcalls:\s*(\d+)(?![\w.])/i);
  const mean = firstMatch(comments, /\bmean:\s*(\d+(?:\.\d+)?(?:ms|s|m|h|d))\b/i);
  const isCount = Number.isSafeInteger(Number(calls)) && Number(calls) > 0;
  const wrong = [
    ...(isCount ? [] : [hintWord(comments, "calls", "a whole number above 0")]),
    ...(mean === null ? [hintWord(comments, "mean", "a duration such as 3.5ms")] : []),
  ].filter((word) => word !== null);
  return {
    calls: isCount ? Number(calls) : 1,
    meanMs: mean === null ? null : parseDuration(mean),
    objection:
      wrong.length === 0
        ? null
        : `of the comment before the statement, ${wrong.join(", and ")}; the statement is read without`,
  };
}

/** What a comment that is a hint says of `key`, as a complaint; prose that holds the word is no hint. */
function hintWord(
  comments: readonly string[],
  key: "calls" | "mean",
  wanted: string,
): string | null {
  const hints = comments.filter((comment) => /^(?:--|\/\*)\s*(?:calls|mean):/i.test(comment));
  const said = firstMatch(hints, new RegExp(`\\b${key}:[ \\t]*([^\\s*]*)`, "i"));
  return said === null ? null : `“${key}: ${said}” is not ${wanted}`;
}

function firstMatch(comments: readonly string[], pattern: RegExp): string | null {
  for (const comment of comments) {
    const found = pattern.exec(comment)?.[1];
    if (found !== undefined) return found;
  }
  return null;
}

/** `queries.sql, line 7: …` */
export function placed(line: number, from: string | undefined, explanation: string): string {
  return `${from === undefined ? "line" : `${from}, line`} ${line}: ${explanation}`;
}
