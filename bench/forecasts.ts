// Do 90 % intervals of forecasts hold 87 to 93 % of what really came, on days that were kept out?

import type { Bench, BenchRow } from "./contract.ts";
import { FORECASTERS, type Forecaster, STREAMGATE } from "./forecasts/forecasters.ts";
import { type DailySeries, generatedSeries, recordedSeries } from "./forecasts/held-out-series.ts";

const GENERATED_EACH = 4;
/** What a forecast may look back on, and needs at least. */
const MOST_PAST_DAYS = 28;
const LEAST_PAST_DAYS = 7;
/** Of long series a sample of days is foretold. */
const MOST_DAYS = 20;

export const bench: Bench = {
  measure(tell) {
    const series = [...recordedSeries(tell), ...generatedSeries(GENERATED_EACH)];
    const rows: BenchRow[] = [];
    let ours: Tally | undefined;
    for (const forecaster of FORECASTERS) {
      const kinds = new Map<string, Tally>();
      const began = process.cpuUsage();
      const all = sum(
        series.map((one) => {
          const tally = tallyOf(forecaster, one);
          kinds.set(one.kind, sum([kinds.get(one.kind) ?? NOTHING, tally]));
          return tally;
        }),
      );
      const { user, system } = process.cpuUsage(began);
      rows.push(row(forecaster.name, "held, all", "%", percent(all)));
      for (const [kind, tally] of kinds) {
        rows.push(row(forecaster.name, `held, ${kind}`, "%", percent(tally)));
      }
      rows.push(row(forecaster.name, "width over mean error", "×", all.width / all.error));
      rows.push(row(forecaster.name, "CPU a forecast", "ms", (user + system) / 1_000 / all.days));
      if (forecaster.name === STREAMGATE) ours = all;
      tell(
        `${forecaster.name}: ${all.days} days of ${series.length} series, ${percent(all).toFixed(1)} % held`,
      );
    }
    const held = percent(ours ?? NOTHING);
    return Promise.resolve({
      versions: { node: process.version },
      rows,
      verdict: {
        goal: "90 % intervals hold 87 to 93 % of the half hours of held-out days",
        value: `${held.toFixed(1)} %`,
        met: held >= 87 && held <= 93,
      },
    });
  },
};

interface Tally {
  readonly steps: number;
  readonly held: number;
  readonly days: number;
  /** Sums relative to the spread of each series, so that series of different size add up. */
  readonly width: number;
  readonly error: number;
}

const NOTHING: Tally = { steps: 0, held: 0, days: 0, width: 0, error: 0 };

function tallyOf(forecaster: Forecaster, { values, stepsADay }: DailySeries): Tally {
  const days = Math.floor(values.length / stepsADay);
  const first = Math.max(LEAST_PAST_DAYS, Math.floor(days * 0.3));
  const stride = Math.max(1, Math.ceil((days - first) / MOST_DAYS));
  const scale = spreadOf(values);
  const tallies: Tally[] = [];
  for (let day = first; day < days; day += stride) {
    const past = values.slice(Math.max(0, day - MOST_PAST_DAYS) * stepsADay, day * stepsADay);
    const truth = values.slice(day * stepsADay, (day + 1) * stepsADay);
    const intervals = forecaster.predict(past, stepsADay);
    let tally: Tally = { ...NOTHING, days: 1 };
    for (const [step, value] of truth.entries()) {
      const { low = Number.NaN, high = Number.NaN } = intervals[step] ?? {};
      if (!Number.isFinite(value) || !Number.isFinite(low)) continue;
      tally = {
        ...tally,
        steps: tally.steps + 1,
        held: tally.held + (value >= low && value <= high ? 1 : 0),
        width: tally.width + (high - low) / scale,
        error: tally.error + Math.abs(value - (low + high) / 2) / scale,
      };
    }
    tallies.push(tally);
  }
  return sum(tallies);
}

function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (left, right) => ({
      steps: left.steps + right.steps,
      held: left.held + right.held,
      days: left.days + right.days,
      width: left.width + right.width,
      error: left.error + right.error,
    }),
    NOTHING,
  );
}

function spreadOf(values: readonly number[]): number {
  const known = values.filter((value) => Number.isFinite(value));
  const mean = known.reduce((total, value) => total + value, 0) / known.length;
  const squares = known.reduce((total, value) => total + (value - mean) ** 2, 0);
  return Math.sqrt(squares / known.length) || 1;
}

function percent({ held, steps }: Tally): number {
  return steps === 0 ? Number.NaN : (100 * held) / steps;
}

function row(subject: string, metric: string, unit: string, value: number): BenchRow {
  return { subject, metric, unit, median: value, best: value, ratio: 1 };
}
