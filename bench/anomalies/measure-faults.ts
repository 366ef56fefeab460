import {
  type AnomalyDetector,
  createAnomalyDetector,
  restoreAnomalyDetector,
} from "@streamgate/telemetry/statistics";
import type { BenchRow } from "../contract.ts";
import { FAULTS, type Fault, type HealthyContext } from "./faults.ts";
import { type HealthySeries, healthySeries, STEP_MS, STEPS_A_DAY } from "./healthy-series.ts";

const LEARN_DAYS = 7;
const STARTS = 6;
/** Half an hour. */
const WATCHED_STEPS = 180;
const SEED = 5;
const MONDAY_MS = Date.UTC(2025, 0, 6);

/** Injects each fault at several hours into each healthy series that it changes: how many are told within half an hour, and how soon? */
export function measureFaults(tell: (line: string) => void): readonly BenchRow[] {
  const delays = new Map(FAULTS.map((fault) => [fault, [] as number[]]));
  for (const series of healthySeries(LEARN_DAYS + 2, SEED)) {
    const sorted = series.values.toSorted();
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    const extreme = sorted[Math.floor(sorted.length * 0.999)] ?? 0;
    // Half of nothing is nothing, and what never moves cannot freeze: no fault to be found.
    const faults = FAULTS.filter(
      ({ name }) => median > 0 && !(name.startsWith("frozen") && median === extreme),
    );
    for (const { start, state } of learnt(series)) {
      const before = series.values[start - 1] ?? 0;
      for (const fault of faults) {
        const detector = restoreAnomalyDetector(state);
        const delay = delayOf(fault, detector, series, start, { median, extreme, before });
        delays.get(fault)?.push(delay);
      }
    }
  }
  return [...delays].flatMap(([{ name }, all]) => {
    const told = all.filter(Number.isFinite).sort((left, right) => left - right);
    const share = told.length / all.length;
    const medianMs = (told[Math.floor(told.length / 2)] ?? Number.NaN) * STEP_MS;
    tell(
      `fault, ${name}: ${told.length} of ${all.length} told within half an hour, half of these within ${medianMs / 1000} s`,
    );
    return [
      row(`told within half an hour: ${name}`, "ratio", share),
      row(`delay: ${name}`, "s", medianMs / 1000),
    ];
  });
}

/** What a detector knows at several hours of the days behind a healthy week. */
function learnt(
  series: HealthySeries,
): readonly { readonly start: number; readonly state: ReturnType<AnomalyDetector["state"]> }[] {
  const detector = createAnomalyDetector();
  let step = 0;
  return Array.from({ length: STARTS }, (_, index) => {
    const start = LEARN_DAYS * STEPS_A_DAY + Math.floor(((index + 0.5) * STEPS_A_DAY) / 3.1);
    for (; step < start; step += 1)
      detector.observe(MONDAY_MS + step * STEP_MS, series.values[step] ?? 0);
    return { start, state: detector.state() };
  });
}

/** Steps from the fault to the alarm; infinite where there is none. */
function delayOf(
  fault: Fault,
  detector: AnomalyDetector,
  { values }: HealthySeries,
  start: number,
  context: HealthyContext,
): number {
  for (let step = 0; step < WATCHED_STEPS; step += 1) {
    const value = fault.distort(values[start + step] ?? 0, step, context);
    const { isAnomalous } = detector.observe(MONDAY_MS + (start + step) * STEP_MS, value);
    if (isAnomalous) return step;
  }
  return Number.POSITIVE_INFINITY;
}

function row(metric: string, unit: string, value: number): BenchRow {
  return { subject: "streamgate", metric, unit, median: value, best: value, ratio: 1 };
}
