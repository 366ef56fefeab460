import {
  type AnomalyDetector,
  type AnomalyOptions,
  type AnomalyScore,
  type AnomalyState,
  createAnomalyDetector,
  restoreAnomalyDetector,
} from "@streamgate/telemetry/statistics";
import type { Point, SeriesKey } from "../series/point.ts";
import type { ResolvedWatchedSeries } from "./options.ts";
import { createStep } from "./step.ts";

/** What is said of a series at its last step. */
export interface AnomalyVerdict extends AnomalyScore {
  readonly key: SeriesKey;
  /** End of the step, in ms since 1970. */
  readonly atMs: number;
  readonly value: number;
  /** When the anomaly was seen first; undefined while there is none. */
  readonly sinceMs: number | undefined;
}

/** One series under watch. */
export interface Watched {
  readonly key: SeriesKey;
  /** Takes the next point; judges the step before where this one begins another. */
  feed(point: Point): void;
  /** Of the last step that was judged. */
  verdict(): AnomalyVerdict | undefined;
  /** Latest time of a point. */
  latestMs(): number;
  state(): AnomalyState;
}

/** So many points in a row before the open step: the clock was set back. */
const CLOCK_JUMP_POINTS = 30;

export function watchOne(
  key: SeriesKey,
  watched: ResolvedWatchedSeries,
  stepMs: number,
  options: AnomalyOptions,
  saved?: AnomalyState,
): Watched {
  const detector = detectorOf(options, saved);
  const step = createStep(watched);
  let openUntilMs = Number.NaN;
  let early = 0;
  let verdict: AnomalyVerdict | undefined;

  const judge = (): void => {
    const value = step.take();
    if (Number.isNaN(value)) return;
    const score = detector.observe(openUntilMs, value);
    const sinceMs = score.isAnomalous ? (verdict?.sinceMs ?? openUntilMs) : undefined;
    verdict = { ...score, key, atMs: openUntilMs, value, sinceMs };
  };

  return {
    key,
    feed(point) {
      const endMs = Math.ceil(point.atMs / stepMs) * stepMs;
      if (!Number.isFinite(endMs)) return;
      early = endMs < openUntilMs ? early + 1 : 0;
      if (early > 0 && early < CLOCK_JUMP_POINTS) return;
      if (endMs !== openUntilMs) {
        if (!Number.isNaN(openUntilMs)) judge();
        openUntilMs = endMs;
        early = 0;
      }
      step.add(point);
    },
    verdict: () => verdict,
    latestMs: () => openUntilMs,
    state: () => detector.state(),
  };
}

/** What cannot be restored begins anew: a detector is quiet until it has learnt. */
function detectorOf(options: AnomalyOptions, saved: AnomalyState | undefined): AnomalyDetector {
  if (saved === undefined) return createAnomalyDetector(options);
  try {
    return restoreAnomalyDetector(saved, options);
  } catch {
    return createAnomalyDetector(options);
  }
}
