import { createAlarmBudget } from "./alarm.ts";
import { createArrivalWatch } from "./arrival.ts";
import { createEnsemble } from "./ensemble.ts";
import { createEpisode } from "./episode.ts";
import { createExpectation, type ExpectedRange } from "./expectation.ts";
import { createMagnitude } from "./magnitude.ts";
import type { AnomalyMeasure, Sample } from "./measure.ts";
import { type AnomalyState, createMemory } from "./memory.ts";
import { createNews } from "./news.ts";
import { type AnomalyOptions, resolveAnomalyOptions } from "./options.ts";
import { TailSketch } from "./tail-sketch.ts";

/** What a detector says of one value. */
export interface AnomalyScore {
  /**
   * How much of a surprise: from 0 to 1, 0.8 being about one point in two thousand. 0 while the last 150 points
   * held a greater surprise, so that one incident scores once; for ranking over many series.
   */
  readonly score: number;
  /** Conformal: the share of the values of this series that were at least as unusual, from 1e-12 to 1. */
  readonly pValue: number;
  /** True from an alarm, which the budget allows, until the series is usual again. */
  readonly isAnomalous: boolean;
  /** Where 98 of 100 ordinary values lie; both NaN where nothing was expected. */
  readonly expected: ExpectedRange;
  /** In what the value is most unusual, or why it was not looked at: it came late, or is no finite number. */
  readonly reason: AnomalyMeasure | "late" | "not-a-number";
}

/** Watches one series, point by point, in 12 KB of cells (23 KB with the objects around them). */
export interface AnomalyDetector {
  /**
   * Scores a value, then learns it.
   *
   * @param atMs time of the point in ms; a point that is not later than the one before is not looked at
   * @param value NaN and infinities are not looked at; beyond ±1e18 it counts as that
   */
  observe(atMs: number, value: number): AnomalyScore;
  /** All that was learnt, as JSON. */
  state(): AnomalyState;
}

const NO_RANGE: ExpectedRange = { low: Number.NaN, high: Number.NaN };
/** What the parts below take, tested to the cell. */
const CELLS = { doubles: 112, floats: 2084 } as const;
const CELLS_A_SEASON = { doubles: 7, floats: 288 } as const;
/** More than any measured quantity; squares of it are still finite. */
const MOST_VALUE = 1e18;

/**
 * A detector of anomalies in one series that learns as it goes: no training, bounded memory, the same result for the same
 * points. Each value is judged by its level, its jump, shifts of the mean, variability, time of day and week, and shape,
 * each by conformal p-values; an alarm is raised only as often as the budget allows. See docs/math.md.
 *
 * @throws `SG_TELEMETRY_BAD_ANOMALY_OPTION`
 * @example
 * ```ts
 * import { createAnomalyDetector } from "@streamgate/telemetry/statistics";
 * const detector = createAnomalyDetector({ falseAlarmsPerDay: 0.1 });
 * const { isAnomalous, expected, reason } = detector.observe(1_700_000_000_000, 0.042);
 * console.log(isAnomalous, expected.high, reason);
 * ```
 */
export function createAnomalyDetector(options?: AnomalyOptions): AnomalyDetector {
  return build(options, undefined);
}

/**
 * A detector that goes on where another stopped.
 *
 * @param state of a detector with as many seasons
 * @throws `SG_TELEMETRY_BAD_ANOMALY_STATE` for what no detector of this version saved
 * @example
 * ```ts
 * import { createAnomalyDetector, restoreAnomalyDetector } from "@streamgate/telemetry/statistics";
 * const saved = JSON.stringify(createAnomalyDetector().state());
 * restoreAnomalyDetector(JSON.parse(saved)).observe(1_700_000_000_000, 7);
 * ```
 */
export function restoreAnomalyDetector(
  state: AnomalyState,
  options?: AnomalyOptions,
): AnomalyDetector {
  return build(options, { state });
}

function build(
  options: AnomalyOptions | undefined,
  saved: { readonly state: AnomalyState } | undefined,
): AnomalyDetector {
  const { falseAlarmsPerDay, seasonsMs, warmUpPoints } = resolveAnomalyOptions(options);
  const memory = createMemory(
    CELLS.doubles + seasonsMs.length * CELLS_A_SEASON.doubles,
    CELLS.floats + seasonsMs.length * CELLS_A_SEASON.floats,
  );
  const arrivals = createArrivalWatch(memory);
  const magnitude = createMagnitude(memory);
  const ensemble = createEnsemble(memory, seasonsMs);
  const expectation = createExpectation(memory);
  const surprises = new TailSketch(memory);
  const news = createNews(memory);
  const budget = createAlarmBudget(memory, falseAlarmsPerDay);
  const episode = createEpisode(memory);
  /** Points learnt. */
  const cells = memory.doubles(1);
  if (saved !== undefined) memory.load(saved.state);

  const ignored = (reason: AnomalyScore["reason"]): AnomalyScore => ({
    score: 0,
    pValue: 1,
    isAnomalous: episode.isOpen(),
    expected: NO_RANGE,
    reason,
  });

  return {
    observe(atMs, value) {
      if (!Number.isFinite(value) || !Number.isFinite(atMs)) return ignored("not-a-number");
      const arrival = arrivals.next(atMs);
      if (arrival === "late") return ignored("late");

      const sample = sampleOf(atMs, value, arrival === "fresh");
      const expected = expectation.next(sample.learnt, ensemble.seasonal(atMs), episode.isOpen());
      const { surprise, kind } = ensemble.next(sample);
      const pValue = surprises.pValue(10 ** surprise);
      surprises.add(10 ** surprise);
      const fresh = news.next(surprise);
      const seen = (cells[0] ?? 0) + 1;
      cells[0] = seen;
      const mayAlarm = seen > warmUpPoints && arrivals.isSettled();
      const isAlarm = budget.next(fresh, arrivals.passedMs(), mayAlarm);
      const isInRange = value >= expected.low && value <= expected.high;
      const isAnomalous = episode.next(isAlarm, pValue, isInRange);
      return { score: 1 - 2 ** -fresh, pValue, isAnomalous, expected, reason: kind };
    },
    state: () => memory.save(),
  };

  function sampleOf(atMs: number, raw: number, isFresh: boolean): Sample {
    const value = Math.max(-MOST_VALUE, Math.min(MOST_VALUE, raw));
    return { atMs, value, learnt: magnitude.limit(value), isFresh };
  }
}
