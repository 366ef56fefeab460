import type { AlertTransition } from "../../alerts/transition.ts";
import type { RecordedAlert } from "./recorded-alert.ts";

/**
 * What a transition means beside what is recorded. `recorded`: it is news. `same`: it was told before, by another server
 * or before a crash; two servers that watch the same fault begin its stretch of firing at slightly different times, and
 * it is one stretch all the same. `stale`: it is about an earlier stretch that is over by now.
 */
export type Merge = "news" | "same" | "stale";

/** @param recorded undefined: this alert never fired, or so long ago that nobody remembers */
export function mergeTransition(
  recorded: RecordedAlert | undefined,
  transition: AlertTransition,
): Merge {
  if (transition.state === "pending") return "stale";
  if (transition.state === "firing") {
    if (recorded === undefined) return "news";
    if (recorded.state === "firing") return "same";
    return transition.atMs > recorded.atMs ? "news" : "stale";
  }
  if (recorded === undefined) return "stale";
  if (recorded.state === "resolved") return "same";
  return transition.atMs >= recorded.atMs ? "news" : "stale";
}

/** The alert after a transition that is news. */
export function alertAfter(
  recorded: RecordedAlert | undefined,
  transition: AlertTransition & { readonly state: "firing" | "resolved" },
): RecordedAlert {
  const isEnd = transition.state === "resolved";
  return {
    alertId: transition.alertId,
    ruleName: transition.ruleName,
    state: transition.state,
    severity: transition.severity,
    labels: transition.labels,
    summary: transition.summary,
    description: transition.description,
    runbook: transition.runbook,
    value: transition.value,
    startedAtMs: isEnd && recorded !== undefined ? recorded.startedAtMs : transition.startedAtMs,
    atMs: transition.atMs,
    incident: isEnd ? recorded?.incident : undefined,
  };
}
