import { formatDuration, SEVERITIES } from "@streamgate/core";
import type { Labels } from "@streamgate/telemetry";
import type { RecordedAlert } from "../../notifications/recording/recorded-alert.ts";
import type { Change } from "../change.ts";
import type { ReportedFinding } from "../incident.ts";
import type { Cause } from "./cause.ts";
import { depthOf, layerOf } from "./layer.ts";

/** What may explain an incident. */
export interface CauseInput {
  /** Its own alerts. */
  readonly alerts: readonly RecordedAlert[];
  /** Alerts of other incidents, and of none, that fired around its start. */
  readonly otherAlerts: readonly RecordedAlert[];
  readonly changes: readonly Change[];
  readonly findings: readonly ReportedFinding[];
}

/** How often each kind of change breaks what it touches, as operators tell: Google's SRE book puts changes at 70 % of outages. */
const CHANGE_WEIGHT: Readonly<Record<Change["kind"], number>> = {
  deploy: 0.9,
  configuration: 0.85,
  "fix-applied": 0.8,
  "fix-reverted": 0.65,
  scaling: 0.5,
  other: 0.4,
};
const ALERT_WEIGHT = 0.75;
const FINDING_WEIGHT = 0.7;

/** Something that happened so long before the start is half as likely its cause. */
const HALF_LIFE_MS = 20 * 60_000;
/** What happened longer before is not looked at. */
const LONGEST_BEFORE_MS = 6 * 3_600_000;
/** Clocks and polls differ by this much: what came so little after the start may have come before it. */
const TOLERANCE_MS = 5_000;
const MOST_CAUSES = 10;

/**
 * The likely causes of an incident, the likeliest first, each with its evidence in a sentence. The score is the product
 * of three things: how often such a thing breaks something, how close before the start it happened, and how
 * much of what it touched is what broke. What happened after the start is no cause.
 */
export function rankCauses(input: CauseInput): readonly Cause[] {
  const first = [...input.alerts].sort((left, right) => left.startedAtMs - right.startedAtMs)[0];
  if (first === undefined) return [];
  const scene: Scene = { startMs: first.startedAtMs, alerts: input.alerts };
  return [
    ...input.changes.flatMap((change) => causeOfChange(change, scene)),
    ...[...input.alerts, ...input.otherAlerts].flatMap((alert) => causeOfAlert(alert, scene)),
    ...input.findings.flatMap((finding) => causeOfFinding(finding, scene)),
  ]
    .sort((left, right) => right.score - left.score || right.atMs - left.atMs)
    .slice(0, MOST_CAUSES);
}

interface Scene {
  readonly startMs: number;
  readonly alerts: readonly RecordedAlert[];
}

function causeOfChange(change: Change, scene: Scene): readonly Cause[] {
  const beforeMs = scene.startMs - change.atMs;
  if (beforeMs < -TOLERANCE_MS || beforeMs > LONGEST_BEFORE_MS) return [];
  const overlap = overlapOf(change.labels, scene.alerts);
  const score = CHANGE_WEIGHT[change.kind] * nearness(beforeMs) * overlap.share;
  return [
    {
      kind: "change",
      id: change.id,
      summary: change.summary,
      atMs: change.atMs,
      score,
      reason: `${KIND_WORDS[change.kind]} ${timeWords(beforeMs)}, ${overlap.words}`,
    },
  ];
}

const KIND_WORDS: Readonly<Record<Change["kind"], string>> = {
  deploy: "A deploy",
  "fix-applied": "A fix was applied",
  "fix-reverted": "A fix was taken back",
  configuration: "A change of configuration",
  scaling: "A change of the number of processes",
  other: "A change",
};

