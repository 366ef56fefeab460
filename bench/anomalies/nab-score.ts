import type { NabSeries } from "./nab-corpus.ts";

/*
 * NAB's scoring: A. Lavin and S. Ahmad, "Evaluating Real-time Anomaly Detection Algorithms: the Numenta Anomaly
 * Benchmark", IEEE ICMLA 2015. The first detection in a window earns up to 1, more the earlier it comes; a window without one
 * costs 1; every detection outside costs the profile's weight, less just behind a window. The first 15 % of a series (of its
 * first 5,000 points) do not count. One threshold for all series, the best there is. 0 = says nothing, 100 = says the
 * first point of every window and nothing else.
 */
export interface NabProfile {
  readonly name: string;
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
}

export const STANDARD: NabProfile = {
  name: "standard",
  truePositive: 1,
  falsePositive: 0.11,
  falseNegative: 1,
};

export const LOW_FALSE_POSITIVES: NabProfile = {
  ...STANDARD,
  name: "low-FP",
  falsePositive: 0.22,
};

const PROBATION_SHARE = 0.15;
const PROBATION_CAP_POINTS = 5000;
/** From three widths behind a window on, a detection has nothing to do with it. */
const FAR_WIDTHS = 3;

/** A series with the score that a detector gave to each of its points. */
export interface ScoredSeries {
  readonly series: NabSeries;
  readonly scores: ArrayLike<number>;
}

export interface NabResult {
  /** 0 to 100; below 0 where saying nothing had been better. */
  readonly score: number;
  readonly threshold: number;
  /** Detections outside of windows at this threshold. */
  readonly falsePositives: number;
  readonly windowsFound: number;
  readonly windows: number;
}

/** One point that counts: what it brings, and to which window it belongs (-1: none). */
interface Candidate {
  readonly score: number;
  readonly gain: number;
  readonly window: number;
}

/** The best score that one common threshold reaches, and that threshold. */
export function optimise(runs: readonly ScoredSeries[], profile: NabProfile): NabResult {
  const { candidates, windows } = candidatesOf(runs, profile);
  const sorted = candidates.sort((left, right) => right.score - left.score);
  const best = new Float64Array(windows).fill(-profile.falseNegative);
  const nothing: NabResult = {
    score: 0,
    threshold: Number.POSITIVE_INFINITY,
    falsePositives: 0,
    windowsFound: 0,
    windows,
  };
  let optimum = nothing;
  let raw = -profile.falseNegative * windows;
  let falsePositives = 0;
  let windowsFound = 0;
  for (const [position, candidate] of sorted.entries()) {
    if (candidate.window < 0) {
      raw += candidate.gain;
      falsePositives += 1;
    } else {
      const before = best[candidate.window] ?? 0;
      if (before === -profile.falseNegative) windowsFound += 1;
      if (candidate.gain > before) {
        raw += candidate.gain - before;
        best[candidate.window] = candidate.gain;
      }
    }
    const isLastOfItsScore = sorted[position + 1]?.score !== candidate.score;
    if (!isLastOfItsScore) continue;
    const score = normalise(raw, windows, profile);
    if (score > optimum.score)
      optimum = { score, threshold: candidate.score, falsePositives, windowsFound, windows };
  }
  return optimum;
}

/** What a given threshold scores. */
export function scoreAt(
  runs: readonly ScoredSeries[],
  profile: NabProfile,
  threshold: number,
): NabResult {
  const { candidates, windows } = candidatesOf(runs, profile);
  const best = new Float64Array(windows).fill(-profile.falseNegative);
  let falsePositiveCost = 0;
  let falsePositives = 0;
  for (const { score, gain, window } of candidates) {
    if (score < threshold) continue;
    if (window < 0) {
      falsePositiveCost += gain;
      falsePositives += 1;
    } else best[window] = Math.max(best[window] ?? 0, gain);
  }
  const raw = best.reduce((sum, gain) => sum + gain, falsePositiveCost);
  const windowsFound = best.filter((gain) => gain !== -profile.falseNegative).length;
  return {
    score: normalise(raw, windows, profile),
    threshold,
    falsePositives,
    windowsFound,
    windows,
  };
}

function normalise(raw: number, windows: number, profile: NabProfile): number {
  const nothing = -profile.falseNegative * windows;
  const perfect = profile.truePositive * windows;
  return windows === 0 ? raw : (100 * (raw - nothing)) / (perfect - nothing);
}

function candidatesOf(
  runs: readonly ScoredSeries[],
  profile: NabProfile,
): { readonly candidates: Candidate[]; readonly windows: number } {
  const candidates: Candidate[] = [];
  let windows = 0;
  for (const { series, scores } of runs) {
    const probation = Math.min(
      Math.floor(PROBATION_SHARE * series.values.length),
      PROBATION_SHARE * PROBATION_CAP_POINTS,
    );
    let next = 0;
    for (let index = 0; index < series.values.length; index += 1) {
      while ((series.windows[next]?.last ?? Number.POSITIVE_INFINITY) < index) next += 1;
      if (index < probation) continue;
      const window = series.windows[next];
      const score = scores[index] ?? 0;
      if (window !== undefined && index >= window.first) {
        const width = window.last - window.first + 1;
        const gain =
          (profile.truePositive * sigmoid(-(window.last - index + 1) / width)) / sigmoid(-1);
        candidates.push({ score, gain, window: windows + next });
        continue;
      }
      const previous = series.windows[next - 1];
      const behind =
        previous === undefined
          ? FAR_WIDTHS
          : (index - previous.last) / (previous.last - previous.first);
      candidates.push({ score, gain: profile.falsePositive * sigmoid(behind), window: -1 });
    }
    windows += series.windows.length;
  }
  return { candidates, windows };
}

/** 1 far before, 0 at the window's right edge, -1 far behind. */
function sigmoid(position: number): number {
  return position >= FAR_WIDTHS ? -1 : 2 / (1 + Math.exp(5 * position)) - 1;
}
