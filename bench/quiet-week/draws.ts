import type { Random } from "@streamgate/core";
import { bucketIndex, bucketMidpoint, type HistogramData } from "@streamgate/telemetry";

/** Draws of the kinds that a simulated service needs. */
export interface Draws {
  uniform(): number;
  normal(): number;
  /** How many events come when so many are expected. */
  poisson(mean: number): number;
  /** How many of `events` are of a kind that each is with a chance. */
  binomial(events: number, chance: number): number;
}

const GREATEST_EXACT_MEAN = 60;

export function createDraws(random: Random): Draws {
  const uniform = (): number => random.next();
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const poisson = (mean: number): number => {
    if (mean > GREATEST_EXACT_MEAN)
      return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    const limit = Math.exp(-mean);
    let events = 0;
    for (let product = uniform(); product > limit; product *= uniform()) events += 1;
    return events;
  };
  const binomial = (events: number, chance: number): number => {
    if (chance >= 1) return events;
    let found = 0;
    // Gaps between hits are geometric: rare hits among many events cost little.
    for (let at = gap(chance); at < events; at += 1 + gap(chance)) found += 1;
    return found;
  };
  const gap = (chance: number): number =>
    chance <= 0
      ? Number.POSITIVE_INFINITY
      : Math.floor(Math.log(1 - uniform()) / Math.log1p(-chance));
  return { uniform, normal, poisson, binomial };
}

/** Latencies of a service at rest: log-normal, with a share of much slower ones. */
export interface LatencyShape {
  readonly medianSeconds: number;
  readonly sigma: number;
  readonly slowShare: number;
  readonly slowFactor: number;
}

const TABLE = 4096;

/** Draws a histogram of so many latencies, each of them multiplied and moved. */
export type LatencyDraw = (count: number, factor: number, addedSeconds: number) => HistogramData;

export function latencyDraw(shape: LatencyShape, draws: Draws): LatencyDraw {
  const table = Float64Array.from({ length: TABLE }, () => {
    const usual = shape.medianSeconds * Math.exp(shape.sigma * draws.normal());
    return draws.uniform() < shape.slowShare ? usual * shape.slowFactor : usual;
  });
  return (count, factor, addedSeconds) => {
    const held = new Map<number, number>();
    for (let each = 0; each < count; each += 1) {
      const usual = table[Math.floor(draws.uniform() * TABLE)] ?? shape.medianSeconds;
      const index = bucketIndex(usual * factor + addedSeconds);
      held.set(index, (held.get(index) ?? 0) + 1);
    }
    return histogramFrom(held, count);
  };
}

function histogramFrom(held: ReadonlyMap<number, number>, count: number): HistogramData {
  const indices = [...held.keys()].sort((left, right) => left - right);
  const counts = indices.map((index) => held.get(index) ?? 0);
  const middles = indices.map(bucketMidpoint);
  return {
    count,
    sum: middles.reduce((sum, middle, position) => sum + middle * (counts[position] ?? 0), 0),
    min: middles[0] ?? Number.POSITIVE_INFINITY,
    max: middles.at(-1) ?? Number.NEGATIVE_INFINITY,
    indices,
    counts,
  };
}
