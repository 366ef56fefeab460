import type { HistogramData } from "./histogram-data.ts";
import { LAST_BUCKET } from "./log-linear.ts";

/** A count for each bucket that there can be; all are 0 between two uses. */
let tally: Float64Array | undefined;

/**
 * All values of many histograms, without loss: what merging them one by one would give, which would copy the growing one each time.
 *
 * @example
 * ```ts
 * import { histogramOf, sumHistograms } from "@streamgate/telemetry";
 * sumHistograms([histogramOf([0.1]), histogramOf([0.2, 0.3])]).count; // 3
 * ```
 */
export function sumHistograms(all: readonly HistogramData[]): HistogramData {
  tally ??= new Float64Array(LAST_BUCKET + 1);
  let count = 0;
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let lowest = LAST_BUCKET;
  let highest = 0;
  for (const data of all) {
    if (data.indices.length === 0) continue;
    count += data.count;
    sum += data.sum;
    min = Math.min(min, data.min);
    max = Math.max(max, data.max);
    lowest = Math.min(lowest, data.indices[0] ?? 0);
    highest = Math.max(highest, data.indices.at(-1) ?? 0);
    for (let position = 0; position < data.indices.length; position += 1) {
      const index = data.indices[position] ?? 0;
      tally[index] = (tally[index] ?? 0) + (data.counts[position] ?? 0);
    }
  }
  let buckets = 0;
  for (let index = lowest; index <= highest; index += 1) if (tally[index] !== 0) buckets += 1;
  // Of the right length at once: arrays that grow by `push` end half empty, and answers hold thousands.
  const indices = new Array<number>(buckets);
  const counts = new Array<number>(buckets);
  let position = 0;
  for (let index = lowest; index <= highest; index += 1) {
    const held = tally[index] ?? 0;
    if (held === 0) continue;
    indices[position] = index;
    counts[position] = held;
    position += 1;
    tally[index] = 0;
  }
  return { count, sum, min, max, indices, counts };
}
