import type { Severity } from "@streamgate/core";
import type { RecordedAlert } from "../notifications/recording/recorded-alert.ts";
import type { Cause } from "./causes/cause.ts";
import type { Change } from "./change.ts";

export type IncidentStatus = "open" | "acknowledged" | "resolved";

/** Alerts of one service that began close together: what people work on. */
export interface Incident {
  readonly id: string;
  /** Empty where its alerts name none. */
  readonly service: string;
  readonly title: string;
  /** The most severe that any of its alerts had. */
  readonly severity: Severity;
  readonly status: IncidentStatus;
  /** When the condition of its first alert began to hold, in ms since 1970. */
  readonly startedAtMs: number;
  /** When an alert joined last. */
  readonly joinedAtMs: number;
  /** When the last of its alerts was resolved; undefined while one fires. */
  readonly quietSinceMs: number | undefined;
  readonly resolvedAtMs: number | undefined;
  readonly acknowledgedBy: string | undefined;
  readonly acknowledgedAtMs: number | undefined;
}

export type IncidentEventKind =
  | "opened"
  | "alert-firing"
  | "alert-resolved"
  | "acknowledged"
  | "unacknowledged"
  | "resolved"
  | "notified"
  | "not-notified"
  | "escalated"
  | "nobody-on-call"
  | "escalation-exhausted"
  | "note"
  | "change"
  | "finding";

/** Something in an incident's timeline. */
export interface IncidentEvent {
  readonly atMs: number;
  readonly kind: IncidentEventKind;
  /** One sentence. */
  readonly summary: string;
  /** Who did it; empty where nobody did. */
  readonly author: string;
}

/** Something that somebody is to do so that it does not happen again. */
export interface ActionItem {
  readonly id: string;
  readonly summary: string;
  readonly owner: string;
  readonly isDone: boolean;
}

/** A finding that a watched process reported around an incident. */
export interface ReportedFinding {
  readonly id: string;
  readonly service: string;
  readonly instance: string;
  readonly kind: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly remedy: string;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
}

/** All that is known about an incident. */
export interface IncidentRecord {
  readonly incident: Incident;
  /** Each alert once, in its latest state. */
  readonly alerts: readonly RecordedAlert[];
  /** In the order of time: events and changes. */
  readonly timeline: readonly IncidentEvent[];
  /** The likeliest first. */
  readonly causes: readonly Cause[];
  readonly changes: readonly Change[];
  readonly actions: readonly ActionItem[];
}
