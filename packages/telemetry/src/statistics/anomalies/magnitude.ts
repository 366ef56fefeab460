import { runningMean } from "./measure.ts";
import type { Memory } from "./memory.ts";

const MEMORY_POINTS = 1000;
const MOST_TIMES = 1000;
/** Where nothing but zeros were seen. */
const MOST_AT_FIRST = 1e12;

/** Knows how large the values of a series usually are, and cuts what is learnt from one value to a thousand times that. */
export function createMagnitude(memory: Memory): { limit(value: number): number } {
  /** Mean of the absolute values, points seen. */
  const cells = memory.doubles(2);
  return {
    limit(value) {
      const usual = cells[0] ?? 0;
      const most = usual > 0 ? MOST_TIMES * usual : MOST_AT_FIRST;
      const limited = Math.max(-most, Math.min(most, value));
      const seen = (cells[1] ?? 0) + 1;
      cells[1] = seen;
      cells[0] = runningMean(usual, Math.abs(limited), seen, MEMORY_POINTS);
      return limited;
    },
  };
}
