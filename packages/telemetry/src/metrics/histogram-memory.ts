import { BucketTables } from "./bucket-tables.ts";
import { KeptExemplars } from "./exemplar.ts";
import { NumberRecords } from "./number-records.ts";

/** Numbers that a histogram takes beside its buckets. */
export const HISTOGRAM_NUMBERS = 4;

/** Where histograms lie: all of a registry share one, until one of them needs what few do. */
export interface HistogramMemory {
  readonly tables: BucketTables;
  /** Of `HISTOGRAM_NUMBERS`. */
  readonly records: NumberRecords;
  nowMs(): number;
  readonly own: OwnParts | undefined;
}

/** What few histograms have. */
export interface OwnParts {
  /** The upper parts of the counts that have outgrown their slots, by bucket. */
  readonly carries: Map<number, number>;
  readonly exemplars: KeptExemplars;
}

/** Memory that histograms may share. */
export function sharedMemory(nowMs: () => number): HistogramMemory {
  return {
    tables: new BucketTables(),
    records: new NumberRecords(HISTOGRAM_NUMBERS),
    nowMs,
    own: undefined,
  };
}

/** The same memory with parts of one histogram's own. */
export function withOwnParts(
  shared: HistogramMemory,
): HistogramMemory & { readonly own: OwnParts } {
  return { ...shared, own: { carries: new Map(), exemplars: new KeptExemplars() } };
}
