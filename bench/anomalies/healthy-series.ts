import { type Random, seededRandom } from "@streamgate/core";

/** A generated series without a fault: one value every 10 s. */
export interface HealthySeries {
  readonly name: string;
  readonly values: Float64Array;
}

export const STEP_MS = 10_000;
export const STEPS_A_DAY: number = 86_400_000 / STEP_MS;
const STEPS_AN_HOUR = STEPS_A_DAY / 24;

type Model = (random: Random, steps: number) => (step: number) => number;

/** What healthy services do: rhythm of day and week, noise, heavy tails, deploys, jobs, restarts. */
const MODELS: Readonly<Record<string, Model>> = {
  "requests a second, daily and weekly rhythm": (random) => (step) => {
    const rate = 20 * rhythm(step);
    return Math.max(0, rate + Math.sqrt(rate / 10) * normal(random));
  },
  "latency, log-normal with memory and load": (random) => {
    let memory = 0;
    return (step) => {
      memory = 0.8 * memory + 0.1 * normal(random);
      return 0.05 * Math.exp(0.3 * rhythm(step) + memory);
    };
  },
  "latency with heavy tails (Student t, 3 degrees of freedom)": (random) => (step) =>
    0.02 * (1 + 0.2 * rhythm(step)) + 0.002 * Math.abs(studentThree(random)),
  "heavy tails (Pareto, exponent 2)": (random) => () => 0.01 / Math.sqrt(1 - random.next()),
  "deploys: the level changes by up to 5 % twice a day": (random, steps) => {
    const levels = Array.from(
      { length: Math.ceil((2 * steps) / STEPS_A_DAY) + 1 },
      () => 0.95 + 0.1 * random.next(),
    );
    return (step) => {
      const deploy = Math.floor(step / (STEPS_A_DAY / 2));
      return 0.1 * (levels[deploy] ?? 1) * (1 + 0.2 * rhythm(step) + 0.03 * normal(random));
    };
  },
  "heap: a sawtooth between collections": (random) => {
    let used = 100;
    return (step) => {
      used += (0.5 + random.next()) * (0.5 + rhythm(step));
      if (used > 180 + 10 * random.next()) used = 95 + 5 * random.next();
      return used;
    };
  },
  "CPU with an hourly job and a nightly one": (random) => (step) => {
    const isHourly = step % STEPS_AN_HOUR < 6;
    const ofNight = (step % STEPS_A_DAY) / STEPS_AN_HOUR;
    const isNightly = ofNight > 3 && ofNight < 3.3;
    const job = (isHourly ? 0.2 : 0) + (isNightly ? 0.35 : 0);
    return 0.1 + 0.2 * rhythm(step) + job + 0.02 * normal(random);
  },
  "errors: mostly none, now and then one": (random) => () => (random.next() < 0.02 ? 0.1 : 0),
  "pool: few connections in use, whole numbers": (random) => (step) =>
    Math.round(Math.max(0, 5 * rhythm(step) + 1.5 * normal(random))),
  "entries of a cache: a walk that returns": (random) => {
    let entries = 50_000;
    return () => {
      entries += 0.0005 * (50_000 - entries) + 150 * normal(random);
      return Math.round(entries);
    };
  },
  "a gauge that never moves": () => () => 42,
};

/** Each model's series over so many days. */
export function healthySeries(days: number, seed: number): readonly HealthySeries[] {
  const steps = days * STEPS_A_DAY;
  return Object.entries(MODELS).map(([name, model], index) => {
    const next = model(seededRandom(seed * 1000 + index), steps);
    return { name, values: Float64Array.from({ length: steps }, (_, step) => next(step)) };
  });
}

/** Between about 0.2 by night and 1 by day; two days a week are quieter. */
function rhythm(step: number): number {
  const day = step / STEPS_A_DAY;
  const ofDay = 0.6 - 0.4 * Math.cos(2 * Math.PI * day);
  return day % 7 >= 5 ? 0.6 * ofDay : ofDay;
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

function studentThree(random: Random): number {
  const squares = [1, 2, 3].reduce((sum) => sum + normal(random) ** 2, 0);
  return normal(random) / Math.sqrt(squares / 3);
}
