/** What goes wrong: turns the healthy values from the fault on into those seen. */
export interface Fault {
  readonly name: string;
  /** `step` counts from the fault. */
  distort(value: number, step: number, healthy: HealthyContext): number;
}

export interface HealthyContext {
  readonly median: number;
  /** The 99.9 % quantile. */
  readonly extreme: number;
  /** The last value before the fault. */
  readonly before: number;
}

const RAMP_STEPS = 60;

export const FAULTS: readonly Fault[] = [
  {
    name: "one value at twice the 99.9 % quantile",
    distort: (value, step, { extreme }) => (step === 0 ? 2 * extreme : value),
  },
  { name: "doubled", distort: (value) => 2 * value },
  { name: "half as much again", distort: (value) => 1.5 * value },
  { name: "nothing any more", distort: () => 0 },
  { name: "frozen at the last value", distort: (_, __, { before }) => before },
  {
    name: "tripled within 10 minutes",
    distort: (value, step) => value * (1 + 2 * Math.min(1, step / RAMP_STEPS)),
  },
];
