import type { Observation } from "../../samplers/observation.ts";

const LEAST_BUSY_SECONDS = 0.2;

/**
 * Of the time in which the event loop was busy, the part in which the process really ran: less than one where others held the
 * processors, or a quota did. Stalls and pauses are wall time, and longer by as much.
 *
 * @returns 0 to 1; 1 where nothing is known
 */
export function runningShare(observations: readonly Observation[]): number {
  let busySeconds = 0;
  let before: Observation | undefined;
  let ranFrom: number | undefined;
  let ranTo: number | undefined;
  for (const observation of observations) {
    const { atMs, loop, cpu } = observation;
    if (before !== undefined && loop !== undefined)
      busySeconds += (loop.utilization * (atMs - before.atMs)) / 1000;
    before = observation;
    if (cpu === undefined) continue;
    ranTo = cpu.userSeconds + cpu.systemSeconds;
    ranFrom ??= ranTo;
  }
  if (ranFrom === undefined || ranTo === undefined || busySeconds < LEAST_BUSY_SECONDS) return 1;
  return Math.min(1, (ranTo - ranFrom) / busySeconds);
}
