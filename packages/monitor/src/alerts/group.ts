import type { Labels } from "@streamgate/telemetry";
import { type Alert, advance, newAlert, tellAlert, transitionOf } from "./alert.ts";
import type { Condition, ConditionKind, Moment } from "./conditions/condition.ts";
import type { FindingCondition } from "./findings/finding-condition.ts";
import type { Rule } from "./rules/rule.ts";
import type { AlertTransition } from "./transition.ts";

/** One set of values of a rule's `by` labels: its condition and its alert. */
export interface Group<C extends Condition = Condition> {
  readonly labels: Labels;
  readonly alert: Alert;
  readonly condition: C;
  /** Watched time of the last point. */
  heardMs: number;
}

/** A rule, or one pair of windows of it, with all that it watches. */
export interface WatchedRule<C extends Condition = Condition> {
  readonly rule: Rule;
  readonly kind: Pick<ConditionKind, "labels" | "severity"> & { begin(labels: Labels): C };
  readonly groups: Map<string, Group<C>>;
}

export type WatchedFindingRule = WatchedRule<FindingCondition> & {
  readonly rule: Extract<Rule, { kind: "finding" }>;
};

/** The values by which a rule makes groups; labels that a series does not have are left out. */
export function groupKeyOf({ rule }: Pick<WatchedRule, "rule">, labels: Labels): string {
  return rule.by.map((label) => labels[label] ?? "").join("\u0000");
}

export function beginGroup<C extends Condition>(
  watched: WatchedRule<C>,
  labels: Labels,
  watchedMs: number,
): Group<C> {
  const { rule, kind } = watched;
  const own: Record<string, string> = { ...kind.labels };
  for (const label of rule.by) {
    const value = labels[label];
    if (value !== undefined && value !== "") own[label] = value;
  }
  const group: Group<C> = {
    labels: own,
    alert: newAlert(rule, kind.severity, own, watchedMs),
    condition: kind.begin(own),
    heardMs: watchedMs,
  };
  watched.groups.set(groupKeyOf(watched, own), group);
  return group;
}

/** Judges a group's condition and moves its alert on. */
export function judgeGroup(group: Group, moment: Moment): AlertTransition | undefined {
  const { alert, condition } = group;
  const verdict = condition.judge(moment);
  const state = advance(alert, verdict, moment);
  if (state === undefined) return undefined;
  tellAlert(alert, condition);
  if (state === "resolved") condition.onResolved?.();
  if (state === "resolved" && verdict.holds === "unknown")
    alert.description = "Nothing was heard of it any more. What was last known: ".concat(
      alert.description,
    );
  return transitionOf(alert, state);
}
