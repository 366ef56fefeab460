import type { Rule } from "./rules/rule.ts";

const DAY_MS = 86_400_000;
/** A sequential test and an absence need to have seen the usual for a while. */
const SETTLING_MS = 600_000;

/** How much of the past a rule must have seen before what it says counts, in ms. */
export function lookBackMs(rule: Rule): number {
  switch (rule.kind) {
    case "threshold":
      return rule.measure.windowMs;
    case "absence":
      return SETTLING_MS;
    case "burn-rate":
      return Math.max(...rule.windows.map(({ longMs }) => longMs));
    case "sequential":
      return Math.max(SETTLING_MS, rule.clearWindowMs);
    case "anomaly":
      return 7 * DAY_MS;
    case "forecast":
      return rule.historyMs;
    case "finding":
      return 0;
  }
}
