import { seededRandom } from "@streamgate/core";

export const STEP_MS = 10_000;
export const STEPS_A_DAY = 8640;
export const MONDAY_MS: number = Date.UTC(2025, 0, 6);

export function normalNumbers(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** High by day, low by night, with noise. */
export function dailyRhythm(steps: number, seed: number): number[] {
  const noise = normalNumbers(seed);
  return Array.from(
    { length: steps },
    (_, step) => 100 - 40 * Math.cos((2 * Math.PI * step) / STEPS_A_DAY) + 2 * noise(),
  );
}
