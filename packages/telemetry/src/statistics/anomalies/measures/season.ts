import type { Measure } from "../measure.ts";
import type { Memory } from "../memory.ts";

const BUCKETS = 96;
/** Weight of the newest cycle in the profile. */
const NEWEST = 0.4;

/** How far is the value from what it was at this time in the cycles before? */
export function seasonMeasure(
  memory: Memory,
  periodMs: number,
): Measure & { expected(atMs: number): number | undefined } {
  const profile = memory.floats(BUCKETS);
  /** 1 where the profile knows something. */
  const isKnown = memory.floats(BUCKETS);
  /** The bucket being filled plus 1, its sum, its count. */
  const cells = memory.doubles(3);
  const bucketOf = (atMs: number): number => {
    const phase = atMs / periodMs;
    return Math.min(BUCKETS - 1, Math.floor((phase - Math.floor(phase)) * BUCKETS));
  };
  const close = (): void => {
    const bucket = (cells[0] ?? 0) - 1;
    if (bucket < 0) return;
    const mean = (cells[1] ?? 0) / (cells[2] ?? 1);
    const before = profile[bucket] ?? 0;
    profile[bucket] = isKnown[bucket] === 1 ? before + NEWEST * (mean - before) : mean;
    isKnown[bucket] = 1;
  };
  return {
    kind: "season",
    sides: 1,
    expected(atMs) {
      const bucket = bucketOf(atMs);
      return isKnown[bucket] === 1 ? profile[bucket] : undefined;
    },
    next({ atMs, value, learnt }) {
      const bucket = bucketOf(atMs);
      if (bucket + 1 !== cells[0]) {
        close();
        cells[0] = bucket + 1;
        cells[1] = 0;
        cells[2] = 0;
      }
      cells[1] = (cells[1] ?? 0) + learnt;
      cells[2] = (cells[2] ?? 0) + 1;
      return isKnown[bucket] === 1 ? Math.abs(value - (profile[bucket] ?? 0)) : undefined;
    },
  };
}
