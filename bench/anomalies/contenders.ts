import { createAnomalyDetector } from "@streamgate/telemetry/statistics";
import type { NabSeries } from "./nab-corpus.ts";
import { bayesianChangePoint } from "./rivals/bayesian-change-point.ts";
import { knnCad } from "./rivals/knn-cad.ts";
import { windowedGaussian } from "./rivals/windowed-gaussian.ts";

export const OURS = "streamgate";
const QUIET_POINTS = 150;

/** Gives each point of a series its score. */
export interface Contender {
  readonly name: string;
  score(series: NabSeries): Float64Array;
}

/** Rivals run as published, and once more with what helps ours most: one incident scores once. */
export const CONTENDERS: readonly Contender[] = [
  {
    name: OURS,
    score({ atMs, values }) {
      const detector = createAnomalyDetector();
      return Float64Array.from(values, (value, at) => detector.observe(atMs[at] ?? 0, value).score);
    },
  },
  ...[windowedGaussian, knnCad, bayesianChangePoint].flatMap((rival) => [
    { name: rival.name, score: ({ values }: NabSeries) => rival.score(values) },
    {
      name: `${rival.name}, told once`,
      score: ({ values }: NabSeries) => toldOnce(rival.score(values)),
    },
  ]),
];

/** 0 where one of the last 150 points had a score as great. */
function toldOnce(scores: Float64Array): Float64Array {
  return scores.map((score, at) => {
    for (let before = Math.max(0, at - QUIET_POINTS); before < at; before += 1)
      if ((scores[before] ?? 0) >= score) return 0;
    return score;
  });
}
