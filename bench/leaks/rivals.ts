import { mannKendall } from "@streamgate/telemetry/statistics";

/** A detector of leaks that many services have, on readings taken once a second. */
export interface Rival {
  readonly name: string;
  callsLeak(readings: {
    readonly rssBytes: readonly number[];
    readonly heapUsedBytes: readonly number[];
  }): boolean;
}

const SIGNIFICANCE = 0.01;
/** One-sided 1 %; with a reading a second there are enough of them for the normal distribution. */
const SIGNIFICANT_T = 2.326;

/** Both judge the whole run once, at its end, which is kinder to them than looking at every moment. */
export const RIVALS: readonly Rival[] = [
  { name: "least squares on RSS", callsLeak: ({ rssBytes }) => slopeT(rssBytes) > SIGNIFICANT_T },
  {
    name: "plain Mann–Kendall on heapUsed",
    callsLeak: ({ heapUsedBytes }) =>
      mannKendall(heapUsedBytes, { correctsAutocorrelation: false }).risingPValue < SIGNIFICANCE,
  },
];

/** The slope of a least-squares line over its standard error. */
function slopeT(values: readonly number[]): number {
  const count = values.length;
  if (count < 4) return 0;
  const meanX = (count - 1) / 2;
  const meanY = values.reduce((sum, value) => sum + value, 0) / count;
  let xx = 0;
  let xy = 0;
  for (const [x, value] of values.entries()) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (value - meanY);
  }
  const slope = xy / xx;
  const squares = values.reduce(
    (sum, value, x) => sum + (value - meanY - slope * (x - meanX)) ** 2,
    0,
  );
  const error = Math.sqrt(squares / (count - 2) / xx);
  return error === 0 ? 0 : slope / error;
}
