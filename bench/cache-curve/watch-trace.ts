import {
  type CurvePoint,
  HitRatioCurve,
  type MeasuredUse,
} from "../../packages/cache/src/analytics/curve/hit-ratio-curve.ts";
import type { PolicyMaker } from "../../packages/cache/src/memory/policy.ts";
import { keyHashOf } from "../traces/key-hash-of.ts";
import type { Trace } from "../traces/trace.ts";

/** A curve that watched a whole trace, and what that cost. */
export interface WatchedTrace {
  readonly rate: number;
  readonly sampledUses: number;
  /** CPU for each use that was recorded, those of the test for all others included. */
  readonly microsecondsASample: number;
  points(measured: MeasuredUse | undefined): readonly CurvePoint[];
}

export function watchTrace(
  makePolicy: PolicyMaker,
  trace: Trace,
  options: { readonly entries: number; readonly mostRate: number },
): WatchedTrace {
  const curve = new HitRatioCurve({ makePolicy, ...options });
  const hashes = Float64Array.from({ length: trace.distinct }, (_, key) => keyHashOf(key));
  let sampledUses = 0;
  const before = process.cpuUsage().user;
  for (const key of trace.keys) {
    const hash = hashes[key] ?? 0;
    if (!curve.isSampled(hash)) continue;
    curve.record(hash);
    sampledUses += 1;
  }
  const microseconds = process.cpuUsage().user - before;
  return {
    rate: curve.rate,
    sampledUses,
    microsecondsASample: microseconds / Math.max(1, sampledUses),
    points: (measured) => curve.points(measured),
  };
}
