import type { Severity } from "@streamgate/core";
import type { Labels } from "@streamgate/telemetry";

/** One alert as a notification tells it. */
export interface NotifiedAlert {
  readonly alertId: string;
  readonly ruleName: string;
  readonly state: "firing" | "resolved";
  readonly severity: Severity;
  readonly labels: Labels;
  readonly summary: string;
  readonly description: string;
  readonly runbook: string;
  /** NaN where it could not be said; null as JSON. */
  readonly value: number;
  /** When the condition began to hold, in ms since 1970. */
  readonly startedAtMs: number;
  /** When it was resolved; absent while it fires. */
  readonly endedAtMs?: number;
}

/** Why a notification is sent. */
export type NotificationReason =
  | "new"
  | "changed"
  | "repeated"
  | "resolved"
  | "escalated"
  | "acknowledged"
  | "unacknowledged";

/** The incident that a notification belongs to. */
export interface NotifiedIncident {
  readonly id: string;
  readonly title: string;
  readonly startedAtMs: number;
}

/** Where in an escalation a notification stands. */
interface NotifiedEscalation {
  readonly policy: string;
  /** From 1. */
  readonly level: number;
  /** From 1; more where the policy repeats. */
  readonly round: number;
  /** Who is told; absent where a channel is told and no person. */
  readonly person?: string;
}

/**
 * What one channel is to tell: a group of alerts, or an incident that asks for somebody. Plain data: it is kept in the
 * queue as JSON and sent as it was decided, however much later.
 */
export interface Notification {
  /** The same for every try to send it: receivers merge doubled sends by it. */
  readonly id: string;
  /** The same for all that is told about one group from its first alert to its end: receivers thread by it. */
  readonly thread: string;
  /** From 1 within the thread. */
  readonly sequence: number;
  readonly status: "firing" | "acknowledged" | "resolved";
  readonly reason: NotificationReason;
  /** The most severe of what still fires; of what fired where all is resolved. */
  readonly severity: Severity;
  /** One line for a person. */
  readonly title: string;
  /** The labels that the alerts were grouped by. */
  readonly groupLabels: Labels;
  /** The worst first, at most 50; the counts say how many there are. */
  readonly alerts: readonly NotifiedAlert[];
  readonly firingCount: number;
  readonly resolvedCount: number;
  readonly incident?: NotifiedIncident;
  readonly escalation?: NotifiedEscalation;
  /** When it was decided, in ms since 1970. */
  readonly createdAtMs: number;
}

/** How many alerts a notification carries in full. */
export const MOST_ALERTS_TOLD = 50;
