import type { Labels } from "@streamgate/telemetry";
import type { AlertTransition } from "../../alerts/transition.ts";

const MOST_LABELS = 64;
const MOST_ID = 2_000;
const MOST_VALUE = 1_000;
const MOST_SUMMARY = 1_000;
const MOST_DESCRIPTION = 8_000;

/**
 * A transition that PostgreSQL can store, whatever a watched process put into its labels: without NUL and lone
 * surrogates, which its JSON refuses, and of bounded length.
 */
export function storable(transition: AlertTransition): AlertTransition {
  return {
    ...transition,
    alertId: clean(transition.alertId, MOST_ID),
    ruleName: clean(transition.ruleName, MOST_VALUE),
    labels: cleanLabels(transition.labels),
    summary: clean(transition.summary, MOST_SUMMARY),
    description: clean(transition.description, MOST_DESCRIPTION),
    runbook: clean(transition.runbook, MOST_VALUE),
    startedAtMs: instant(transition.startedAtMs),
    atMs: instant(transition.atMs),
  };
}

function instant(ms: number): number {
  return Number.isFinite(ms) ? Math.round(ms) : 0;
}

function cleanLabels(labels: Labels): Labels {
  return Object.fromEntries(
    Object.entries(labels)
      .slice(0, MOST_LABELS)
      .map(([name, value]) => [clean(name, MOST_VALUE), clean(value, MOST_VALUE)]),
  );
}

function clean(text: string, most: number): string {
  return text
    .slice(0, most)
    .replaceAll("\0", "\uFFFD")
    .replace(/\p{Surrogate}/gu, "\uFFFD");
}
