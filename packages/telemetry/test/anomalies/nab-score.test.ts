import { describe, expect, test } from "vitest";
import type { NabSeries } from "../../../../bench/anomalies/nab-corpus.ts";
import {
  LOW_FALSE_POSITIVES,
  optimise,
  STANDARD,
  scoreAt,
} from "../../../../bench/anomalies/nab-score.ts";

const series = (windows: NabSeries["windows"]): NabSeries => ({
  name: "made/up.csv",
  category: "made",
  atMs: Array.from({ length: 1000 }, (_, index) => index),
  values: Array.from({ length: 1000 }, () => 0),
  windows,
});

const one = series([{ first: 400, last: 499 }]);
const saying = (...at: number[]): Float64Array => {
  const scores = new Float64Array(1000);
  for (const index of at) scores[index] = 1;
  return scores;
};

describe("NAB's score", () => {
  test("saying nothing is 0, the first point of every window 100", () => {
    const two = series([
      { first: 300, last: 399 },
      { first: 700, last: 799 },
    ]);
    for (const profile of [STANDARD, LOW_FALSE_POSITIVES]) {
      expect(optimise([{ series: two, scores: saying() }], profile).score).toBe(0);
      expect(scoreAt([{ series: two, scores: saying(300, 700) }], profile, 1).score).toBeCloseTo(
        100,
        9,
      );
    }
  });

  test("a detection in the middle of the window earns 0.86 of the first one's worth", () => {
    const { score } = scoreAt([{ series: one, scores: saying(450) }], STANDARD, 1);
    // 2 / (1 + e^-2.5) - 1 over 2 / (1 + e^-5) - 1 is 0.8598: half of the way from missed to found, and that.
    expect(score).toBeCloseTo((100 * (1 + 0.8598)) / 2, 2);
  });

  test("only the earliest detection in a window counts", () => {
    const early = scoreAt([{ series: one, scores: saying(410) }], STANDARD, 1).score;
    expect(scoreAt([{ series: one, scores: saying(410, 420, 499) }], STANDARD, 1).score).toBe(
      early,
    );
  });

  test("a false alarm costs 0.11 far from windows, twice that under low-FP, and little just behind one", () => {
    const cost = (profile: typeof STANDARD, at: number): number =>
      (scoreAt([{ series: one, scores: saying(400, at) }], profile, 1).score - 100) / 50;
    expect(cost(STANDARD, 300)).toBeCloseTo(-0.11, 9);
    expect(cost(LOW_FALSE_POSITIVES, 300)).toBeCloseTo(-0.22, 9);
    expect(cost(STANDARD, 900)).toBeCloseTo(-0.11, 6);
    expect(cost(STANDARD, 501)).toBeGreaterThan(-0.01);
  });

  test("what is said during the first 15 % does not count", () => {
    expect(scoreAt([{ series: one, scores: saying(149, 400) }], STANDARD, 1).score).toBeCloseTo(
      100,
      9,
    );
    expect(scoreAt([{ series: one, scores: saying(150, 400) }], STANDARD, 1).score).toBeLessThan(
      95,
    );
  });

  test("the threshold that it finds is the best one, for all series together", () => {
    const scores = new Float64Array(1000);
    scores[200] = 0.9;
    scores[410] = 0.7;
    scores[800] = 0.5;
    const best = optimise([{ series: one, scores }], STANDARD);
    expect(best.threshold).toBe(0.7);
    for (const threshold of [0.4, 0.5, 0.9, 0.95])
      expect(scoreAt([{ series: one, scores }], STANDARD, threshold).score).toBeLessThan(
        best.score,
      );
    expect(scoreAt([{ series: one, scores }], STANDARD, 0.7).score).toBeCloseTo(best.score, 9);
  });
});
