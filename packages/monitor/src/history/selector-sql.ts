import type { LabelMatcher, SeriesSelector } from "../series/point.ts";
import { badQuery } from "./errors.ts";

/** A condition with its parameters. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly unknown[];
}

const MOST_MATCHERS = 50;
const MOST_PATTERN_LENGTH = 1_000;

/**
 * A selector as a condition on the table of series. Names, labels and patterns are parameters,
 * never text of the statement. A label that is missing counts as empty, as in PromQL.
 *
 * @throws StreamGateError `SG_MONITOR_BAD_QUERY`
 */
export function selectorCondition({ name, where = [] }: Partial<SeriesSelector>): Condition {
  if (where.length > MOST_MATCHERS) throw badQuery(`there are more than ${MOST_MATCHERS} matchers`);
  const values: unknown[] = [];
  const parameter = (value: unknown): string => {
    values.push(value);
    return `$${values.length}`;
  };
  const parts = where.map((matcher) => {
    const label = `coalesce(labels ->> ${parameter(matcher.label)}::text, '')`;
    const [operator, operand] = comparisonOf(matcher);
    return `${label} ${operator} ${parameter(operand)}`;
  });
  if (name !== undefined) parts.unshift(`name = ${parameter(name)}`);
  if (values.some((value) => typeof value === "string" && value.includes("\0"))) {
    throw badQuery("a name, label or pattern holds the character 0");
  }
  return { sql: parts.length === 0 ? "true" : parts.join(" and "), values };
}

function comparisonOf(matcher: LabelMatcher): readonly [string, string] {
  if ("is" in matcher) return ["=", matcher.is];
  if ("isNot" in matcher) return ["<>", matcher.isNot];
  const [operator, pattern] =
    "matches" in matcher
      ? (["~", matcher.matches] as const)
      : (["!~", matcher.matchesNot] as const);
  if (pattern.length > MOST_PATTERN_LENGTH) {
    throw badQuery(`a pattern is longer than ${MOST_PATTERN_LENGTH} characters`);
  }
  const isCaseless = pattern.startsWith("(?i)");
  return [
    isCaseless ? `${operator}*` : operator,
    `^(?:${isCaseless ? pattern.slice("(?i)".length) : pattern})$`,
  ];
}
