import { createHash } from "node:crypto";
import type { Severity } from "@streamgate/core";
import type { Labels } from "@streamgate/telemetry";
import {
  MOST_ALERTS_TOLD,
  type Notification,
  type NotifiedAlert,
  type NotifiedIncident,
} from "../notification.ts";
import type { RecordedAlert } from "../recording/recorded-alert.ts";
import { type GroupNews, worstSeverity } from "./decide-group.ts";

/** A notification before it is known which channel is to send it. */
export type NotificationContent = Omit<Notification, "id">;

/** What names the thread of a group from its first alert to its end. */
export function threadOf(groupKey: string, openedAtMs: number): string {
  return digest(`${groupKey}|${openedAtMs}`);
}

/** The same for every try to send one notification through one channel, and for no other. */
export function notificationKey(thread: string, sequence: number, channel: string): string {
  return digest(`${thread}|${sequence}|${channel}`);
}

/** The news of a group as a notification. */
export function composeNotification(
  group: {
    readonly thread: string;
    readonly sequence: number;
    readonly labels: Labels;
    readonly toldSeverity: Severity | undefined;
    readonly incident: NotifiedIncident | undefined;
  },
  news: GroupNews,
  nowMs: number,
): NotificationContent {
  const isOver = news.firing.length === 0;
  const alerts = [...news.firing, ...news.resolved].slice(0, MOST_ALERTS_TOLD).map(notifiedAlert);
  return {
    thread: group.thread,
    sequence: group.sequence,
    status: isOver ? "resolved" : "firing",
    reason: news.reason,
    severity: worstSeverity(isOver ? news.resolved : news.firing) ?? group.toldSeverity ?? "info",
    title: titleOf(isOver ? news.resolved : news.firing, isOver),
    groupLabels: group.labels,
    alerts,
    firingCount: news.firing.length,
    resolvedCount: news.resolved.length,
    ...(group.incident === undefined ? {} : { incident: group.incident }),
    createdAtMs: nowMs,
  };
}

/** An alert as receivers see it. */
export function notifiedAlert(alert: RecordedAlert): NotifiedAlert {
  const { atMs, incident: _, ...told } = alert;
  return alert.state === "resolved" ? { ...told, endedAtMs: atMs } : told;
}

/** One line: `FIRING: summary of the worst (and 2 more)`. */
function titleOf(alerts: readonly RecordedAlert[], isOver: boolean): string {
  const more = alerts.length > 1 ? ` (and ${alerts.length - 1} more)` : "";
  return `${isOver ? "RESOLVED" : "FIRING"}: ${alerts[0]?.summary ?? "no alert"}${more}`;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
