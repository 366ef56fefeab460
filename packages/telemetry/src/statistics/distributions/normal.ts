/**
 * The chance that a standard normal variable exceeds `z`: W. J. Cody's rational approximations of
 * erfc ("Rational Chebyshev Approximations for the Error Function", 1969) in the continued-fraction
 * form of Numerical Recipes (3rd edition, 6.2.2), relative error below 1.2e-7 in both tails.
 */
export function standardNormalUpperTail(z: number): number {
  return complementaryErrorFunction(z / Math.SQRT2) / 2;
}

function complementaryErrorFunction(x: number): number {
  const magnitude = Math.abs(x);
  const t = 2 / (2 + magnitude);
  const COEFFICIENTS = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398,
    1.48851587, -0.82215223, 0.17087277,
  ];
  let polynomial = 0;
  for (let index = COEFFICIENTS.length - 1; index >= 0; index -= 1) {
    polynomial = (COEFFICIENTS[index] ?? 0) + t * polynomial;
  }
  const value = t * Math.exp(-magnitude * magnitude + polynomial);
  return x >= 0 ? value : 2 - value;
}