/** An alert explains the alerts of layers below its own that began after it. */
function causeOfAlert(alert: RecordedAlert, scene: Scene): readonly Cause[] {
  const layer = layerOf(alert.ruleName, alert.labels);
  if (layer === undefined) return [];
  const explained = scene.alerts.filter((other) => {
    const otherLayer = layerOf(other.ruleName, other.labels);
    if (other.alertId === alert.alertId || otherLayer === undefined) return false;
    return (
      depthOf(layer) < depthOf(otherLayer) && alert.startedAtMs <= other.startedAtMs + TOLERANCE_MS
    );
  });
  const leadMs = Math.min(...explained.map((other) => other.startedAtMs)) - alert.startedAtMs;
  if (explained.length === 0 || leadMs > LONGEST_BEFORE_MS) return [];
  const overlap = overlapOf(subjectOf(alert.labels), explained);
  const share =
    explained.length / Math.max(1, scene.alerts.filter((other) => other !== alert).length);
  const upstream = 1 - depthOf(layer) / 10;
  const count = explained.length === 1 ? "one alert" : `${explained.length} alerts`;
  return [
    {
      kind: "alert",
      id: alert.alertId,
      summary: alert.summary,
      atMs: alert.startedAtMs,
      score: ALERT_WEIGHT * nearness(leadMs) * overlap.share * (0.6 + 0.4 * share) * upstream,
      reason: `${alert.ruleName} began ${timeWords(leadMs).replace("the start", `${count} further down`)}, ${overlap.words}`,
    },
  ];
}

function causeOfFinding(finding: ReportedFinding, scene: Scene): readonly Cause[] {
  const beforeMs = scene.startMs - finding.firstSeenMs;
  // A finding needs time to be sure of itself: a leak is told long after it began.
  const sawAfterMs = Math.max(0, -beforeMs);
  if (sawAfterMs > HALF_LIFE_MS || finding.lastSeenMs < scene.startMs - LONGEST_BEFORE_MS)
    return [];
  const labels: Labels = { service: finding.service };
  const overlap = overlapOf(labels, scene.alerts);
  const weight = (1 + SEVERITIES.indexOf(finding.severity)) / SEVERITIES.length;
  return [
    {
      kind: "finding",
      id: finding.id,
      summary: finding.summary,
      atMs: finding.firstSeenMs,
      score: FINDING_WEIGHT * weight * nearness(Math.abs(beforeMs) / 4) * overlap.share,
      reason: `${finding.kind} was found ${sawAfterMs > 0 ? `${formatDuration(sawAfterMs)} after the start` : timeWords(beforeMs)} in ${finding.instance}, ${overlap.words}`,
    },
  ];
}

/** 1 at the start, ½ a half-life before. */
function nearness(beforeMs: number): number {
  return 0.5 ** (Math.max(0, beforeMs) / HALF_LIFE_MS);
}

function timeWords(beforeMs: number): string {
  return beforeMs <= 0 ? "together with the start" : `${formatDuration(beforeMs)} before the start`;
}

/** The labels that say what something is about; the others say how it was measured. */
const SUBJECT_LABELS = [
  "service",
  "instance",
  "database",
  "db_system_name",
  "host",
  "http_route",
  "namespace",
];

function subjectOf(labels: Labels): Labels {
  return Object.fromEntries(
    Object.entries(labels).filter(([name]) => SUBJECT_LABELS.includes(name)),
  );
}

/** How much of what something touched is what broke. What names nothing may have touched everything. */
function overlapOf(
  labels: Labels,
  alerts: readonly RecordedAlert[],
): { readonly share: number; readonly words: string } {
  const named = Object.entries(labels).filter(([, value]) => value !== "");
  if (named.length === 0) return { share: 0.5, words: "and it names nothing that it touched" };
  const shared = named.filter(([name, value]) =>
    alerts.some((alert) => alert.labels[name] === value),
  );
  const against = named.filter(
    ([name, value]) =>
      name === "service" && alerts.every((alert) => (alert.labels[name] ?? value) !== value),
  );
  if (shared.length === 0)
    return {
      share: against.length > 0 ? 0.2 : 0.35,
      words: "and it shares no label with what broke",
    };
  const words = shared.map(([name, value]) => `${name} ${value}`).join(", ");
  const share = against.length > 0 ? 0.35 : 0.6 + (0.4 * shared.length) / named.length;
  return { share, words: `and it touched what broke (${words})` };
}
