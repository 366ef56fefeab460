import { wrongWithPattern } from "../../series/label-matchers.ts";
import type { LabelMatcher, SeriesSelector } from "../../series/point.ts";
import type { EventPart } from "./measure.ts";
import { LABEL_NAME, type RuleReader } from "./rule-reader.ts";

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const MATCHES = ["is", "isNot", "matches", "matchesNot"] as const;

export function parseSelector(reader: RuleReader): SeriesSelector {
  const name = reader.text("name");
  if (!METRIC_NAME.test(name)) reader.refuse("name", "the name of a metric");
  const where = parseMatchers(reader, "where");
  reader.finish();
  return { name, where };
}

export function parseEventPart(reader: RuleReader): EventPart {
  const part: EventPart = reader.has("above")
    ? { above: reader.number("above", { least: 0 }) }
    : { where: parseMatchers(reader, "where") };
  if ("where" in part && part.where.length === 0)
    reader.refuse("where", "at least one condition, or `above` with a bound");
  reader.finish();
  return part;
}

function parseMatchers(reader: RuleReader, key: string): readonly LabelMatcher[] {
  return reader.objects(key, []).map(parseMatcher);
}

function parseMatcher(reader: RuleReader): LabelMatcher {
  const label = reader.text("label");
  if (!LABEL_NAME.test(label)) reader.refuse("label", "the name of a label");
  const given = MATCHES.filter((match) => reader.has(match));
  const [match] = given;
  if (match === undefined || given.length > 1)
    return reader.refuse("label", `together with exactly one of ${MATCHES.join(", ")}`);
  const text = reader.text(match);
  const wrong = match.startsWith("matches") ? wrongWithPattern(text) : undefined;
  if (wrong !== undefined) reader.refuse(match, wrong);
  reader.finish();
  switch (match) {
    case "is":
      return { label, is: text };
    case "isNot":
      return { label, isNot: text };
    case "matches":
      return { label, matches: text };
    case "matchesNot":
      return { label, matchesNot: text };
  }
}
