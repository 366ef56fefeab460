import type { Finding } from "@streamgate/core";
import type { Labels } from "@streamgate/telemetry";
import type { Change } from "../incidents/change.ts";
import type { SeriesPoint } from "../series/point.ts";
import { tellAlert, transitionOf } from "./alert.ts";
import type { Moment } from "./conditions/condition.ts";
import { conditionsOf } from "./conditions/conditions-of.ts";
import { createDeploys } from "./deploys.ts";
import { type EvaluatorOptions, resolveEvaluatorOptions } from "./evaluator-options.ts";
import {
  type EvaluatorState,
  type GroupState,
  isEvaluatorState,
  restoreGroup,
  stateOfGroup,
} from "./evaluator-state.ts";
import { createFindingWatch } from "./findings/finding-watch.ts";
import { beginGroup, type Group, groupKeyOf, judgeGroup, type WatchedRule } from "./group.ts";
import { createSeriesRouter, type ListeningRule } from "./series-router.ts";
import type { AlertTransition } from "./transition.ts";
import { createTurns } from "./turns.ts";
import { createWatchedTime } from "./watched-time.ts";

/** Watches all rules at once: a state machine that points, findings and time go into and transitions come out of. */
export interface Evaluator {
  /** What happened in an interval of some series, in any order; late points count while their window lasts. */
  feed(points: readonly SeriesPoint[]): void;
  /** All findings that one process reports now, with its `service` and `instance`; those that are not among them are over. */
  feedFindings(source: Labels, findings: readonly Finding[]): void;
  /** Deploys and the like, after which some rules are patient for a while. Known ones may come again. */
  feedChanges(changes: readonly Change[]): void;
  /** Judges every rule at a moment, in ms since 1970; to be called about once a second. */
  evaluate(nowMs: number): readonly AlertTransition[];
  /** Everything that is pending or firing, as transitions. */
  active(): readonly AlertTransition[];
  /** What a successor needs so as not to fire again what fires. Plain data. */
  state(): EvaluatorState;
  /**
   * Goes on from a state. What still fires stays so and is not told again; alerts of rules that are gone are resolved at
   * the next evaluation.
   *
   * @returns whether it was a state of this version; others are left aside
   */
  restore(state: unknown): boolean;
  size(): EvaluatorSize;
}

/** How much it holds, and what it turned away. */
export interface EvaluatorSize {
  readonly series: number;
  readonly groups: number;
  /** Points of series beyond the cap, and groups beyond theirs. */
  readonly refused: number;
  /** Points that came when their window was over. */
  readonly late: number;
  /** Points from more than a minute ahead of the clock. */
  readonly ahead: number;
}

const MOST_AHEAD_MS = 60_000;
const BETWEEN_SWEEPS_MS = 60_000;
const LEAST_MEMORY_MS = 15 * 60_000;

/**
 * Evaluates alert rules over series as they come, with no look back into any store: memory is bounded by the
 * caps, a second of a thousand series takes about two milliseconds, and the same input gives the same transitions.
 *
 * @throws SG_MONITOR_BAD_ALERT_OPTION
 * @example
 * ```ts
 * import { createEvaluator, defaultRules } from "@streamgate/monitor";
 * const evaluator = createEvaluator({ rules: defaultRules() });
 * const key = { name: "up", labels: { service: "api", instance: "a" } };
 * evaluator.feed([
 *   { key, point: { kind: "gauge", atMs: 1000, spanMs: 1000, min: 0, max: 0, sum: 0, count: 1, last: 0 } },
 * ]);
 * for (const { state, summary } of evaluator.evaluate(1000)) console.log(state, summary);
 * ```
 */
