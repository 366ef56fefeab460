import type { LabelMatcher, SeriesSelector } from "../../series/point.ts";
import { badQuery } from "../errors.ts";

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * A selector in PromQL. Values and patterns are quoted, so that none of them can end the text.
 *
 * @param names of metrics, any of which matches; all where it is empty
 * @throws StreamGateError `SG_MONITOR_BAD_QUERY`
 */
export function promqlSelector(names: readonly string[], where: SeriesSelector["where"]): string {
  for (const name of names) {
    if (!METRIC_NAME.test(name)) throw badQuery(`${JSON.stringify(name)} is no metric's name`);
  }
  const pattern = names.length === 0 ? ".+" : names.join("|");
  return `{${[`__name__=~${quoted(pattern)}`, ...where.map(matcherOf)].join(",")}}`;
}

function matcherOf(matcher: LabelMatcher): string {
  const { label } = matcher;
  if (!LABEL_NAME.test(label)) throw badQuery(`${JSON.stringify(label)} is no label's name`);
  if ("is" in matcher) return `${label}=${quoted(matcher.is)}`;
  if ("isNot" in matcher) return `${label}!=${quoted(matcher.isNot)}`;
  if ("matches" in matcher) return `${label}=~${quoted(matcher.matches)}`;
  return `${label}!~${quoted(matcher.matchesNot)}`;
}

function quoted(text: string): string {
  const escaped = text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
  return `"${escaped}"`;
}
