import type { KeptBecause } from "./kept-trace.ts";
import { Slowness } from "./slowness.ts";
import { TokenBucket } from "./token-bucket.ts";

/** How many traces a second are kept of each sort; 0 keeps none. After quiet, ten seconds' worth may come at once. */
export interface SamplingRates {
  /** @default 5 */
  readonly failedPerSecond: number;
  /** @default 5 */
  readonly slowPerSecond: number;
  /** @default 1 */
  readonly failedInsidePerSecond: number;
  /** @default 5 */
  readonly askedPerSecond: number;
  /** @default 1 */
  readonly chosenPerSecond: number;
}

export interface TailSamplerOptions extends SamplingRates {
  readonly alwaysSlowMs: number;
  readonly maxRoutes: number;
}

/** What is known of a trace when its root has ended. */
export interface EndedTrace {
  readonly route: string;
  readonly durationMs: number;
  readonly hasFailed: boolean;
  readonly hasFailedInside: boolean;
  readonly isSampledByCaller: boolean;
  readonly wasChosen: boolean;
}

const BURST_SECONDS = 10;

/**
 * Decides at the end, when it is known whether a trace is worth keeping. The few of the rest alone are chosen at the
 * start, so that what they call can be told to record them too.
 */
export class TailSampler {
  private readonly slowness: Slowness;
  private readonly buckets: Readonly<Record<KeptBecause, TokenBucket>>;

  constructor(options: TailSamplerOptions) {
    const bucket = (perSecond: number): TokenBucket =>
      new TokenBucket(perSecond, Math.max(1, perSecond * BURST_SECONDS));
    this.slowness = new Slowness(options);
    this.buckets = {
      failed: bucket(options.failedPerSecond),
      slow: bucket(options.slowPerSecond),
      "failed-inside": bucket(options.failedInsidePerSecond),
      asked: bucket(options.askedPerSecond),
      chosen: new TokenBucket(options.chosenPerSecond, 1),
    };
  }

  /** Whether a trace that begins here is one of the few. */
  choose(nowMs: number): boolean {
    return this.buckets.chosen.take(nowMs);
  }

  /** Why to keep it, or undefined to let it go. */
  judge(trace: EndedTrace, nowMs: number): KeptBecause | undefined {
    const isSlow = this.slowness.isSlow(trace.route, trace.durationMs);
    if (trace.hasFailed && this.buckets.failed.take(nowMs)) return "failed";
    if (isSlow && this.buckets.slow.take(nowMs)) return "slow";
    if (trace.wasChosen) return "chosen";
    if (trace.hasFailedInside && this.buckets["failed-inside"].take(nowMs)) return "failed-inside";
    if (trace.isSampledByCaller && this.buckets.asked.take(nowMs)) return "asked";
    return undefined;
  }
}
