import type { CurvePoint } from "../curve/hit-ratio-curve.ts";
import type { CacheStatistics } from "../statistics.ts";

/** What the rules judge: the books, and the curve where one was measured. */
export interface CacheReading {
  readonly statistics: CacheStatistics;
  /** Hit ratio of memory by its size; absent while too little was sampled. */
  readonly curve?: readonly SizePoint[];
}

/** A size as a multiple of the present one, and the share of reads that memory of that size would answer. */
export type SizePoint = Pick<CurvePoint, "multiple" | "hitRatio">;
