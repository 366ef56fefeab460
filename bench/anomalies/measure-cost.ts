import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createAnomalyDetector } from "@streamgate/telemetry/statistics";
import type { BenchRow } from "../contract.ts";
import { healthySeries, STEP_MS } from "./healthy-series.ts";

const ROUNDS = 7;
const SERIES = 2000;

/** CPU time of a point, and what a series takes in the heap, in buffers and as JSON. */
export function measureCost(tell: (line: string) => void): readonly BenchRow[] {
  const [series] = healthySeries(3, 9);
  const values = series?.values ?? new Float64Array();
  const rounds = Array.from({ length: ROUNDS }, () => {
    const detector = createAnomalyDetector();
    const began = process.cpuUsage();
    for (const [step, value] of values.entries()) detector.observe(step * STEP_MS, value);
    const { user, system } = process.cpuUsage(began);
    return (user + system) / values.length;
  }).sort((left, right) => left - right);
  const median = rounds[Math.floor(ROUNDS / 2)] ?? Number.NaN;

  const before = heldBytes();
  const detectors = Array.from({ length: SERIES }, () => createAnomalyDetector());
  const bytes = (heldBytes() - before) / detectors.length;
  const stateBytes = JSON.stringify(detectors[0]?.state()).length;
  tell(
    `cost: ${median.toFixed(2)} µs CPU a point, ${Math.round(bytes)} bytes a series, ${stateBytes} as JSON`,
  );
  return [
    row("CPU a point", "µs", median, rounds[0] ?? median),
    row("memory a series", "bytes", bytes, bytes),
    row("state a series as JSON", "bytes", stateBytes, stateBytes),
  ];
}

function heldBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function row(metric: string, unit: string, median: number, best: number): BenchRow {
  return { subject: "streamgate", metric, unit, median, best, ratio: 1 };
}