export function createEvaluator(options: EvaluatorOptions): Evaluator {
  const resolved = resolveEvaluatorOptions(options);
  const { rules, clock, seriesLimit, groupLimit, longestStepMs, forecaster } = resolved;
  const listening: readonly ListeningRule[] = rules.flatMap((rule) =>
    rule.kind === "finding"
      ? []
      : conditionsOf(rule, forecaster).map((kind) => ({
          rule,
          kind,
          inputs: kind.inputs,
          groups: new Map<string, Group>(),
        })),
  );
  const findings = createFindingWatch(rules, groupLimit);
  const all: readonly WatchedRule[] = [...listening, ...findings.rules];
  const router = createSeriesRouter(listening, groupOf, seriesLimit);
  const time = createWatchedTime(longestStepMs);
  const deploys = createDeploys();
  const turns = createTurns(resolved.forecastsAnEvaluation);
  const mayWork = (asker: object): boolean => turns.take(asker);
  const orphans: AlertTransition[] = [];
  const turnedAway = { groups: 0, late: 0, ahead: 0 };
  const memoryMs = Math.max(LEAST_MEMORY_MS, ...rules.map(({ forgetAfterMs }) => forgetAfterMs));
  let sweptMs = 0;

  return {
    feed(points) {
      const watchedMs = time.watchedMs();
      const latestMs = clock === undefined ? Infinity : clock.now().getTime() + MOST_AHEAD_MS;
      for (const { key, point } of points) {
        if (point.atMs > latestMs) {
          turnedAway.ahead += 1;
          continue;
        }
        const route = router.routeOf(key);
        if (route === undefined) continue;
        route.heardMs = watchedMs;
        let isInTime = true;
        for (const { group, input } of route.targets) {
          group.heardMs = watchedMs;
          isInTime = group.condition.add(input, route.seriesId, point) && isInTime;
        }
        if (!isInTime) turnedAway.late += 1;
      }
    },
    feedFindings: (source, reported) => findings.feed(source, reported, time.watchedMs()),
    feedChanges: (changes) => deploys.feed(changes),
    evaluate(nowMs) {
      const { watchedMs, hasGoneBack } = time.advance(nowMs);
      deploys.advance(nowMs, watchedMs);
      turns.begin();
      if (hasGoneBack) for (const { condition } of groups()) condition.onClockBack?.();
      const transitions = orphans.splice(0).map((orphan) => ({ ...orphan, atMs: nowMs }));
      for (const group of groups()) {
        const transition = judgeGroup(group, momentFor(group, nowMs, watchedMs));
        if (transition !== undefined) transitions.push(transition);
      }
      if (watchedMs - sweptMs >= BETWEEN_SWEEPS_MS) sweep(watchedMs);
      return transitions;
    },
    active: () =>
      [...groups()].flatMap(({ alert, condition }) => {
        if (alert.state === "inactive") return [];
        tellAlert(alert, condition);
        return [transitionOf(alert, alert.state)];
      }),
    state: () => ({
      version: 1,
      groups: [...groups()].flatMap((group) => stateOfGroup(group, time.watchedMs()) ?? []),
    }),
    restore(state) {
      if (!isEvaluatorState(state)) return false;
      for (const kept of state.groups) restoreOne(kept);
      return true;
    },
    size: () => ({
      series: router.size().series,
      groups: groupCount(),
      refused: router.size().refused + turnedAway.groups,
      late: turnedAway.late,
      ahead: turnedAway.ahead,
    }),
  };

  function* groups(): Generator<Group> {
    for (const { groups: held } of all) yield* held.values();
  }

  function groupCount(): number {
    return all.reduce((sum, { groups: held }) => sum + held.size, 0);
  }

  function groupOf(watched: ListeningRule, key: SeriesPoint["key"]): Group | undefined {
    deploys.sawInstance(key.labels);
    const known = watched.groups.get(groupKeyOf(watched, key.labels));
    if (known !== undefined) return known;
    if (groupCount() < groupLimit) return beginGroup(watched, key.labels, time.watchedMs());
    turnedAway.groups += 1;
    return undefined;
  }

  function momentFor({ labels }: Group, nowMs: number, watchedMs: number): Moment {
    const sinceDeployMs = deploys.sinceMs(labels.service);
    return { nowMs, watchedMs, sinceDeployMs, mayWork };
  }

  function restoreOne(kept: GroupState): void {
    const watched = all.find(
      ({ rule, kind }) =>
        rule.name === kept.ruleName &&
        Object.entries(kind.labels).every(([label, value]) => kept.labels[label] === value),
    );
    if (watched !== undefined) {
      const group =
        watched.groups.get(groupKeyOf(watched, kept.labels)) ??
        beginGroup(watched, kept.labels, time.watchedMs());
      restoreGroup(group, kept, time.watchedMs());
    } else if (kept.alert !== undefined) {
      const description = "The rule is not there any more.";
      orphans.push({ ...kept.alert.told, state: "resolved", description });
    }
  }

  /** What has been silent for longer than any rule remembers makes room. */
  function sweep(watchedMs: number): void {
    sweptMs = watchedMs;
    router.forgetBefore(watchedMs - memoryMs);
    for (const { groups: held } of all) {
      for (const [key, { heardMs, alert }] of held) {
        if (alert.state === "inactive" && heardMs < watchedMs - memoryMs) held.delete(key);
      }
    }
  }
}
