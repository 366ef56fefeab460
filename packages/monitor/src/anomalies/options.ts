import type { AnomalyOptions } from "@streamgate/telemetry/statistics";
import type { SeriesSelector } from "../series/point.ts";
import { badAnomalyWatchOption } from "./errors.ts";

/** Which series are watched, and what is read from them. */
export interface WatchedSeries {
  readonly of: SeriesSelector;
  /**
   * What a gauge's step says. A counter says its rate a second.
   * @default "mean"
   */
  readonly gauge?: "mean" | "last" | "max";
  /**
   * Which quantile a histogram's step says, 0 to 1.
   * @default 0.95
   */
  readonly quantile?: number;
  /**
   * A histogram's step with fewer values says nothing.
   * @default 10
   */
  readonly leastEvents?: number;
}

export interface AnomalyWatchOptions {
  /** A series that several of these select is read as the first one says. */
  readonly series: readonly WatchedSeries[];
  /**
   * Points are gathered into steps of this length, each of which is judged once: 1 s to 1 h.
   * @default 10_000
   */
  readonly stepMs?: number;
  /**
   * How many series are watched, at about 23 KB each. When there are more, those that fell silent make room; while none did, new
   * ones are not watched.
   * @default 1000
   */
  readonly maxSeries?: number;
  /** Of each series' detector. */
  readonly detector?: AnomalyOptions;
}

export type ResolvedWatchedSeries = Required<WatchedSeries>;

export interface ResolvedAnomalyWatchOptions {
  readonly series: readonly ResolvedWatchedSeries[];
  readonly stepMs: number;
  readonly maxSeries: number;
  readonly detector: AnomalyOptions;
}

const DEFAULTS = { stepMs: 10_000, maxSeries: 1000, detector: {} } as const;
const SERIES_DEFAULTS = { gauge: "mean", quantile: 0.95, leastEvents: 10 } as const;
const LEAST_STEP_MS = 1000;
const MOST_STEP_MS = 3_600_000;

export function resolveAnomalyWatchOptions(
  options: AnomalyWatchOptions,
): ResolvedAnomalyWatchOptions {
  const { stepMs, maxSeries, detector } = { ...DEFAULTS, ...options };
  if (!(stepMs >= LEAST_STEP_MS && stepMs <= MOST_STEP_MS))
    throw badAnomalyWatchOption("stepMs", stepMs, `from ${LEAST_STEP_MS} to ${MOST_STEP_MS} ms`);
  if (!Number.isInteger(maxSeries) || maxSeries < 1)
    throw badAnomalyWatchOption("maxSeries", maxSeries, "a whole number from 1");
  const series = options.series.map((each) => ({ ...SERIES_DEFAULTS, ...each }));
  for (const { quantile, leastEvents } of series) {
    if (!(quantile >= 0 && quantile <= 1))
      throw badAnomalyWatchOption("quantile", quantile, "a share from 0 to 1");
    if (!(leastEvents >= 1)) throw badAnomalyWatchOption("leastEvents", leastEvents, "1 or more");
  }
  return { series, stepMs, maxSeries, detector };
}
