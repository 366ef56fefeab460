import type { AnomalyMeasure, Sample } from "./measure.ts";
import { jumpMeasure } from "./measures/jump.ts";
import { levelMeasure } from "./measures/level.ts";
import { seasonMeasure } from "./measures/season.ts";
import { shapeMeasure } from "./measures/shape.ts";
import { shiftMeasure } from "./measures/shift.ts";
import { variabilityMeasure } from "./measures/variability.ts";
import type { Memory } from "./memory.ts";
import { TailSketch } from "./tail-sketch.ts";

/** What all measures say together of one value. */
interface Verdict {
  /** The fourth power mean of the measures' -log10 p: from 0 to 12. */
  readonly surprise: number;
  /** The measure that is surprised most. */
  readonly kind: AnomalyMeasure;
}

/** Several ways to be unusual, each with its own conformal p-value, merged. */
export interface Ensemble {
  next(sample: Sample): Verdict;
  /** What the shortest season says of this time; undefined where it knows nothing. */
  seasonal(atMs: number): number | undefined;
}

/*
 * Members and scales (in points) are frozen. They were chosen by hand, with the 29 series of NAB in view that `bench/anomalies`
 * reads, so its figure is not a test of a change to them: docs/math.md has the cross-validated ones.
 */
export function createEnsemble(memory: Memory, seasonsMs: readonly number[]): Ensemble {
  const seasons = seasonsMs.map((periodMs) => seasonMeasure(memory, periodMs));
  const members = [
    jumpMeasure(memory),
    levelMeasure(memory, 1000),
    shiftMeasure(memory, 4, 200),
    shiftMeasure(memory, 12, 1000),
    shiftMeasure(memory, 36, 1000),
    variabilityMeasure(memory, 10, 500),
    variabilityMeasure(memory, 30, 500),
    shapeMeasure(memory, 12, 300),
    ...seasons,
  ].map((measure) => ({ measure, past: new TailSketch(memory, measure.sides) }));

  return {
    seasonal: (atMs) => seasons[0]?.expected(atMs),
    next(sample) {
      let sum = 0;
      let most = -1;
      let kind: AnomalyMeasure = "level";
      for (const { measure, past } of members) {
        const strangeness = measure.next(sample);
        if (strangeness === undefined) continue;
        const surprise = -Math.log10(past.pValue(strangeness));
        past.add(strangeness);
        sum += (surprise * surprise) ** 2;
        if (surprise <= most) continue;
        most = surprise;
        kind = measure.kind;
      }
      return { surprise: Math.sqrt(Math.sqrt(sum / members.length)), kind };
    },
  };
}
