import { standardNormalUpperTail } from "../distributions/normal.ts";
import { midRanks } from "../ranks/mid-ranks.ts";
import { kendallScore, varianceOfScore } from "./kendall-score.ts";
import { theilSen } from "./theil-sen.ts";

/** What a test of monotone trend says of a series. */
export interface TrendTest {
  /** Kendall's S: pairs that rise less pairs that fall. */
  readonly score: number;
  /** S over all pairs, -1 to 1: 1 where every later value is greater. */
  readonly tau: number;
  /** Standard score with correction for continuity; above 0 where the series rises. */
  readonly z: number;
  /** One-sided chance of so great a rise in a series without trend. */
  readonly risingPValue: number;
  /** By how much autocorrelation widens the variance of S (Hamed–Rao); 1 where it was not asked for. */
  readonly varianceInflation: number;
}

export interface MannKendallOptions {
  /**
   * Widen the variance by the series' own autocorrelation (Hamed–Rao); needs equal steps of time.
   * @default true
   */
  readonly correctsAutocorrelation?: boolean;
}

const NO_TREND: TrendTest = {
  score: 0,
  tau: 0,
  z: 0,
  risingPValue: 1,
  varianceInflation: 1,
};
const FEWEST_VALUES = 4;
/** Two-sided 5 %: autocorrelations within this many standard deviations of zero are taken for noise. */
const SIGNIFICANT_DEVIATIONS = 1.96;

/**
 * Whether a series rises or falls, whatever its distribution and the form of its growth.
 *
 * H. B. Mann, "Nonparametric Tests Against Trend", Econometrica 13 (1945), and M. G. Kendall, "Rank
 * Correlation Methods" (1948): S counts the pairs that rise less those that fall. Neighbours that
 * resemble each other make S vary more than chance alone; K. H. Hamed and A. R. Rao, "A modified
 * Mann-Kendall trend test for autocorrelated data", Journal of Hydrology 204 (1998), widen its
 * variance by the significant autocorrelations of the ranks of the series freed from its trend. Only
 * positive ones count here: negative ones would narrow the variance and make the test eager.
 *
 * @param values in order of time, at equal steps; fewer than 4 give no trend. Work and memory grow with the square of their number
 * @example
 * ```ts
 * import { mannKendall } from "@streamgate/telemetry/statistics";
 * mannKendall([1, 2, 4, 3, 5, 6, 8, 7, 9]).risingPValue < 0.01; // true
 * ```
 */
export function mannKendall(
  values: readonly number[],
  options: MannKendallOptions = {},
): TrendTest {
  const count = values.length;
  if (count < FEWEST_VALUES) return NO_TREND;
  const score = kendallScore(values);
  const plainVariance = varianceOfScore(values);
  if (plainVariance <= 0) return NO_TREND;
  const varianceInflation =
    options.correctsAutocorrelation === false ? 1 : autocorrelationInflation(values);
  const z =
    (Math.sign(score) * Math.max(0, Math.abs(score) - 1)) /
    Math.sqrt(plainVariance * varianceInflation);
  return {
    score,
    tau: (2 * score) / (count * (count - 1)),
    z,
    risingPValue: standardNormalUpperTail(z),
    varianceInflation,
  };
}

function autocorrelationInflation(values: readonly number[]): number {
  const count = values.length;
  const { slope } = theilSen(values);
  const ranks = midRanks(values.map((value, index) => value - slope * index));
  const mean = (count + 1) / 2;
  const deviations = ranks.map((rank) => rank - mean);
  const power = deviations.reduce((sum, deviation) => sum + deviation * deviation, 0);
  if (power === 0) return 1;
  const bound = SIGNIFICANT_DEVIATIONS / Math.sqrt(count);
  let weighted = 0;
  for (let lag = 1; lag < count; lag += 1) {
    let product = 0;
    for (let index = lag; index < count; index += 1) {
      product += (deviations[index] ?? 0) * (deviations[index - lag] ?? 0);
    }
    const correlation = product / power;
    if (correlation <= bound) continue;
    weighted += (count - lag) * (count - lag - 1) * (count - lag - 2) * correlation;
  }
  return Math.max(1, 1 + (2 * weighted) / (count * (count - 1) * (count - 2)));
}
