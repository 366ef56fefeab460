import type { Interval, Random } from "@streamgate/core";
import { median } from "@streamgate/telemetry/statistics";
import { comparePast, type PastComparison } from "./compare-past.ts";
import { ratioInterval } from "./ratio-interval.ts";
import type { StatementPast } from "./statement-past.ts";

/** A statement that is slower than its own past, when what the whole database did is taken out. */
export interface Regressed {
  readonly comparison: PastComparison;
  /** Mean of late ÷ usual. */
  readonly ratio: Interval;
  /** By how much the others became slower; 1 where too few of them are known. */
  readonly drift: number;
  /** What it takes more in an hour than its past would, in ms; the others' drift taken out. */
  readonly excessMsPerHour: number;
  /** Of all the time that the database's statements take. */
  readonly shareOfTime: number;
}

const LEAST_RATIO = 1.3;
const LEAST_LOW = 1.15;
/** Of what the hours of the past differ by anyway; the hours just before differ less from each other than days do. */
const LEAST_DEVIATIONS = { "same hour": 3.5, "hours before": 5 } as const;
const LEAST_SUPERIORITY = 0.85;
const MOST_P_VALUE = 0.01;
const LEAST_LASTING = 0.7;
/** Fewer others say nothing of the database as a whole. */
const LEAST_OTHERS = 3;
/** Of an hour: less is nobody's trouble. */
const LEAST_EXCESS_MS = 2_000;
const LEAST_EXCESS_SHARE = 0.005;
const STEPS_AN_HOUR = 12;

/**
 * The statements of one database that became slower by themselves, the costliest first. Where all of them did, as on a machine that is
 * short of something, none is told: the reason is not in the statement.
 *
 * @param databaseMsPerHour what all statements take of late
 */
export function findRegressed(
  pasts: readonly StatementPast[],
  databaseMsPerHour: number,
  random: Random,
): readonly Regressed[] {
  const comparisons = pasts.flatMap((past) => comparePast(past) ?? []);
  return comparisons
    .flatMap((comparison) => {
      const drift = driftBeside(comparison, comparisons);
      const one = regressedBy(comparison, drift, databaseMsPerHour, random);
      return one === null ? [] : [one];
    })
    .toSorted((one, other) => other.excessMsPerHour - one.excessMsPerHour);
}

/** What happened to the others in the meantime; that they became faster is no excuse taken away. */
function driftBeside(one: PastComparison, all: readonly PastComparison[]): number {
  const others = all.filter((other) => other !== one).map(({ times }) => times);
  return others.length < LEAST_OTHERS ? 1 : Math.max(1, median(others));
}

function regressedBy(
  comparison: PastComparison,
  drift: number,
  databaseMsPerHour: number,
  random: Random,
): Regressed | null {
  const {
    times,
    deviations,
    against,
    superiority,
    pValue,
    lastingShare,
    calls,
    steps,
    meanMs,
    usualMs,
  } = comparison;
  if (times / drift < LEAST_RATIO || deviations < LEAST_DEVIATIONS[against]) return null;
  if (superiority < LEAST_SUPERIORITY || pValue > MOST_P_VALUE) return null;
  if (lastingShare < LEAST_LASTING) return null;
  const callsPerHour = (calls * STEPS_AN_HOUR) / steps;
  const excessMsPerHour = (meanMs - usualMs * drift) * callsPerHour;
  const leastMs = Math.max(LEAST_EXCESS_MS, databaseMsPerHour * LEAST_EXCESS_SHARE);
  if (excessMsPerHour < leastMs) return null;
  const ratio = ratioInterval(comparison, random);
  if (ratio.low / drift < LEAST_LOW) return null;
  return {
    comparison,
    ratio,
    drift,
    excessMsPerHour,
    shareOfTime: databaseMsPerHour > 0 ? (meanMs * callsPerHour) / databaseMsPerHour : 0,
  };
}
