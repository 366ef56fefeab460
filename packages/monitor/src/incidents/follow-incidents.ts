import { createHash } from "node:crypto";
import { SEVERITIES } from "@streamgate/core";
import type { AlertTransition } from "../alerts/transition.ts";
import type { Query } from "../notifications/leadership/term.ts";
import type { MuteOf } from "../notifications/muting/muting.ts";
import type { AlertDraft } from "../notifications/recording/alert-book.ts";
import type { RecordedAlert } from "../notifications/recording/recorded-alert.ts";
import {
  type Assignment,
  afterQuiet,
  assignIncidents,
  type IncidentLimits,
  leadingAlert,
  SHARED_SERVICE,
  worse,
} from "./assign-incidents.ts";
import type { Incident } from "./incident.ts";
import { addEvents, type NewEvent } from "./store/events.ts";
import { addIncident, lockOpenIncidents, saveIncident } from "./store/incident-store.ts";

/** What a pass did to incidents; each of them as it is now. */
export interface IncidentNews {
  /** All that were open when the pass began, and those that it opened. */
  readonly incidents: ReadonlyMap<string, Incident>;
  readonly opened: readonly Incident[];
  /** Acknowledged ones that a worse alert joined: somebody must look again. */
  readonly worsened: readonly Incident[];
  readonly resolved: readonly Incident[];
}

/** Brings incidents up to date with what fires: opens, joins, and ends them, and writes their timelines. */
export async function followIncidents(
  query: Query,
  draft: AlertDraft,
  news: readonly AlertTransition[],
  muteOf: MuteOf,
  limits: IncidentLimits,
  nowMs: number,
): Promise<IncidentNews> {
  const open = await lockOpenIncidents(query);
  const incidents = new Map(open.map((incident) => [incident.id, incident]));
  const events: NewEvent[] = [...endsOf(draft, news)];
  const opened: Incident[] = [];
  const worsened: Incident[] = [];
  const homeless = draft.firing().filter(({ incident }) => incident === undefined);
  const muted = homeless.map((alert) => [alert, muteOf(alert)] as const);
  for (const assignment of assignIncidents(muted, open, limits, nowMs)) {
    const before = await incidentFor(query, assignment, incidents, nowMs);
    if (before === undefined) continue;
    if (assignment.kind === "open") {
      opened.push(before);
      events.push(openedEvent(before));
    }
    const after = withAlerts(before, assignment.alerts, nowMs);
    const isWorse = SEVERITIES.indexOf(after.severity) > SEVERITIES.indexOf(before.severity);
    const isReopened = isWorse && before.status === "acknowledged";
    const now: Incident = isReopened ? { ...after, status: "open" } : after;
    if (isReopened) {
      worsened.push(now);
      events.push(worsenedEvent(now, nowMs));
    }
    incidents.set(now.id, now);
    await saveIncident(query, now);
    for (const alert of assignment.alerts) draft.set({ ...alert, incident: now.id });
    events.push(...assignment.alerts.map((alert) => firingEvent(now.id, alert)));
  }
  const resolved = await endQuiet(query, draft, incidents, limits.quietMs, nowMs);
  await addEvents(query, [...events, ...resolved.map(resolvedEvent)]);
  return { incidents, opened, worsened, resolved };
}

async function incidentFor(
  query: Query,
  assignment: Assignment,
  incidents: ReadonlyMap<string, Incident>,
  nowMs: number,
): Promise<Incident | undefined> {
  if (assignment.kind === "join") return incidents.get(assignment.incident);
  const leading = leadingAlert(assignment.alerts);
  if (leading === undefined) return undefined;
  const { service } = assignment;
  return addIncident(query, {
    service,
    title: service === SHARED_SERVICE ? "Many services at once" : leading.summary,
    severity: leading.severity,
    startedAtMs: Math.min(...assignment.alerts.map(({ startedAtMs }) => startedAtMs)),
    joinedAtMs: nowMs,
  });
}

function withAlerts(incident: Incident, alerts: readonly RecordedAlert[], nowMs: number): Incident {
  const severity = alerts.reduce((worst, alert) => worse(worst, alert.severity), incident.severity);
  const leading = leadingAlert(alerts);
  const isWorse = severity !== incident.severity && incident.service !== SHARED_SERVICE;
  return {
    ...incident,
    severity,
    title: isWorse && leading !== undefined ? leading.summary : incident.title,
    joinedAtMs: nowMs,
    quietSinceMs: undefined,
  };
}

async function endQuiet(
  query: Query,
  draft: AlertDraft,
  incidents: Map<string, Incident>,
  quietMs: number,
  nowMs: number,
): Promise<readonly Incident[]> {
  const firing = new Set(draft.firing().map(({ incident }) => incident));
  const lastResolved = new Map<string, number>();
  for (const { incident, atMs } of draft.changed())
    if (incident !== undefined)
      lastResolved.set(incident, Math.max(atMs, lastResolved.get(incident) ?? 0));
  const resolved: Incident[] = [];
  for (const before of [...incidents.values()]) {
    const { id } = before;
    const after = afterQuiet(before, firing.has(id), lastResolved.get(id), quietMs, nowMs);
    if (after.quietSinceMs === before.quietSinceMs && after.status === before.status) continue;
    incidents.set(id, after);
    await saveIncident(query, after);
    if (after.status === "resolved") resolved.push(after);
  }
  return resolved;
}

function endsOf(draft: AlertDraft, news: readonly AlertTransition[]): readonly NewEvent[] {
  return news
    .filter(({ state }) => state === "resolved")
    .flatMap(({ alertId }) => {
      const alert = draft.get(alertId);
      if (alert?.incident === undefined) return [];
      return [
        {
          incident: alert.incident,
          atMs: alert.atMs,
          kind: "alert-resolved" as const,
          summary: `${alert.ruleName} was resolved: ${alert.summary}`,
          author: "",
          key: `alert:${short(alertId)}:resolved:${alert.startedAtMs}`,
        },
      ];
    });
}

function firingEvent(incident: string, alert: RecordedAlert): NewEvent {
  return {
    incident,
    atMs: alert.startedAtMs,
    kind: "alert-firing",
    summary: `${alert.ruleName} (${alert.severity}): ${alert.summary}`,
    author: "",
    key: `alert:${short(alert.alertId)}:firing:${alert.startedAtMs}`,
  };
}

function openedEvent({ id, joinedAtMs, title }: Incident): NewEvent {
  return {
    incident: id,
    atMs: joinedAtMs,
    kind: "opened",
    summary: `Incident opened: ${title}`,
    author: "",
    key: "opened",
  };
}

function worsenedEvent({ id, severity }: Incident, nowMs: number): NewEvent {
  return {
    incident: id,
    atMs: nowMs,
    kind: "unacknowledged",
    summary: `It became ${severity}, so the acknowledgement does not count any more`,
    author: "",
    key: `worsened:${severity}:${nowMs}`,
  };
}

function resolvedEvent({ id, resolvedAtMs }: Incident): NewEvent {
  return {
    incident: id,
    atMs: resolvedAtMs ?? 0,
    kind: "resolved",
    summary: "Resolved: none of its alerts fires any more",
    author: "",
    key: `resolved:${resolvedAtMs ?? 0}`,
  };
}

/** Ids come from rules and labels and may be of any length. */
function short(alertId: string): string {
  return alertId.length <= 64
    ? alertId
    : createHash("sha256").update(alertId).digest("hex").slice(0, 32);
}
