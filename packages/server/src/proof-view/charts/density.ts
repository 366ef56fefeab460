const POINTS = 96;
/** Bandwidth in logarithms below which a curve would only be spikes. */
const LEAST_BANDWIDTH = 0.02;

/**
 * Gaussian kernel density of the logarithms of samples at even steps of a logarithmic axis, highest
 * value 1; the bandwidth is Silverman's (Density Estimation, 1986, eq. 3.31).
 */
export function logDensity(
  samples: readonly number[],
  low: number,
  high: number,
): readonly { readonly value: number; readonly height: number }[] {
  const logs = samples.filter((sample) => sample > 0).map(Math.log);
  if (logs.length === 0) return [];
  const bandwidth = bandwidthOf(logs);
  const heights = Array.from({ length: POINTS }, (_, index) => {
    const at = Math.log(low) + (Math.log(high / low) * index) / (POINTS - 1);
    const sum = logs.reduce(
      (total, log) => total + Math.exp(-0.5 * ((at - log) / bandwidth) ** 2),
      0,
    );
    return { value: Math.exp(at), height: sum };
  });
  const most = Math.max(...heights.map(({ height }) => height));
  return heights.map(({ value, height }) => ({ value, height: most > 0 ? height / most : 0 }));
}

function bandwidthOf(logs: readonly number[]): number {
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const deviation = Math.sqrt(
    logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / Math.max(1, logs.length - 1),
  );
  const sorted = [...logs].sort((left, right) => left - right);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  const spread = Math.min(deviation, (at(0.75) - at(0.25)) / 1.34 || deviation);
  return Math.max(LEAST_BANDWIDTH, 0.9 * spread * logs.length ** -0.2);
}
