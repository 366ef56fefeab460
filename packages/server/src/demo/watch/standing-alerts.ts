import { SEVERITIES } from "@streamgate/core";
import type { AlertTransition } from "@streamgate/monitor";
import type { WatchedAlert } from "../../page/watch-view.ts";

/** What fires and what is about to, from the changes that are told. */
export interface StandingAlerts {
  hear(transition: AlertTransition): void;
  list(): readonly WatchedAlert[];
}

export function followAlerts(): StandingAlerts {
  const standing = new Map<string, AlertTransition>();
  return {
    hear: (transition) => {
      if (transition.state === "resolved") standing.delete(transition.alertId);
      else standing.set(transition.alertId, transition);
    },
    list: () => [...standing.values()].sort(worstFirst).map(watchedAlertOf),
  };
}

function worstFirst(left: AlertTransition, right: AlertTransition): number {
  if (left.state !== right.state) return left.state === "firing" ? -1 : 1;
  return SEVERITIES.indexOf(right.severity) - SEVERITIES.indexOf(left.severity);
}

function watchedAlertOf(transition: AlertTransition): WatchedAlert {
  const { state, severity, summary, runbook, startedAtMs } = transition;
  return {
    state: state === "firing" ? "firing" : "pending",
    severity,
    summary,
    runbook,
    since: new Date(startedAtMs).toISOString(),
  };
}
