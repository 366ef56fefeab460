import { formatDuration } from "@streamgate/core";
import type { Notification, NotifiedAlert } from "../notification.ts";

/** Labels that every alert has, or that the summary says already. */
const TAKEN_FOR_GRANTED = new Set(["alertname", "severity"]);

/** Text cut to a number of UTF-16 units, never within a character; what was cut is shown. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** `service=api, instance=api-1`. */
export function labelsInWords(alert: Pick<NotifiedAlert, "labels">): string {
  return Object.entries(alert.labels)
    .filter(([name, value]) => !TAKEN_FOR_GRANTED.has(name) && value !== "")
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");
}

/** `since 2026-11-21 03:14:15 UTC`, or how long it lasted. */
export function timeInWords({ startedAtMs, endedAtMs }: NotifiedAlert): string {
  const started = utc(startedAtMs);
  if (endedAtMs === undefined) return `since ${started}`;
  return `from ${started} for ${formatDuration(Math.max(0, endedAtMs - startedAtMs))}`;
}

/** `2026-11-21 03:14:15 UTC`. */
function utc(atMs: number): string {
  const date = new Date(atMs);
  if (Number.isNaN(date.getTime())) return "an unknown time";
  return `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** Why somebody gets this now, where it is not plain. */
export function whyInWords({ reason, escalation }: Notification): string | undefined {
  const whom = escalation === undefined ? "" : ` (${escalation.policy}, level ${escalation.level})`;
  switch (reason) {
    case "repeated":
      return "It still fires.";
    case "escalated":
      return `Nobody has acknowledged it yet${whom}.`;
    case "acknowledged":
      return "Somebody has acknowledged it.";
    case "unacknowledged":
      return "The acknowledgement was taken back.";
    case "new":
    case "changed":
    case "resolved":
      return undefined;
  }
}

/** How many alerts are not listed. */
export function unlistedCount(notification: Notification): number {
  const { firingCount, resolvedCount, alerts } = notification;
  return Math.max(0, firingCount + resolvedCount - alerts.length);
}

/** Whether a runbook is an address that a person can click on. */
export function isAddress(text: string): boolean {
  return /^https?:\/\/\S+$/.test(text);
}
