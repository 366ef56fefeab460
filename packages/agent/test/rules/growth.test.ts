import { type Random, seededRandom } from "@streamgate/core";
import { describe, expect, test } from "vitest";
import { GrowthSeries } from "../../src/rules/growth/growth-series.ts";
import { type GrowthVerdict, judgeGrowth } from "../../src/rules/growth/judge-growth.ts";
import { LeakWatch } from "../../src/rules/growth/leak-watch.ts";
import { MEMORY_CRITERIA } from "../../src/rules/memory/memory-leak.ts";

const MEGABYTE = 1e6;
const SECOND = 1000;

/** A floor in MB at a moment, as a share of the run, 0 to 1. */
type Shape = (share: number, random: Random) => number;

interface Run {
  readonly floors: number;
  readonly everyMs?: number;
  readonly noiseMb?: number;
  readonly load?: Shape;
}

/** Whether there was an alarm at any moment of a run, and what is said at its end. */
function watch(shape: Shape, { floors, everyMs = 2 * SECOND, noiseMb = 0.3, load }: Run, seed = 1) {
  const random = seededRandom(seed);
  const watched = new LeakWatch(MEMORY_CRITERIA);
  let alarmedAt: number | undefined;
  for (let index = 0; index < floors; index += 1) {
    const share = index / floors;
    const noise = noiseMb * (random.next() + random.next() - 1);
    const value = (shape(share, random) + noise) * MEGABYTE;
    watched.add({ atMs: index * everyMs, value, load: load?.(share, random) ?? 0 });
    if (watched.state.kind === "leaking") alarmedAt ??= index;
  }
  return { alarmedAt, state: watched.state };
}

function alarms(shape: Shape, run: Run): number {
  const SEEDS = 12;
  let count = 0;
  for (let seed = 1; seed <= SEEDS; seed += 1)
    if (watch(shape, run, seed).alarmedAt !== undefined) count += 1;
  return count / SEEDS;
}

describe("floors that rise without end", () => {
  test("are called a leak, at the rate at which they rise", () => {
    const { state } = watch((share) => 20 + 30 * share, { floors: 60 });
    expect(state.kind).toBe("leaking");
    if (state.kind !== "leaking") return;
    const { perHour } = state.growth;
    const trueRate = (30 * MEGABYTE * 3600) / 120;
    expect(perHour.point).toBeGreaterThan(0.9 * trueRate);
    expect(perHour.point).toBeLessThan(1.1 * trueRate);
    expect(perHour.low).toBeLessThanOrEqual(perHour.point);
    expect(perHour.high).toBeGreaterThanOrEqual(perHour.point);
  });

  test("are found after a warm-up, too", () => {
    const shape: Shape = (share) => 40 + 30 * (1 - Math.exp(-share / 0.04)) + 20 * share;
    expect(watch(shape, { floors: 80 }).state.kind).toBe("leaking");
  });

  test("are found after a step, too", () => {
    const shape: Shape = (share) => 40 + (share > 0.1 ? 15 : 0) + 20 * share;
    expect(watch(shape, { floors: 80 }).state.kind).toBe("leaking");
  });

  test("are found under a rhythm of the load that is greater than they are", () => {
    const rhythm: Shape = (share) => 1 + 0.6 * Math.sin(share * 40);
    const shape: Shape = (share, random) => 30 + 12 * rhythm(share, random) + 10 * share;
    const load: Shape = (share, random) => 400 * rhythm(share, random);
    expect(watch(shape, { floors: 60, load }).state.kind).toBe("leaking");
  });

  test("are found over weeks, though each window of minutes is lost in noise", () => {
    const series = new GrowthSeries();
    const random = seededRandom(4);
    for (let minute = 0; minute < 14 * 24 * 60; minute += 2) {
      const value = (200 + minute / 200 + 20 * random.next()) * MEGABYTE;
      series.add({ atMs: minute * 60 * SECOND, value, load: 0 });
    }
    expect(judgeGrowth(series, MEMORY_CRITERIA).grows).toBe(true);
  });
});

describe("healthy floors are left in peace:", () => {
  test.each<[string, Shape]>([
    ["noise alone", () => 30],
    ["a warm-up", (share) => 20 + 20 * (1 - Math.exp(-share / 0.12))],
    [
      "a cache that fills at an even rate and is full",
      (share) => 20 + 20 * Math.min(1, share / 0.2),
    ],
    ["one step", (share) => 20 + (share > 0.5 ? 10 : 0)],
    ["two steps", (share) => 20 + (share > 0.3 ? 8 : 0) + (share > 0.7 ? 8 : 0)],
    ["a sawtooth", (share) => 20 + 10 * ((share * 7) % 1)],
    ["a rhythm", (share) => 30 + 10 * Math.sin(share * 2 * Math.PI * 4)],
    ["sessions that end after their time", (share) => 20 + 60 * Math.min(share, 0.2)],
  ])("%s", (_name, shape) => {
    expect(alarms(shape, { floors: 60 })).toBeLessThanOrEqual(1 / 12);
  });

  test("a load that ramps up, with all that requests hold", () => {
    const ramp: Shape = (share) => 100 + 400 * share;
    const shape: Shape = (share, random) => 10 + 0.05 * ramp(share, random);
    expect(alarms(shape, { floors: 60, load: ramp })).toBe(0);
  });
});

describe("an alarm goes away", () => {
  test("when what was held is given back", () => {
    const { alarmedAt, state } = watch((share) => (share < 0.7 ? 20 + 40 * share : 20), {
      floors: 100,
    });
    expect(alarmedAt).toBeDefined();
    expect(state.kind).toBe("quiet");
  });

  test("when the growth has ended for a while", () => {
    const { alarmedAt, state } = watch((share) => 20 + 40 * Math.min(share, 0.6), { floors: 100 });
    expect(alarmedAt).toBeDefined();
    expect(state.kind).toBe("quiet");
  });
});

describe("what is too little to be called a trend says why:", () => {
  test.each<[string, Shape, Run]>([
    ["too-few-points", (share) => 20 + 30 * share, { floors: 5 }],
    ["too-short", (share) => 20 + 30 * share, { floors: 40, everyMs: 100 }],
    ["rise-too-small", (share) => 20 + 0.2 * share, { floors: 40, noiseMb: 0 }],
    ["decelerates", (share) => 20 + 30 * (1 - Math.exp(-share / 0.25)), { floors: 40, noiseMb: 0 }],
    ["step", (share) => 20 + share + (share > 0.5 ? 20 : 0), { floors: 40, noiseMb: 0 }],
  ])("%s", (reason, shape, run) => {
    expect(reasonOf(shape, run)).toBe(reason);
  });
});

function reasonOf(shape: Shape, run: Run): string {
  const { state } = watch(shape, run);
  const verdict: GrowthVerdict | undefined = state.kind === "quiet" ? state.verdict : undefined;
  return verdict === undefined || verdict.grows ? state.kind : verdict.reason;
}
