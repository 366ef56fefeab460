import { seededRandom } from "@streamgate/core";
import type { BenchRow } from "../contract.ts";
import { CONTENDERS, OURS } from "./contenders.ts";
import type { NabSeries } from "./nab-corpus.ts";
import {
  LOW_FALSE_POSITIVES,
  type NabProfile,
  optimise,
  type ScoredSeries,
  STANDARD,
  scoreAt,
} from "./nab-score.ts";

const PROFILES = [STANDARD, LOW_FALSE_POSITIVES] as const;
const SPLITS = 25;

export interface NabMeasurement {
  readonly standard: number;
  readonly lowFalsePositives: number;
  readonly rows: readonly BenchRow[];
}

/** Scores every contender on the whole corpus, with the threshold of other series, and by category. */
export function measureNab(
  corpus: readonly NabSeries[],
  tell: (line: string) => void,
): NabMeasurement {
  const rows: BenchRow[] = [];
  const best = { standard: 0, lowFalsePositives: 0 };
  for (const contender of CONTENDERS) {
    const { name } = contender;
    const runs = corpus.map((series) => ({ series, scores: contender.score(series) }));
    const told: string[] = [];
    for (const profile of PROFILES) {
      const whole = optimise(runs, profile);
      const crossed = crossValidated(runs, profile);
      rows.push(row(name, `NAB ${profile.name}`, whole.score));
      rows.push(row(name, `NAB ${profile.name}, threshold from the other half`, crossed));
      told.push(
        `${profile.name} ${whole.score.toFixed(1)} (${whole.windowsFound} of ${whole.windows} windows, ` +
          `${whole.falsePositives} false), threshold from the other half ${crossed.toFixed(1)}`,
      );
      if (profile === STANDARD && name === OURS) {
        best.standard = whole.score;
        rows.push(...byCategory(name, runs, whole.threshold, tell));
      }
      if (profile === LOW_FALSE_POSITIVES && name === OURS) best.lowFalsePositives = whole.score;
    }
    tell(`${name}: ${told.join("; ")}`);
  }
  return { ...best, rows };
}

/** The mean over random halves, each scored at the threshold that is best for the other. */
function crossValidated(runs: readonly ScoredSeries[], profile: NabProfile): number {
  const random = seededRandom(7);
  let sum = 0;
  let windows = 0;
  for (let split = 0; split < SPLITS; split += 1) {
    const shuffled = random.shuffle(runs);
    const half = Math.ceil(shuffled.length / 2);
    const halves = [shuffled.slice(0, half), shuffled.slice(half)] as const;
    for (const [tuned, judged] of [halves, [halves[1], halves[0]] as const]) {
      const result = scoreAt(judged, profile, optimise(tuned, profile).threshold);
      if (result.windows === 0) continue;
      sum += result.score * result.windows;
      windows += result.windows;
    }
  }
  return sum / windows;
}

function byCategory(
  name: string,
  runs: readonly ScoredSeries[],
  threshold: number,
  tell: (line: string) => void,
): readonly BenchRow[] {
  const categories = [...new Set(runs.map(({ series }) => series.category))];
  return categories.flatMap((category) => {
    const chosen = runs.filter(({ series }) => series.category === category);
    const result = scoreAt(chosen, STANDARD, threshold);
    const found = `${result.windowsFound} of ${result.windows} windows, ${result.falsePositives} false`;
    if (result.windows === 0) {
      tell(`  ${category}: ${found}`);
      return [];
    }
    tell(`  ${category}: ${result.score.toFixed(1)} (${found})`);
    return [row(name, `NAB ${STANDARD.name}, ${category}`, result.score)];
  });
}

function row(subject: string, metric: string, score: number): BenchRow {
  return { subject, metric, unit: "points of 100", median: score, best: score, ratio: 1 };
}
