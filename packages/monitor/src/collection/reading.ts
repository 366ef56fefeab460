import type { HistogramData, Labels } from "@streamgate/telemetry";
import type { ClassicHistogram } from "../series/classic-histogram.ts";
import type { SeriesKey } from "../series/point.ts";

/** A series as a target tells it, counters and histograms since the start of the process. */
export type CumulativeValue =
  | { readonly kind: "counter" | "gauge"; readonly value: number }
  | { readonly kind: "histogram"; readonly histogram: HistogramData }
  | { readonly kind: "classic"; readonly classic: ClassicHistogram };

/** One series of one reading, before the monitor's own labels. */
export interface CumulativeSeries {
  readonly name: string;
  readonly labels: Labels;
  readonly value: CumulativeValue;
}

/** What a target said at one instant, in whatever form. */
export interface Reading {
  readonly service: string;
  readonly instance: string;
  /** Of the process, by its own clock, in ms since 1970; 0 where it does not say. */
  readonly startedAtMs: number;
  /** Of the reading, by its own clock; 0 where it does not say. */
  readonly takenAtMs: number;
  readonly series: readonly CumulativeSeries[];
}

/** A reading that the next one can be compared with. */
export interface Snapshot {
  readonly startedAtMs: number;
  readonly takenAtMs: number;
  readonly service: string;
  readonly instance: string;
  /** By name and labels as the target gives them; those that it no longer gives stay, so that their return is no new beginning. */
  readonly series: ReadonlyMap<string, SnapshotSeries>;
  /** Series past the limit, which were left out. */
  readonly refused: number;
}

export interface SnapshotSeries {
  /** With `service` and `instance`; the same object in each snapshot. */
  readonly key: SeriesKey;
  readonly value: CumulativeValue;
  /** Whether the target gave it this time. */
  readonly isPresent: boolean;
}
