import type { GaugePoint } from "../../series/point.ts";
import { createSlotRing, slotsOf } from "./slots.ts";

/** What a gauge did over a window. */
interface GaugeReading {
  readonly avg: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
}

/** One gauge over a moving window. */
export interface GaugeWindow {
  add(point: GaugePoint): boolean;
  /** Undefined where nothing was read within the window. */
  read(nowMs: number): GaugeReading | undefined;
  clear(): void;
}

/** Extremes and means are kept slot by slot, so that what leaves the window takes its extremes along. */
export function createGaugeWindow(windowMs: number): GaugeWindow {
  const slots = slotsOf(windowMs, 30);
  const sums = new Float64Array(slots.count);
  const counts = new Float64Array(slots.count);
  const least = new Float64Array(slots.count);
  const greatest = new Float64Array(slots.count);
  const ring = createSlotRing(slots, (place) => {
    sums[place] = 0;
    counts[place] = 0;
    least[place] = Number.POSITIVE_INFINITY;
    greatest[place] = Number.NEGATIVE_INFINITY;
  });
  let last = Number.NaN;
  let lastAtMs = Number.NEGATIVE_INFINITY;
  return {
    add(point) {
      const place = ring.placeOf(point.atMs);
      if (place < 0) return false;
      if (!(point.count > 0) || !Number.isFinite(point.sum)) return true;
      sums[place] = (sums[place] ?? 0) + point.sum;
      counts[place] = (counts[place] ?? 0) + point.count;
      least[place] = Math.min(least[place] ?? point.min, point.min);
      greatest[place] = Math.max(greatest[place] ?? point.max, point.max);
      if (point.atMs >= lastAtMs) {
        last = point.last;
        lastAtMs = point.atMs;
      }
      return true;
    },
    read(nowMs) {
      ring.advance(nowMs);
      let sum = 0;
      let count = 0;
      let min = Number.POSITIVE_INFINITY;
      let max = Number.NEGATIVE_INFINITY;
      for (let place = 0; place < slots.count; place += 1) {
        sum += sums[place] ?? 0;
        count += counts[place] ?? 0;
        min = Math.min(min, least[place] ?? min);
        max = Math.max(max, greatest[place] ?? max);
      }
      return count > 0 ? { avg: sum / count, min, max, last } : undefined;
    },
    clear() {
      counts.fill(0);
      lastAtMs = Number.NEGATIVE_INFINITY;
      ring.begin(Number.NEGATIVE_INFINITY);
    },
  };
}
