import { createAnomalyDetector } from "@streamgate/telemetry/statistics";
import type { BenchRow } from "../contract.ts";
import { healthySeries, STEP_MS, STEPS_A_DAY } from "./healthy-series.ts";

const DAYS = 14;
const SEEDS = [1, 2, 3] as const;
const MONDAY_MS = Date.UTC(2025, 0, 6);
const SUBJECT = "streamgate";

/** False alarms a day at the default budget, and how often a healthy value lies in its expected range. */
export function measureHealthy(tell: (line: string) => void): {
  readonly alarmsPerDay: number;
  readonly rows: readonly BenchRow[];
} {
  const byModel = new Map<string, { alarms: number; within: number; values: number }>();
  for (const { name, values } of SEEDS.flatMap((seed) => healthySeries(DAYS, seed))) {
    const sum = byModel.get(name) ?? { alarms: 0, within: 0, values: 0 };
    byModel.set(name, sum);
    const detector = createAnomalyDetector();
    let wasAnomalous = false;
    for (const [step, value] of values.entries()) {
      const { isAnomalous, expected } = detector.observe(MONDAY_MS + step * STEP_MS, value);
      if (isAnomalous && !wasAnomalous) sum.alarms += 1;
      if (value >= expected.low && value <= expected.high) sum.within += 1;
      wasAnomalous = isAnomalous;
    }
    sum.values += values.length;
  }
  let alarms = 0;
  let days = 0;
  const rows: BenchRow[] = [];
  for (const [name, sum] of byModel) {
    const modelDays = sum.values / STEPS_A_DAY;
    alarms += sum.alarms;
    days += modelDays;
    rows.push(row(`false alarms: ${name}`, "a day", sum.alarms / modelDays));
    rows.push(row(`values in the expected range: ${name}`, "ratio", sum.within / sum.values));
    tell(
      `healthy, ${name}: ${sum.alarms} alarms in ${modelDays} days, ` +
        `${((100 * sum.within) / sum.values).toFixed(1)} % of values in the expected range`,
    );
  }
  const alarmsPerDay = alarms / days;
  tell(`healthy: ${alarmsPerDay.toFixed(3)} false alarms a day and series`);
  rows.push(row("false alarms, all healthy series", "a day", alarmsPerDay));
  return { alarmsPerDay, rows };
}

function row(metric: string, unit: string, value: number): BenchRow {
  return { subject: SUBJECT, metric, unit, median: value, best: value, ratio: 1 };
}
