import { bucketIndex, bucketMidpoint, type HistogramData } from "@streamgate/telemetry";
import { createSlotRing, slotsOf } from "./slots.ts";

/** What histograms recorded over a moving window. */
export interface HistogramWindow {
  add(atMs: number, data: HistogramData): boolean;
  /** How much was recorded, and the value below which a share of it lies: right to 1/64, NaN where nothing was. */
  read(nowMs: number, share: number): { readonly count: number; readonly quantile: number };
  clear(): void;
}

const SLOTS = 12;
/** Nothing that is worth an alert lies beyond these, and hostile values must not cost memory. */
const LOWEST = bucketIndex(1e-9);
const HIGHEST = bucketIndex(1e12);

/** Dense counts over the buckets that occur: adding is an increment, and a quantile a walk. */
export function createHistogramWindow(windowMs: number): HistogramWindow {
  const slots = slotsOf(windowMs, SLOTS);
  let low = 0;
  let width = 0;
  let counts = new Float64Array(0);
  let totals = new Float64Array(0);
  let count = 0;
  const ring = createSlotRing(slots, (place) => {
    for (let bucket = 0; bucket < width; bucket += 1) {
      const held = counts[place * width + bucket] ?? 0;
      if (held === 0) continue;
      totals[bucket] = (totals[bucket] ?? 0) - held;
      counts[place * width + bucket] = 0;
      count -= held;
    }
  });

  const makeRoomFor = (index: number): void => {
    if (width > 0 && index >= low && index < low + width) return;
    const newLow = Math.min(index, width === 0 ? index : low);
    const newHigh = Math.max(index, width === 0 ? index : low + width - 1);
    const newWidth = newHigh - newLow + 1;
    const grown = new Float64Array(newWidth * slots.count);
    for (let place = 0; width > 0 && place < slots.count; place += 1) {
      const held = counts.subarray(place * width, (place + 1) * width);
      grown.set(held, place * newWidth + (low - newLow));
    }
    const grownTotals = new Float64Array(newWidth);
    if (width > 0) grownTotals.set(totals, low - newLow);
    totals = grownTotals;
    low = newLow;
    width = newWidth;
    counts = grown;
  };
  return {
    add(atMs, data) {
      const place = ring.placeOf(atMs);
      if (place < 0) return false;
      const { indices } = data;
      const [first] = indices;
      if (first === undefined) return true;
      makeRoomFor(withinBounds(first));
      makeRoomFor(withinBounds(indices.at(-1) ?? first));
      for (const [position, index] of indices.entries()) {
        const bucket = withinBounds(index) - low;
        const held = data.counts[position] ?? 0;
        counts[place * width + bucket] = (counts[place * width + bucket] ?? 0) + held;
        totals[bucket] = (totals[bucket] ?? 0) + held;
        count += held;
      }
      return true;
    },
    read(nowMs, share) {
      ring.advance(nowMs);
      const rank = Math.max(1, Math.ceil(share * count));
      let seen = 0;
      for (let bucket = 0; bucket < width; bucket += 1) {
        seen += totals[bucket] ?? 0;
        if (seen < rank) continue;
        return { count, quantile: low + bucket <= LOWEST ? 0 : bucketMidpoint(low + bucket) };
      }
      return { count, quantile: Number.NaN };
    },
    clear() {
      counts.fill(0);
      totals.fill(0);
      count = 0;
      ring.begin(Number.NEGATIVE_INFINITY);
    },
  };
}

function withinBounds(index: number): number {
  return Math.min(HIGHEST, Math.max(LOWEST, index));
}
