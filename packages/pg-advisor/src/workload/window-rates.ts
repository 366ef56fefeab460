import type { WorkloadWindow } from "./workload.ts";

const HOUR_MS = 3_600_000;

/** A figure of the window as a figure an hour; a window of no length counts as an hour. */
export function perHour(figure: number, window: WorkloadWindow): number {
  return window.durationMs > 0 ? (figure * HOUR_MS) / window.durationMs : figure;
}
