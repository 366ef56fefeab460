import type { Rival } from "./rival.ts";

const LONGEST_RUN = 500;
const HAZARD = 1 / 250;

/*
 * Bayesian online change point detection: R. P. Adams and D. J. C. MacKay (2007), with a normal of unknown mean and variance,
 * whose prediction is Student's t. The score is the share by which the most probable length of the present run fell with this point.
 */
export const bayesianChangePoint: Rival = {
  name: "Bayesian change point",
  score(values) {
    const scale = spread(values.slice(0, 100));
    const weights = new Float64Array(LONGEST_RUN + 1);
    const means = new Float64Array(LONGEST_RUN + 1);
    const counts = new Float64Array(LONGEST_RUN + 1);
    const squares = new Float64Array(LONGEST_RUN + 1);
    const prior = { mean: values[0] ?? 0, count: 1, square: scale * scale };
    const begin = (): void => {
      means[0] = prior.mean;
      counts[0] = prior.count;
      squares[0] = prior.square;
    };
    begin();
    weights[0] = 1;
    let runs = 1;
    let before = 1;
    return Float64Array.from(values, (value) => {
      let changed = 0;
      let total = 0;
      for (let run = runs - 1; run >= 0; run -= 1) {
        const count = counts[run] ?? 1;
        const mean = means[run] ?? 0;
        const square = squares[run] ?? 1;
        const variance = (square / count) * (1 + 1 / count);
        const likelihood = studentDensity(value - mean, variance, count);
        const weight = (weights[run] ?? 0) * likelihood;
        changed += weight * HAZARD;
        const grown = Math.min(run + 1, LONGEST_RUN);
        weights[grown] = weight * (1 - HAZARD) + (run === LONGEST_RUN ? (weights[grown] ?? 0) : 0);
        counts[grown] = count + 1;
        means[grown] = mean + (value - mean) / (count + 1);
        squares[grown] = square + ((value - mean) ** 2 * count) / (count + 1);
        total += weight;
      }
      weights[0] = changed;
      begin();
      runs = Math.min(runs + 1, LONGEST_RUN + 1);
      let longest = 0;
      for (let run = 0; run < runs; run += 1) {
        weights[run] = total > 0 ? (weights[run] ?? 0) / total : Number(run === 0);
        if ((weights[run] ?? 0) > (weights[longest] ?? 0)) longest = run;
      }
      const score = longest < before ? 1 - longest / before : 0;
      before = longest;
      return score;
    });
  },
};

/** Student's t, up to a factor that hardly depends on the degrees of freedom beyond a few. */
function studentDensity(deviation: number, variance: number, freedom: number): number {
  const safe = Math.max(variance, 1e-18);
  const power = Math.exp(-((freedom + 1) / 2) * Math.log1p(deviation ** 2 / (freedom * safe)));
  return (normaliser(freedom) * power) / Math.sqrt(safe);
}

/** Gamma((v + 1) / 2) / (Gamma(v / 2) * sqrt(v * pi)), by its asymptotic series. */
function normaliser(freedom: number): number {
  return (1 - 1 / (4 * freedom) + 1 / (32 * freedom ** 2)) / Math.sqrt(2 * Math.PI);
}

function spread(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return Math.sqrt(variance) || 1;
}
