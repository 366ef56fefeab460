import type { Labels } from "@streamgate/telemetry";
import { compileMatchers, wrongWithPattern } from "../../series/label-matchers.ts";
import type { LabelMatcher } from "../../series/point.ts";
import { badNotificationOption } from "../errors.ts";

/** Whether labels fulfil every condition; an absent label counts as empty. */
export type LabelsPredicate = (labels: Labels) => boolean;

/**
 * Conditions, ready to be asked; a pattern must match the whole value.
 *
 * @param name of the option, for the error
 * @throws StreamGateError `SG_MONITOR_BAD_NOTIFICATION_OPTION` for a pattern that is none
 * @example
 * ```ts
 * import { labelsPredicate } from "@streamgate/monitor";
 * const isOfShop = labelsPredicate("where", [{ label: "service", is: "shop" }]);
 * isOfShop({ service: "shop", instance: "a" }); // true
 * ```
 */
export function labelsPredicate(name: string, matchers: readonly LabelMatcher[]): LabelsPredicate {
  for (const matcher of matchers) {
    const pattern =
      "matches" in matcher
        ? matcher.matches
        : "matchesNot" in matcher
          ? matcher.matchesNot
          : undefined;
    const wanted = pattern === undefined ? undefined : wrongWithPattern(pattern);
    if (wanted !== undefined) throw badNotificationOption(name, pattern, wanted);
  }
  return compileMatchers(matchers);
}

/** Conditions as a person reads them: `service="api", instance=~"a|b"`. */
export function formatMatchers(matchers: readonly LabelMatcher[]): string {
  return matchers.map(formatMatcher).join(", ");
}

function formatMatcher(matcher: LabelMatcher): string {
  const { label } = matcher;
  if ("is" in matcher) return `${label}=${JSON.stringify(matcher.is)}`;
  if ("isNot" in matcher) return `${label}!=${JSON.stringify(matcher.isNot)}`;
  if ("matches" in matcher) return `${label}=~${JSON.stringify(matcher.matches)}`;
  return `${label}!~${JSON.stringify(matcher.matchesNot)}`;
}
