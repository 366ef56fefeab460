import type { SeriesKey, SeriesPoint, SeriesSelector, SeriesWindow } from "../series/point.ts";
import type { AggregateQuery, SeriesGroup } from "./aggregate.ts";

export interface HistoryQuery {
  readonly selector: SeriesSelector;
  /** Points that end after this, in ms since 1970. */
  readonly fromMs: number;
  /** Points that end at or before this. */
  readonly toMs: number;
  /** The longest interval that a point may have; the coarsest roll-up that fits is read. @default chosen so that at most 1,000 points a series come back */
  readonly stepMs?: number;
}

/** How much is kept, and for how long. */
export interface HistorySize {
  readonly bytes: number;
  /** What it will not grow beyond; the oldest go first. */
  readonly limitBytes: number;
  readonly series: number;
  readonly tiers: readonly {
    readonly stepMs: number;
    readonly bytes: number;
    readonly oldestMs: number | undefined;
    readonly retentionMs: number;
  }[];
}

/** Reads series. Implemented by PostgreSQL and by an existing Prometheus. */
export interface SeriesReader {
  read(query: HistoryQuery, signal?: AbortSignal): Promise<readonly SeriesWindow[]>;
  /** The series that had a point in a stretch of time. */
  list(
    selector: Partial<SeriesSelector>,
    fromMs: number,
    toMs: number,
  ): Promise<readonly SeriesKey[]>;
}

/** Reads series put together: what is shown of many of them. */
export interface SeriesAggregator {
  aggregate(query: AggregateQuery, signal?: AbortSignal): Promise<readonly SeriesGroup[]>;
}

/** Keeps series. A resolved `write` is on disk: nothing acknowledged is lost. */
export interface History extends SeriesReader, SeriesAggregator {
  write(points: readonly SeriesPoint[]): Promise<void>;
  size(): Promise<HistorySize>;
  close(): Promise<void>;
}
