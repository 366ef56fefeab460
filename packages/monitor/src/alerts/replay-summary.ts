import { formatDuration } from "@streamgate/core";
import { isPage } from "./rules/default-rules.ts";
import type { Rule } from "./rules/rule.ts";
import type { AlertTransition } from "./transition.ts";

const WEEK_MS = 7 * 86_400_000;

/** What a replay comes to. */
export interface ReplaySummary {
  readonly ruleName: string;
  /** How often it would have fired, over all its groups. */
  readonly fired: number;
  /** Of these, those that would have woken somebody. */
  readonly pages: number;
  readonly pagesAWeek: number;
  /** How long at least one alert would have fired, in ms. */
  readonly firingMs: number;
  readonly longestMs: number;
  /** Alerts that became pending and went away by themselves. */
  readonly wentAway: number;
  /** For a person. */
  readonly sentence: string;
}

/** The time that a replay is about. */
export interface ReplayedTime {
  readonly fromMs: number;
  readonly toMs: number;
  /** What fired already when it began. */
  readonly firesAtStart: readonly AlertTransition[];
}

/** @param transitions of one rule, ascending */
export function summarise(
  rule: Rule,
  transitions: readonly AlertTransition[],
  time: ReplayedTime,
): ReplaySummary {
  const { fromMs, toMs } = time;
  const spans = firingSpans(transitions, time);
  const firing = transitions.filter(({ state }) => state === "firing");
  const pages = firing.filter(({ severity }) => isPage(severity)).length;
  const pagesAWeek = (pages / (toMs - fromMs)) * WEEK_MS;
  const firingMs = lengthOfUnion(spans);
  const pending = transitions.filter(({ state }) => state === "pending").length;
  return {
    ruleName: rule.name,
    fired: firing.length,
    pages,
    pagesAWeek,
    firingMs,
    longestMs: Math.max(0, ...spans.map(([start, end]) => end - start)),
    wentAway: Math.max(0, pending - (rule.forMs > 0 ? firing.length : 0)),
    sentence:
      rule.kind === "finding"
        ? "cannot be replayed: findings are not kept in the history"
        : sentence(firing.length, firingMs, pagesAWeek),
  };
}

function sentence(fired: number, firingMs: number, pagesAWeek: number): string {
  if (fired === 0 && firingMs === 0) return "would not have fired";
  if (fired === 0)
    return `would have fired from before until the end, ${formatDuration(firingMs)} in all`;
  const times = fired === 1 ? "once" : `${fired} times`;
  const pages = `${Number(pagesAWeek.toPrecision(2))} pages a week`;
  return `would have fired ${times}, ${formatDuration(firingMs)} in all; ${pages}`;
}

type Span = readonly [startMs: number, endMs: number];

/** What fired before the first moment, or fires still at the last, counts from or to there. */
function firingSpans(
  transitions: readonly AlertTransition[],
  { fromMs, toMs, firesAtStart }: ReplayedTime,
): readonly Span[] {
  const openSinceMs = new Map(firesAtStart.map(({ alertId }) => [alertId, fromMs]));
  const spans: Span[] = [];
  for (const { alertId, state, atMs } of transitions) {
    if (state === "firing") openSinceMs.set(alertId, atMs);
    if (state !== "resolved") continue;
    const startMs = openSinceMs.get(alertId);
    if (startMs !== undefined) spans.push([startMs, atMs]);
    openSinceMs.delete(alertId);
  }
  for (const startMs of openSinceMs.values()) spans.push([startMs, toMs]);
  return spans;
}

function lengthOfUnion(spans: readonly Span[]): number {
  let length = 0;
  let reachedMs = Number.NEGATIVE_INFINITY;
  for (const [startMs, endMs] of [...spans].sort(([left], [right]) => left - right)) {
    length += Math.max(0, endMs - Math.max(startMs, reachedMs));
    reachedMs = Math.max(reachedMs, endMs);
  }
  return length;
}
