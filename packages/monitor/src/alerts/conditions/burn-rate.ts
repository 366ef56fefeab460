import { promDuration } from "../export/prom-duration.ts";
import type { BurnRateRule, BurnWindow } from "../rules/rule.ts";
import { createSumWindow } from "../windows/sum-window.ts";
import type { Condition, ConditionKind, Verdict } from "./condition.ts";
import { countEvents, eventInputs } from "./events.ts";

/** A pair clears when its short window burns slower than this share of its factor. */
const CLEAR_SHARE = 0.9;

/**
 * Multi-window, multi-burn-rate alerts: "The Site Reliability Workbook" (Beyer et al., O'Reilly
 * 2018), chapter 5. A burn rate of 1 uses the budget up in exactly the period of the objective; a
 * pair fires when both its long and its short window burn faster than its factor, so that it is
 * over soon after the fault is.
 */
export function burnRateKinds(rule: BurnRateRule): readonly ConditionKind[] {
  return rule.windows.map((window) => ({
    labels: { burn_window: promDuration(window.longMs) },
    severity: window.severity,
    inputs: eventInputs(rule.of, rule.bad),
    begin: () => beginBurnRate(rule, window),
  }));
}

function beginBurnRate(rule: BurnRateRule, pair: BurnWindow): Condition {
  const windows = [createSumWindow(pair.shortMs), createSumWindow(pair.longMs)] as const;
  const [short, long] = windows;
  const allowed = 1 - rule.objective;
  return {
    add(input, _, point) {
      const { part, whole } = countEvents(input, point, rule.bad);
      short.add(point.atMs, part, whole);
      return long.add(point.atMs, part, whole);
    },
    judge({ nowMs }): Verdict {
      const recent = short.sums(nowMs);
      const all = long.sums(nowMs);
      if (recent.whole <= 0 || all.whole <= 0) return { holds: "unknown", value: Number.NaN };
      const burnRecently = recent.part / recent.whole / allowed;
      // What was not seen counts as good: a monitor that began an hour ago cannot say that three days went badly.
      const seen = long.coveredMs(nowMs) / pair.longMs;
      const burn = (all.part / all.whole / allowed) * seen;
      const value = Math.min(burnRecently, burn);
      if (value > pair.factor && recent.part >= rule.leastBad) return { holds: "yes", value };
      return { holds: value > pair.factor * CLEAR_SHARE ? "between" : "no", value };
    },
    describe: (value) =>
      `the error budget of ${rule.objective * 100} % burns ${value} times too fast over ${promDuration(pair.longMs)} and ${promDuration(pair.shortMs)}; it fires above ${pair.factor}`,
    onClockBack() {
      for (const window of windows) window.clear();
    },
    state: () => windows.map((window) => window.state()),
    restore(state) {
      if (!Array.isArray(state)) return;
      for (const [index, window] of windows.entries()) {
        const kept: unknown = state[index];
        if (Array.isArray(kept) && kept.every((each) => typeof each === "number"))
          window.restore(kept);
      }
    },
  };
}
