import type { ChangeView, IncidentSummary, IncidentView } from "@streamgate/contract";
import type { Change, Incident, IncidentRecord, LabelsPredicate } from "@streamgate/monitor";
import { instantOf } from "../ranges/time-range.ts";
import { alertView } from "./alert-view.ts";
import { instantOrNull } from "./instant.ts";

export function incidentSummary(incident: Incident): IncidentSummary {
  const { id, service, title, severity, status } = incident;
  return {
    id,
    service,
    title,
    severity,
    status,
    startedAt: instantOf(incident.startedAtMs),
    quietSince: instantOrNull(incident.quietSinceMs),
    resolvedAt: instantOrNull(incident.resolvedAtMs),
    acknowledgedBy: incident.acknowledgedBy ?? null,
    acknowledgedAt: instantOrNull(incident.acknowledgedAtMs),
    href: `/incidents/${id}`,
  };
}

export function incidentView(record: IncidentRecord, isSilenced: LabelsPredicate): IncidentView {
  const { incident, alerts, timeline, causes, changes, actions } = record;
  return {
    incident: incidentSummary(incident),
    alerts: alerts.map((alert) => alertView(alert, isSilenced)),
    timeline: timeline.map(({ atMs, ...event }) => ({ at: instantOf(atMs), ...event })),
    causes: causes.map(({ atMs, ...cause }) => ({ ...cause, at: instantOf(atMs) })),
    changes: changes.map(changeView),
    actions,
  };
}

export function changeView({ atMs, ...change }: Change): ChangeView {
  return { ...change, at: instantOf(atMs) };
}
