import { describe, expect, test } from "vitest";
import { planRead } from "../../src/history/read-plan.ts";
import type { TierState, TierStates } from "../../src/history/tier-states.ts";
import { TIERS } from "../../src/history/tiers.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = 20_000 * DAY_MS;
const tiers = TIERS.map((tier) => ({ ...tier, retentionMs: tier.defaultRetentionMs }));

/** Each tier rolled up to so long ago. */
function states(agoMs: Readonly<Record<number, number>>): TierStates {
  return new Map<number, TierState>(
    tiers.map(({ stepMs }) => [
      stepMs,
      {
        rolledToMs: NOW_MS - (agoMs[stepMs] ?? 0),
        rolledSeries: 0,
        keptFromMs: Number.NEGATIVE_INFINITY,
      },
    ]),
  );
}

const USUAL = states({ 10000: 0.1 * HOUR_MS, 300000: HOUR_MS, 3600000: 12 * HOUR_MS });

function plan(
  fromAgoMs: number,
  stepMs?: number,
): { readonly stepMs: number; readonly told: string[] } {
  const query = { fromMs: NOW_MS - fromAgoMs, toMs: NOW_MS, ...(stepMs && { stepMs }) };
  const { segments, stepMs: chosenMs } = planRead(query, tiers, USUAL, NOW_MS);
  for (const [at, segment] of segments.entries()) {
    if (at > 0) expect(segment.fromMs).toBe(segments[at - 1]?.toMs);
  }
  expect(segments[0]?.fromMs).toBeLessThanOrEqual(NOW_MS - Math.min(fromAgoMs, 390 * DAY_MS));
  expect(segments.at(-1)?.toMs).toBe(NOW_MS);
  return { stepMs: chosenMs, told: segments.map(({ tier }) => tier.name) };
}

describe("which tiers are read", () => {
  test("the coarsest that gives a few hundred points, and finer ones where it has not come to yet", () => {
    expect(plan(20 * 60_000)).toEqual({ stepMs: 4_000, told: ["1s"] });
    expect(plan(HOUR_MS)).toEqual({ stepMs: 10_000, told: ["10s", "1s"] });
    expect(plan(2 * DAY_MS)).toEqual({ stepMs: 300_000, told: ["5m", "10s", "1s"] });
    expect(plan(30 * DAY_MS)).toEqual({ stepMs: 2 * HOUR_MS, told: ["1h", "5m", "10s", "1s"] });
    expect(plan(400 * DAY_MS)).toEqual({ stepMs: 32 * HOUR_MS, told: ["1h", "5m", "10s", "1s"] });
  });

  test("where the tier of the step no longer reaches back, a coarser one", () => {
    expect(plan(3 * HOUR_MS, 1_000)).toEqual({ stepMs: 1_000, told: ["10s", "1s"] });
    expect(plan(100 * DAY_MS, 1_000)).toEqual({ stepMs: 1_000, told: ["1h", "5m", "10s", "1s"] });
    expect(plan(3 * DAY_MS, 60_000)).toEqual({ stepMs: 60_000, told: ["5m", "10s", "1s"] });
  });

  test("a step is the greatest multiple of a tier's that was allowed", () => {
    expect(plan(HOUR_MS, 25_000).stepMs).toBe(20_000);
    expect(plan(HOUR_MS, 500).stepMs).toBe(1_000);
  });

  test("a stretch without points, or without ends, is none", () => {
    const nothing = { fromMs: NOW_MS, toMs: NOW_MS };
    expect(planRead(nothing, tiers, USUAL, NOW_MS).segments).toEqual([]);
    expect(() => planRead({ fromMs: Number.NaN, toMs: 1 }, tiers, USUAL, NOW_MS)).toThrow(
      /no ends/,
    );
    expect(() => planRead({ ...nothing, stepMs: 0 }, tiers, USUAL, NOW_MS)).toThrow(/step of 0/);
  });
});
