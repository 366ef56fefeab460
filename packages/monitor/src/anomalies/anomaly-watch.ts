import { type AnomalyState, createAnomalyDetector } from "@streamgate/telemetry/statistics";

import { canonicalKey } from "../series/canonical-key.ts";
import { compileMatchers } from "../series/label-matchers.ts";
import type { SeriesKey, SeriesPoint } from "../series/point.ts";
import {
  type AnomalyWatchOptions,
  type ResolvedWatchedSeries,
  resolveAnomalyWatchOptions,
} from "./options.ts";
import { type AnomalyVerdict, type Watched, watchOne } from "./watched.ts";

/** What a watch has learnt, as JSON. */
export interface AnomalyWatchState {
  readonly version: 1;
  readonly series: readonly { readonly key: SeriesKey; readonly detector: AnomalyState }[];
}

export interface AnomalyWatchCounts {
  readonly series: number;
  /** Made room for others since the start. */
  readonly evicted: number;
  /** Points of series for which there was no room. */
  readonly refused: number;
}

/** Watches series for anomalies as their points come. Reads no clock: its time is that of the points. */
export interface AnomalyWatch {
  feed(points: readonly SeriesPoint[]): void;
  /** The last verdict on every series that still speaks, the most surprising first. */
  verdicts(): readonly AnomalyVerdict[];
  counts(): AnomalyWatchCounts;
  state(): AnomalyWatchState;
}

/** Silent for so many steps, a series has no verdict, and makes room for others. */
const SILENT_STEPS = 30;

/**
 * Watches chosen series for anomalies: gauges by their mean, last or greatest value, counters by their rate, histograms
 * by a quantile.
 *
 * @param saved what an earlier watch had learnt; what of it cannot be read is learnt anew
 * @throws `SG_MONITOR_BAD_ANOMALY_WATCH_OPTION`, `SG_TELEMETRY_BAD_ANOMALY_OPTION`
 * @example
 * ```ts
 * import { createAnomalyWatch } from "@streamgate/monitor";
 * const watch = createAnomalyWatch({
 *   series: [{ of: { name: "http_server_request_duration_seconds", where: [] }, quantile: 0.95 }],
 * });
 * watch.feed([]);
 * const unusual = watch.verdicts().filter(({ isAnomalous }) => isAnomalous);
 * console.log(unusual.map(({ key, value, expected }) => [key.name, value, expected.high]));
 * ```
 */
export function createAnomalyWatch(
  options: AnomalyWatchOptions,
  saved?: AnomalyWatchState,
): AnomalyWatch {
  const { series, stepMs, maxSeries, detector } = resolveAnomalyWatchOptions(options);
  // Options that cannot be are told now, not with the first point.
  createAnomalyDetector(detector);
  const selectors = series.map((each) => ({
    each,
    matches: compileMatchers(each.of.where),
  }));
  /** Least recently fed first. */
  const watched = new Map<string, Watched>();
  let nowMs = Number.NEGATIVE_INFINITY;
  let evicted = 0;
  let refused = 0;

  for (const { key, detector: state } of saved?.series ?? []) admit(canonicalKey(key), key, state);

  return {
    feed(points) {
      for (const { key, point } of points) {
        const id = canonicalKey(key);
        const one = watched.get(id) ?? admit(id, key);
        if (one === undefined) continue;
        one.feed(point);
        nowMs = Math.max(nowMs, point.atMs);
        watched.delete(id);
        watched.set(id, one);
      }
    },
    verdicts: () =>
      [...watched.values()]
        .filter((one) => !isSilent(one))
        .flatMap((one) => one.verdict() ?? [])
        .sort((left, right) => left.pValue - right.pValue),
    counts: () => ({ series: watched.size, evicted, refused }),
    state: () => ({
      version: 1,
      series: [...watched.values()].map((one) => ({ key: one.key, detector: one.state() })),
    }),
  };

  function admit(id: string, key: SeriesKey, state?: AnomalyState): Watched | undefined {
    const selected = select(key);
    if (selected === undefined) return undefined;
    if (watched.size >= maxSeries && !makeRoom()) {
      refused += 1;
      return undefined;
    }
    const one = watchOne(key, selected, stepMs, detector, state);
    watched.set(id, one);
    return one;
  }

  function select(key: SeriesKey): ResolvedWatchedSeries | undefined {
    return selectors.find(({ each, matches }) => each.of.name === key.name && matches(key.labels))
      ?.each;
  }

  function makeRoom(): boolean {
    const [oldest] = watched;
    if (oldest === undefined || !isSilent(oldest[1])) return false;
    watched.delete(oldest[0]);
    evicted += 1;
    return true;
  }

  function isSilent(one: Watched): boolean {
    return !(nowMs - one.latestMs() <= SILENT_STEPS * stepMs);
  }
}
