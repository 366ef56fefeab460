import { createShareDetector } from "@streamgate/telemetry/statistics";
import { formatValue } from "../alert-text.ts";
import type { SequentialRule } from "../rules/rule.ts";
import { createSumWindow } from "../windows/sum-window.ts";
import type { Condition, ConditionKind, Verdict } from "./condition.ts";
import { countEvents, eventInputs } from "./events.ts";

/** The promise about false alarms is made for steps of a second; timers are not exact. */
const LEAST_STEP_MS = 900;
/** The share that a person is shown is that of so long. */
const SHOWN_MS = 15_000;
/** With fewer events in its window nobody can say that a fault is over: then a longer one is asked. */
const FEW_EVENTS = 30;
const LONGER = 10;

/** A sequential test gives the alarm, and a window says when it is over. */
export function sequentialKind(rule: SequentialRule): ConditionKind {
  return {
    labels: {},
    severity: rule.severity,
    inputs: eventInputs(rule.of, rule.bad),
    begin: () => beginSequential(rule),
  };
}

function beginSequential(rule: SequentialRule): Condition {
  const { noticeShare, falseAlarmsAWeek, leastBadSteps } = rule;
  const promise = { falseAlarmsAWeek, leastBadSteps };
  const steady = createShareDetector({ ...promise, allowedShare: rule.allowedShare, noticeShare });
  const { afterDeploy } = rule;
  const settling =
    afterDeploy && createShareDetector({ ...promise, allowedShare: afterDeploy.allowedShare });
  const recent = createSumWindow(rule.clearWindowMs);
  const longer = createSumWindow(LONGER * rule.clearWindowMs);
  const latest = createSumWindow(Math.min(rule.clearWindowMs, SHOWN_MS));
  let part = 0;
  let whole = 0;
  let steppedAtMs = Number.NEGATIVE_INFINITY;
  let isAlarm = false;
  let alarmedAtMs: number | undefined;

  const isSettling = (sinceDeployMs: number): boolean =>
    afterDeploy !== undefined && sinceDeployMs < afterDeploy.forMs;
  const step = (sinceDeployMs: number): boolean => {
    const [bad, all] = [Math.min(part, whole), whole];
    part = 0;
    whole = 0;
    if (settling === undefined || !isSettling(sinceDeployMs)) return steady.step(bad, all);
    steady.reset();
    return settling.step(bad, all);
  };
  return {
    add(input, _, point) {
      const events = countEvents(input, point, rule.bad);
      const isInTime = recent.add(point.atMs, events.part, events.whole);
      longer.add(point.atMs, events.part, events.whole);
      latest.add(point.atMs, events.part, events.whole);
      if (!isInTime) return false;
      if (events.part >= 0) part += events.part;
      if (events.whole >= 0) whole += events.whole;
      return true;
    },
    judge({ nowMs, watchedMs, sinceDeployMs }): Verdict {
      if (watchedMs - steppedAtMs >= LEAST_STEP_MS) {
        isAlarm = step(sinceDeployMs);
        steppedAtMs = watchedMs;
      }
      if (isAlarm) alarmedAtMs ??= watchedMs;
      const lately = recent.sums(nowMs);
      const sums = lately.whole < FEW_EVENTS ? longer.sums(nowMs) : lately;
      const shown = latest.sums(nowMs);
      if (sums.whole <= 0) return { holds: "unknown", value: Number.NaN };
      const share = sums.part / sums.whole;
      const value = shown.whole > 0 ? shown.part / shown.whole : share;
      if (alarmedAtMs === undefined) return { holds: "no", value };
      const isFresh = isAlarm && watchedMs - alarmedAtMs < rule.clearWindowMs;
      return { holds: isFresh || share > rule.clearShare ? "yes" : "no", value };
    },
    describe: (value) =>
      `${value} just now; in order is ${formatValue(rule.allowedShare, rule.unit)}, and the evidence against that is enough for at most ${rule.falseAlarmsAWeek} false alarms a week`,
    onResolved() {
      alarmedAtMs = undefined;
      isAlarm = false;
      steady.reset();
      settling?.reset();
    },
    onClockBack() {
      recent.clear();
      longer.clear();
      latest.clear();
    },
    state: () => ({ hasAlarmed: alarmedAtMs !== undefined, steady: steady.state() }),
    restore(state) {
      if (typeof state !== "object" || state === null) return;
      const kept = state as { readonly hasAlarmed?: unknown; readonly steady?: unknown };
      alarmedAtMs = kept.hasAlarmed === true ? Number.NEGATIVE_INFINITY : undefined;
      if (Array.isArray(kept.steady) && kept.steady.every((each) => typeof each === "number"))
        steady.restore(kept.steady);
    },
  };
}
