import { quantileOf } from "../cache-bus/rows.ts";
import type { BenchRow, BenchVerdict } from "../contract.ts";
import { VIOLATIONS } from "./judge.ts";
import type { Subject } from "./subject.ts";
import type { Tally } from "./tally.ts";

const WANTED_SCHEDULES = 100_000;

interface Result {
  readonly subject: Subject;
  readonly tally: Tally;
}

/** Counts by subject and kind; of rivals also among 1,000 schedules, since they run fewer. The first result is ours. */
export function rowsOf(results: readonly Result[], probedMs: readonly number[]): BenchRow[] {
  return results.flatMap(({ subject, tally }, index) => {
    const row = (metric: string, unit: string, value: number): BenchRow => ({
      subject: subject.name,
      metric,
      unit,
      median: value,
      best: value,
      ratio: 1,
    });
    const found = VIOLATIONS.map((violation) => {
      const count = tally.violations.get(violation) ?? 0;
      return row(
        `violations: ${violation}`,
        "per 1,000 schedules",
        (count * 1_000) / tally.schedules,
      );
    });
    const rows = [
      row("schedules", "run", tally.schedules),
      row("reads judged", "reads", tally.reads),
      row("invalidations resolved", "calls", tally.resolved),
      row("invalidations rejected, no promise", "calls", tally.rejected),
      row("invalidations that hung", "calls", tally.hungInvalidations),
      ...found,
    ];
    if (index > 0) return rows;
    const healthyMs = tally.stalenessMs.get("healthy") ?? [];
    return [
      ...rows,
      row("reads in a turn that was stopped", "reads", tally.stoppedTurns),
      ...(probedMs.length === 0
        ? []
        : quantiles(row, "staleness, one writer, one reader", probedMs)),
      ...(healthyMs.length === 0
        ? []
        : quantiles(row, "staleness of stale reads under the healthy load", healthyMs)),
    ];
  });
}

/** Ours is the first result. */
export function verdictOf([ours]: readonly Result[]): BenchVerdict {
  const schedules = ours?.tally.schedules ?? 0;
  const total = ours?.tally.total ?? 0;
  return {
    goal: `no violation in at least ${WANTED_SCHEDULES} schedules`,
    value: `${total} in ${schedules}`,
    met: total === 0 && schedules >= WANTED_SCHEDULES,
  };
}

function quantiles(
  row: (metric: string, unit: string, value: number) => BenchRow,
  metric: string,
  valuesMs: readonly number[],
): BenchRow[] {
  return [0.5, 0.99, 1].map((share) =>
    row(
      `${metric}, ${share === 1 ? "longest" : `p${share * 100}`}`,
      "ms",
      quantileOf(valuesMs, share),
    ),
  );
}
