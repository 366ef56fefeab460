import type { Incident } from "../../incidents/incident.ts";
import { type NotificationContent, notifiedAlert } from "../grouping/compose-notification.ts";
import { MOST_ALERTS_TOLD, type NotificationReason } from "../notification.ts";
import type { RecordedAlert } from "../recording/recorded-alert.ts";
import type { EscalationRow } from "./escalation-store.ts";

const STATUS_WORDS = {
  open: "INCIDENT",
  acknowledged: "ACKNOWLEDGED",
  resolved: "RESOLVED",
} as const;

/** What those are told who are asked for help. */
export function escalationNotification(
  row: Pick<EscalationRow, "incident" | "policy" | "sequence">,
  incident: Incident,
  alerts: readonly RecordedAlert[],
  why: {
    readonly reason: NotificationReason;
    readonly level: number;
    readonly round: number;
    readonly person: string | undefined;
  },
  nowMs: number,
): NotificationContent {
  const firing = alerts.filter(({ state }) => state === "firing");
  const told = firing.length > 0 ? firing : alerts;
  const { level, round, person } = why;
  return {
    thread: `incident-${row.incident}`,
    sequence: row.sequence,
    status: incident.status === "open" ? "firing" : incident.status,
    reason: why.reason,
    severity: incident.severity,
    title: `${STATUS_WORDS[incident.status]} ${incident.id}: ${incident.title}`,
    groupLabels: incident.service === "" ? {} : { service: incident.service },
    alerts: told.slice(0, MOST_ALERTS_TOLD).map(notifiedAlert),
    firingCount: firing.length,
    resolvedCount: alerts.length - firing.length,
    incident: { id: incident.id, title: incident.title, startedAtMs: incident.startedAtMs },
    escalation: { policy: row.policy, level, round, ...(person === undefined ? {} : { person }) },
    createdAtMs: nowMs,
  };
}
