import type { Labels } from "@streamgate/telemetry";
import { type Alert, transitionOf } from "./alert.ts";
import type { Group } from "./group.ts";
import type { AlertTransition } from "./transition.ts";

/** What outlives a restart: plain data that JSON can say. Durations are kept as ages, since watched time begins anew. */
export interface EvaluatorState {
  readonly version: 1;
  readonly groups: readonly GroupState[];
}

export interface GroupState {
  readonly ruleName: string;
  readonly labels: Labels;
  readonly alert?: {
    readonly told: AlertTransition;
    readonly enteredAgoMs: number;
    readonly clearForMs: number | null;
    readonly knownAgoMs: number;
  };
  readonly condition?: unknown;
}

/** Undefined where there is nothing worth keeping. */
export function stateOfGroup(
  { labels, alert, condition }: Group,
  watchedMs: number,
): GroupState | undefined {
  const kept = condition.state?.();
  if (alert.state === "inactive" && kept === undefined) return undefined;
  return {
    ruleName: alert.rule.name,
    labels,
    ...(alert.state === "inactive" ? {} : { alert: stateOfAlert(alert, watchedMs) }),
    ...(kept === undefined ? {} : { condition: kept }),
  };
}

function stateOfAlert(alert: Alert, watchedMs: number): NonNullable<GroupState["alert"]> {
  return {
    told: transitionOf(alert, alert.state === "firing" ? "firing" : "pending"),
    enteredAgoMs: watchedMs - alert.enteredMs,
    clearForMs: alert.clearSinceMs === undefined ? null : watchedMs - alert.clearSinceMs,
    knownAgoMs: watchedMs - alert.knownMs,
  };
}

export function restoreGroup(group: Group, state: GroupState, watchedMs: number): void {
  if (state.condition !== undefined) group.condition.restore?.(state.condition);
  if (state.alert === undefined) return;
  const { alert } = group;
  const { told, enteredAgoMs, clearForMs, knownAgoMs } = state.alert;
  alert.state = told.state === "firing" ? "firing" : "pending";
  alert.value = told.value ?? Number.NaN;
  alert.startedAtMs = told.startedAtMs;
  alert.atMs = told.atMs;
  alert.summary = told.summary;
  alert.description = told.description;
  alert.enteredMs = watchedMs - enteredAgoMs;
  alert.clearSinceMs = clearForMs === null ? undefined : watchedMs - clearForMs;
  alert.knownMs = watchedMs - knownAgoMs;
}

/** Whether something that was read from a file or a database is a state of this version. */
export function isEvaluatorState(value: unknown): value is EvaluatorState {
  const state = value as Partial<EvaluatorState> | null | undefined;
  return state?.version === 1 && Array.isArray(state.groups) && state.groups.every(isGroupState);
}

function isGroupState(value: unknown): boolean {
  const group = value as Partial<GroupState> | null;
  if (typeof group?.ruleName !== "string" || typeof group.labels !== "object") return false;
  return group.alert === undefined || typeof group.alert.told?.startedAtMs === "number";
}
