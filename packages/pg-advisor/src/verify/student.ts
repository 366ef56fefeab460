/*
 * Quantiles of Student's t, for standard errors from few windows. The normal quantile is P. J.
 * Acklam's rational approximation (2003, relative error below 1.2e-9); from it t follows by D. B.
 * Peizer and J. W. Pratt, "A Normal Approximation for Binomial, F, Beta, and Other Common, Related
 * Tail Probabilities", Journal of the American Statistical Association 63 (1968), turned round:
 * within 1 % from three degrees of freedom on, for tails down to 0.001.
 */

const CENTRE_TOP = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2,
  -3.066479806614716e1, 2.506628277459239,
];
const CENTRE_BOTTOM = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1,
  -1.328068155288572e1, 1,
];
const TAIL_TOP = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734,
  4.374664141464968, 2.938163982698783,
];
const TAIL_BOTTOM = [
  7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1,
];
const TAIL = 0.02425;

/** The value that a standard normal variable exceeds with `probability`, 0 to 0.5. */
export function normalUpperQuantile(probability: number): number {
  if (probability < TAIL) {
    const root = Math.sqrt(-2 * Math.log(probability));
    return -polynomial(TAIL_TOP, root) / polynomial(TAIL_BOTTOM, root);
  }
  const distance = 0.5 - probability;
  const square = distance * distance;
  return (distance * polynomial(CENTRE_TOP, square)) / polynomial(CENTRE_BOTTOM, square);
}

/** The value that Student's t exceeds with `probability`, 0 to 0.5. */
export function studentUpperQuantile(probability: number, degreesOfFreedom: number): number {
  const n = Math.max(degreesOfFreedom, 1);
  const normal = normalUpperQuantile(probability);
  const scale = (n - 5 / 6) / (n - 2 / 3 + 1 / (10 * n)) ** 2;
  return Math.sqrt(n * (Math.exp(normal * normal * scale) - 1));
}

function polynomial(coefficients: readonly number[], at: number): number {
  return coefficients.reduce((sum, coefficient) => sum * at + coefficient, 0);
}
