import { createSlotRing, slotsOf } from "./slots.ts";

/** Sums of two kinds of amounts over a moving window: a part and the whole. */
export interface SumWindow {
  /** @returns whether the moment is still in the window */
  add(atMs: number, part: number, whole: number): boolean;
  sums(nowMs: number): Sums;
  /** How much of the window has been seen, in ms: less than its length after a start. */
  coveredMs(nowMs: number): number;
  clear(): void;
  state(): readonly number[];
  restore(state: readonly number[]): void;
}

interface Sums {
  readonly part: number;
  readonly whole: number;
}

/** Bounded memory whatever the traffic: at most 60 slots of two numbers, with running totals. */
export function createSumWindow(windowMs: number): SumWindow {
  const slots = slotsOf(windowMs);
  const parts = new Float64Array(slots.count);
  const wholes = new Float64Array(slots.count);
  let totals = { part: 0, whole: 0 };
  let firstMs = Number.POSITIVE_INFINITY;
  const ring = createSlotRing(slots, (place) => {
    totals.part -= parts[place] ?? 0;
    totals.whole -= wholes[place] ?? 0;
    parts[place] = 0;
    wholes[place] = 0;
    // Fractions leave errors of rounding behind: once a turn the totals are made anew.
    if (place === 0) sumUp();
  });
  const sumUp = (): void => {
    totals = { part: sumOf(parts), whole: sumOf(wholes) };
  };
  return {
    add(atMs, part, whole) {
      const place = ring.placeOf(atMs);
      if (place < 0) return false;
      // A watched process may report anything; a sum must not be lost to it.
      if (!(part >= 0 && whole >= 0) || !Number.isFinite(part + whole)) return true;
      parts[place] = (parts[place] ?? 0) + part;
      wholes[place] = (wholes[place] ?? 0) + whole;
      totals.part += part;
      totals.whole += whole;
      if (atMs < firstMs) firstMs = atMs;
      return true;
    },
    sums(nowMs) {
      ring.advance(nowMs);
      return totals;
    },
    coveredMs: (nowMs) => Math.min(windowMs, Math.max(0, nowMs - firstMs)),
    clear() {
      parts.fill(0);
      wholes.fill(0);
      sumUp();
      firstMs = Number.POSITIVE_INFINITY;
      ring.begin(Number.NEGATIVE_INFINITY);
    },
    state: () =>
      Number.isFinite(ring.newest()) ? [ring.newest(), firstMs, ...parts, ...wholes] : [],
    restore(state) {
      const [newest, first, ...kept] = state;
      if (newest === undefined || first === undefined || kept.length !== 2 * slots.count) return;
      parts.set(kept.slice(0, slots.count));
      wholes.set(kept.slice(slots.count));
      sumUp();
      firstMs = first;
      ring.begin(newest);
    },
  };
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
