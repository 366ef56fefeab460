import type { GrowthPoint } from "./growth-series.ts";
import { GrowthSeries } from "./growth-series.ts";
import {
  type Growth,
  type GrowthCriteria,
  type GrowthVerdict,
  judgeGrowth,
} from "./judge-growth.ts";

/** Looks that must agree, each with a new reading, before growth is called a leak. */
const AGREEING_LOOKS = 2;
/** Readings after which an end of the growth is believed. */
const READINGS_TO_BELIEVE_THE_END = 10;
/** Of the leak's rate: less than this is an end of it. */
const ENDED_SHARE = 0.25;

/** What a watch knows: not growing and why not, perhaps, or leaking. */
export type LeakState =
  | { readonly kind: "quiet"; readonly verdict: GrowthVerdict }
  | { readonly kind: "suspected"; readonly growth: Growth }
  | { readonly kind: "leaking"; readonly growth: Growth };

/**
 * Follows one quantity from reading to reading: quiet, suspected, leaking, and back when the growth
 * has ended or what was held was given back.
 */
export class LeakWatch {
  private readonly series = new GrowthSeries();
  private readonly criteria: GrowthCriteria;
  private agreeing = 0;
  private agreeingSinceMs = 0;
  private sinceGrowth: GrowthPoint[] = [];
  private current: LeakState = {
    kind: "quiet",
    verdict: { grows: false, reason: "too-few-points" },
  };

  constructor(criteria: GrowthCriteria) {
    this.criteria = criteria;
  }

  get state(): LeakState {
    return this.current;
  }

  add(point: GrowthPoint): LeakState {
    this.series.add(point);
    const verdict = judgeGrowth(this.series, this.criteria);
    this.current = this.next(verdict, point);
    return this.current;
  }

  private next(verdict: GrowthVerdict, point: GrowthPoint): LeakState {
    if (verdict.grows) {
      if (this.agreeing === 0) this.agreeingSinceMs = point.atMs;
      this.agreeing += 1;
      this.sinceGrowth = [];
      const isLeaking = this.current.kind === "leaking" || this.isAgreed(verdict.growth, point);
      return { kind: isLeaking ? "leaking" : "suspected", growth: verdict.growth };
    }
    this.agreeing = 0;
    if (this.current.kind !== "leaking") return { kind: "quiet", verdict };
    this.sinceGrowth.push(point);
    return hasEnded(this.current.growth, this.sinceGrowth)
      ? { kind: "quiet", verdict }
      : this.current;
  }

  private isAgreed({ fromMs, toMs }: Growth, { atMs }: GrowthPoint): boolean {
    const { leastAgreeingShare = 0 } = this.criteria;
    const leastMs = leastAgreeingShare * (toMs - fromMs);
    return this.agreeing >= AGREEING_LOOKS && atMs - this.agreeingSinceMs >= leastMs;
  }
}

/** Whether what grew was given back, or has not grown on for long enough to believe it. */
function hasEnded(growth: Growth, since: readonly GrowthPoint[]): boolean {
  const last = since.at(-1);
  if (last === undefined) return false;
  if (last.value < growth.startValue + (growth.endValue - growth.startValue) / 2) return true;
  if (since.length < READINGS_TO_BELIEVE_THE_END) return false;
  const hours = (last.atMs - growth.toMs) / 3_600_000;
  const least = Math.min(
    ...since.slice(-READINGS_TO_BELIEVE_THE_END / 2).map(({ value }) => value),
  );
  return least - growth.endValue < ENDED_SHARE * growth.perHour.point * hours;
}
