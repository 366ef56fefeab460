import { type Random, seededRandom } from "@streamgate/core";

/** What a program of the bench is given: its chance, its time and its callers. */
export interface World {
  readonly random: Random;
  readonly lengthSeconds: number;
  /** Seconds since the program began. */
  seconds(): number;
  /** A number that the seed chooses, evenly between the two. */
  between(low: number, high: number): number;
  /** The same on a scale of ratios: as likely between 1 and 2 as between 2 and 4. */
  betweenRatios(low: number, high: number): number;
  /** Callers that come at random, `perSecond` on average, until the program ends. */
  requests(
    perSecond: number | ((seconds: number) => number),
    handle: (index: number) => unknown,
  ): void;
  /** Does something at every `seconds`, until the program ends. */
  every(seconds: number, act: () => unknown): void;
  /** Does something once. */
  after(seconds: number, act: () => unknown): void;
  sleep(seconds: number): Promise<void>;
}

/** A program: what it does, whether it leaks, and where. */
export interface Subject {
  readonly pattern: string;
  /** Functions of which one at least must be named as the place that leaks; none for a healthy program. */
  readonly sites: readonly string[];
  run(world: World): void | Promise<void>;
}

const TICK_MS = 20;

export function createWorld(seed: number, lengthSeconds: number): World {
  const random = seededRandom(seed);
  const startedMs = performance.now();
  const seconds = (): number => (performance.now() - startedMs) / 1000;
  return {
    random,
    lengthSeconds,
    seconds,
    between: (low, high) => low + random.next() * (high - low),
    betweenRatios: (low, high) => low * (high / low) ** random.next(),
    requests: (perSecond, handle) => {
      let index = 0;
      let lastMs = performance.now();
      setInterval(() => {
        const nowMs = performance.now();
        const rate = typeof perSecond === "number" ? perSecond : perSecond(seconds());
        const arrivals = poisson(random, (rate * Math.min(500, nowMs - lastMs)) / 1000);
        lastMs = nowMs;
        for (let arrival = 0; arrival < arrivals; arrival += 1) {
          handle(index);
          index += 1;
        }
      }, TICK_MS);
    },
    every: (interval, act) => void setInterval(act, interval * 1000),
    after: (delay, act) => void setTimeout(act, delay * 1000),
    sleep: (delay) =>
      new Promise((resolve) => {
        setTimeout(resolve, delay * 1000);
      }),
  };
}

/** Arrivals in a stretch with this mean; Knuth's method, which suits small means. */
function poisson(random: Random, mean: number): number {
  if (mean > 50)
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * (random.next() * 3.4 - 1.7)));
  const limit = Math.exp(-mean);
  let product = random.next();
  let arrivals = 0;
  while (product > limit) {
    arrivals += 1;
    product *= random.next();
  }
  return arrivals;
}
