import type { Labels } from "@streamgate/telemetry";
import type { LabelMatcher } from "./point.ts";

/** A label that is not there counts as empty, as in PromQL. */
export function compileMatchers(matchers: readonly LabelMatcher[]): (labels: Labels) => boolean {
  const tests = matchers.map(compileMatcher);
  return (labels) => tests.every((test) => test(labels));
}

function compileMatcher(matcher: LabelMatcher): (labels: Labels) => boolean {
  const { label } = matcher;
  if ("is" in matcher) return (labels) => (labels[label] ?? "") === matcher.is;
  if ("isNot" in matcher) return (labels) => (labels[label] ?? "") !== matcher.isNot;
  if ("matches" in matcher) {
    const pattern = anchored(matcher.matches);
    return (labels) => pattern.test(labels[label] ?? "");
  }
  const pattern = anchored(matcher.matchesNot);
  return (labels) => !pattern.test(labels[label] ?? "");
}

const LONGEST_PATTERN = 200;
/** What RE2 does not know, and what may take exponential time: repetition of a group that repeats. */
const NOT_RE2 = /\\[1-9kK]|\(\?[=!<]/;
const NESTED_REPETITION = /\([^()]*[*+}][^()]*\)[*+{]/;

/** Undefined where the pattern is fine; otherwise what it must be. */
export function wrongWithPattern(pattern: string): string | undefined {
  if (pattern.length > LONGEST_PATTERN) return `a pattern of at most ${LONGEST_PATTERN} characters`;
  if (NOT_RE2.test(pattern)) return "a pattern without back references and look-around, as in RE2";
  if (NESTED_REPETITION.test(pattern)) return "a pattern that repeats no group that itself repeats";
  try {
    anchored(pattern);
    return undefined;
  } catch {
    return "a regular expression";
  }
}

function anchored(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, "su");
}
