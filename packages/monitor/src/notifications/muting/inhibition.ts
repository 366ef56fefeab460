import type { Labels } from "@streamgate/telemetry";
import type { LabelMatcher } from "../../series/point.ts";
import { type LabelsPredicate, labelsPredicate } from "../routing/matching.ts";

/** While an alert that matches `source` fires, those that match `target` with the same values of `equal` are not told. */
export interface Inhibition {
  readonly name: string;
  readonly source: readonly LabelMatcher[];
  readonly target: readonly LabelMatcher[];
  /** An absent label is equal to an absent one. */
  readonly equal: readonly string[];
}

interface FiringAlert {
  readonly alertId: string;
  readonly labels: Labels;
}

interface CompiledInhibition extends Inhibition {
  readonly isSource: LabelsPredicate;
  readonly isTarget: LabelsPredicate;
}

/** Inhibitions, ready to be asked. */
export interface Inhibitor {
  /** For what fires now: the name of the inhibition that keeps an alert quiet, or undefined. */
  over(firing: Iterable<FiringAlert>): (alert: FiringAlert) => string | undefined;
}

/** @throws StreamGateError `SG_MONITOR_BAD_NOTIFICATION_OPTION` for a pattern that is none */
export function createInhibitor(inhibitions: readonly Inhibition[]): Inhibitor {
  const compiled = inhibitions.map((inhibition) => ({
    ...inhibition,
    isSource: labelsPredicate(`inhibition ${inhibition.name}`, inhibition.source),
    isTarget: labelsPredicate(`inhibition ${inhibition.name}`, inhibition.target),
  }));
  return {
    over: (firing) => {
      const alerts = [...firing];
      const sources = compiled.map((inhibition) => sourcesByValues(inhibition, alerts));
      return (alert) =>
        compiled.find((inhibition, index) => {
          if (!inhibition.isTarget(alert.labels)) return false;
          // As in Alertmanager: what matches both sides cannot be kept quiet by its like.
          if (inhibition.isSource(alert.labels)) return false;
          return sources[index]?.has(valuesOf(inhibition, alert.labels)) === true;
        })?.name;
    },
  };
}

function sourcesByValues(
  inhibition: CompiledInhibition,
  alerts: readonly FiringAlert[],
): ReadonlySet<string> {
  const sources = alerts.filter(({ labels }) => inhibition.isSource(labels));
  return new Set(sources.map(({ labels }) => valuesOf(inhibition, labels)));
}

function valuesOf({ equal }: Inhibition, labels: Labels): string {
  return JSON.stringify(equal.map((name) => labels[name] ?? ""));
}
