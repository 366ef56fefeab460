import { SEVERITIES, type Severity } from "@streamgate/core";
import type { Mute } from "../notifications/muting/muting.ts";
import type { RecordedAlert } from "../notifications/recording/recorded-alert.ts";
import type { Incident } from "./incident.ts";

export interface IncidentLimits {
  /** An alert that begins later than this after the last one that joined makes an incident of its own. */
  readonly mergeWithinMs: number;
  /** An incident is over when none of its alerts fired for so long. */
  readonly quietMs: number;
  /** Open incidents at the same time; the alerts of further services share one, so that a storm is one incident. */
  readonly mostOpen: number;
}

/** The service of the incident that a storm's further services share. */
export const SHARED_SERVICE = "*";

/** Where an alert belongs: to an incident that is open, or to a new one that it shares with others of its service. */
export type Assignment =
  | { readonly kind: "join"; readonly incident: string; readonly alerts: readonly RecordedAlert[] }
  | { readonly kind: "open"; readonly service: string; readonly alerts: readonly RecordedAlert[] };

/**
 * Where alerts belong that fire and have no incident yet. What is silenced or in maintenance waits; what is inhibited
 * joins where there is something to join, as evidence, and opens nothing.
 */
export function assignIncidents(
  alerts: readonly (readonly [RecordedAlert, Mute | undefined])[],
  open: readonly Incident[],
  limits: IncidentLimits,
  nowMs: number,
): readonly Assignment[] {
  const speaking = alerts.filter(([, mute]) => mute === undefined);
  const opening = new Map<string, RecordedAlert[]>();
  const joining = new Map<string, RecordedAlert[]>();
  const hosts = open.filter(({ joinedAtMs }) => nowMs - joinedAtMs <= limits.mergeWithinMs);
  const hostOf = (service: string): Incident | undefined =>
    hosts.findLast((incident) => incident.service === service);
  const join = (incident: string, alert: RecordedAlert): void =>
    void (joining.get(incident) ?? setNew(joining, incident)).push(alert);
  for (const [alert] of speaking) {
    const service = alert.labels.service ?? "";
    const host = hostOf(service);
    if (host !== undefined) join(host.id, alert);
    else if (opening.has(service)) opening.get(service)?.push(alert);
    else if (open.length + opening.size < limits.mostOpen) setNew(opening, service).push(alert);
    else {
      const shared = hostOf(SHARED_SERVICE);
      if (shared !== undefined) join(shared.id, alert);
      else (opening.get(SHARED_SERVICE) ?? setNew(opening, SHARED_SERVICE)).push(alert);
    }
  }
  for (const [alert, mute] of alerts) {
    const host = hostOf(alert.labels.service ?? "");
    if (mute?.kind === "inhibition" && host !== undefined) join(host.id, alert);
  }
  return [
    ...[...joining].map(([incident, some]) => ({ kind: "join" as const, incident, alerts: some })),
    ...[...opening].map(([service, some]) => ({ kind: "open" as const, service, alerts: some })),
  ];
}

/** The worse of two. */
export function worse(left: Severity, right: Severity): Severity {
  return SEVERITIES.indexOf(left) >= SEVERITIES.indexOf(right) ? left : right;
}

/** The most severe alert; of several the one that began first. */
export function leadingAlert(alerts: readonly RecordedAlert[]): RecordedAlert | undefined {
  return [...alerts].sort(
    (left, right) =>
      SEVERITIES.indexOf(right.severity) - SEVERITIES.indexOf(left.severity) ||
      left.startedAtMs - right.startedAtMs,
  )[0];
}

/** What an incident becomes as its alerts fire or do not: quiet since when, over or not. */
export function afterQuiet(
  incident: Incident,
  isFiring: boolean,
  lastResolvedMs: number | undefined,
  quietMs: number,
  nowMs: number,
): Incident {
  if (isFiring) return { ...incident, quietSinceMs: undefined };
  const quietSinceMs = Math.min(incident.quietSinceMs ?? lastResolvedMs ?? nowMs, nowMs);
  if (nowMs - quietSinceMs < quietMs) return { ...incident, quietSinceMs };
  return { ...incident, quietSinceMs, status: "resolved", resolvedAtMs: quietSinceMs };
}

function setNew<Value>(map: Map<string, Value[]>, key: string): Value[] {
  const list: Value[] = [];
  map.set(key, list);
  return list;
}
