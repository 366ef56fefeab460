import type { Monitor, TargetStatus } from "@streamgate/monitor";
import type { TellWatchEvent } from "./watch-events.ts";

const LOOK_EVERY_MS = 500;
/** Beyond so many targets only those that are down are told of at the start. */
const MOST_TOLD_AT_START = 20;

export interface StatusWatch {
  stop(): void;
}

/**
 * Tells when a target goes down or up, and who tells of alerts.
 *
 * @param monitorNow the monitor of the moment
 * @param isOwn whether a status is of StreamGate's own process, which is told only while it is down
 */
export function watchStatus(
  monitorNow: () => Monitor,
  isOwn: (status: TargetStatus) => boolean,
  tell: TellWatchEvent,
): StatusWatch {
  let known = new Map<string, boolean>();
  let wasLeading: boolean | undefined;
  const look = (): void => {
    const { targets, alerting } = monitorNow().health();
    // Its own process is always among them: without any, this monitor is being stopped.
    if (targets.length === 0) return;
    const seen = new Map<string, boolean>();
    for (const target of targets) {
      const before = known.get(target.url);
      const isUp = target.isUp ?? before;
      if (isUp === undefined) continue;
      seen.set(target.url, isUp);
      if (before === isUp) continue;
      const isQuiet =
        before === undefined && isUp && (isOwn(target) || targets.length > MOST_TOLD_AT_START);
      if (!isQuiet) tell({ kind: "target", target });
    }
    known = seen;
    if (alerting.isLeading === wasLeading) return;
    // Nobody leads for a moment at the start: that is no news.
    if (wasLeading !== undefined || alerting.isLeading)
      tell({ kind: "leading", isLeading: alerting.isLeading });
    wasLeading = alerting.isLeading;
  };
  const timer = setInterval(look, LOOK_EVERY_MS).unref();
  return { stop: () => clearInterval(timer) };
}
