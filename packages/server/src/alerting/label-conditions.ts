import type { LabelCondition } from "@streamgate/contract";
import type { LabelMatcher } from "@streamgate/monitor";

/** A condition of the API as the monitor knows it. */
export function matcherOf({ label, operator = "is", value }: LabelCondition): LabelMatcher {
  switch (operator) {
    case "is":
      return { label, is: value };
    case "is not":
      return { label, isNot: value };
    case "matches":
      return { label, matches: value };
    case "does not match":
      return { label, matchesNot: value };
  }
}

export function conditionOf(matcher: LabelMatcher): LabelCondition {
  const { label } = matcher;
  if ("is" in matcher) return { label, operator: "is", value: matcher.is };
  if ("isNot" in matcher) return { label, operator: "is not", value: matcher.isNot };
  if ("matches" in matcher) return { label, operator: "matches", value: matcher.matches };
  return { label, operator: "does not match", value: matcher.matchesNot };
}
