import { Session } from "node:inspector";
import { takeHeapSampling } from "../../profiles/heap-sampling-slot.ts";
import { withArtificialCollections } from "../../samplers/artificial-collections.ts";
import { type AllocationProfile, isAllocationProfile } from "./kept-allocations.ts";

/** Allocations being sampled. */
export interface AllocationSampling {
  readonly intervalBytes: number;
  /** Ends it and gives what is still held; V8 makes a full collection for it, which holds the thread. */
  finish(): Promise<AllocationProfile | undefined>;
  /** Ends it without a profile, and without a collection. */
  abandon(): void;
}

/**
 * Samples an allocation about every `intervalBytes` bytes by V8's sampling heap profiler, which forgets
 * objects as they are collected: what it gives at the end is alive.
 *
 * V8 writes down machine frames: a function that was inlined into its caller is not among them. So
 * binary code coverage is on meanwhile and never read: V8 forgets its optimized code once, at the
 * start, and inlines nothing until the end. It is left off where something else measures coverage.
 *
 * @returns undefined while something else samples the heap
 */
export function startAllocationSampling(
  intervalBytes: number,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): AllocationSampling | undefined {
  const giveBack = takeHeapSampling("the search for a leak");
  if (giveBack === undefined) return undefined;
  const session = new Session();
  session.connect();
  if (environment.NODE_V8_COVERAGE === undefined) {
    session.post("Profiler.enable");
    session.post("Profiler.startPreciseCoverage", { callCount: false, detailed: false });
  }
  session.post("HeapProfiler.startSampling", { samplingInterval: intervalBytes });
  const end = (): void => {
    session.post("Profiler.disable");
    session.post("HeapProfiler.disable");
    session.disconnect();
    giveBack();
  };
  return {
    intervalBytes,
    finish: () =>
      new Promise((resolve) => {
        withArtificialCollections(() => {
          session.post("HeapProfiler.stopSampling", (error, answer) => {
            const profile: unknown = error === null ? answer.profile : undefined;
            resolve(isAllocationProfile(profile) ? profile : undefined);
          });
        });
        end();
      }),
    abandon: end,
  };
}
