import type { GCProfilerResult } from "node:v8";
import type { Collection, CollectionKind } from "./observation.ts";

/** One collection as `v8.GCProfiler` tells it: the heap before and after, but not when, nor who asked for it. */
export type HeapReading = GCProfilerResult["statistics"][number];

/** The same collection as a `PerformanceObserver` tells it: when, and who asked for it, but not the heap. */
export interface CollectionTiming {
  readonly atMs: number;
  readonly kind: CollectionKind;
  readonly pauseMs: number;
  readonly isForced: boolean;
}

const KINDS: Readonly<Record<string, CollectionKind>> = {
  Scavenge: "minor",
  MinorMarkCompact: "minor",
  MinorMarkSweep: "minor",
  MarkSweepCompact: "major",
  MarkCompact: "major",
  IncrementalMarking: "incremental",
  ProcessWeakCallbacks: "weakcb",
};
/** Both clocks run round the same work: they differ by what their own reading takes. */
const PAUSE_DIFFERENCE_MS = 0.5;
const PAUSE_DIFFERENCE_SHARE = 0.1;
/** How far a timing may lie behind its heap reading in its list. */
const LOOK_AHEAD = 8;

/**
 * Puts the two accounts of the same collections together, in order. What no timing fits is dated `fallbackAtMs`.
 *
 * @param timings those that were used, and those before them, are taken out
 */
export function matchCollections(
  readings: readonly HeapReading[],
  timings: CollectionTiming[],
  fallbackAtMs: number,
): Collection[] {
  return readings.map((reading) => {
    const kind = KINDS[reading.gcType] ?? "major";
    const pauseMs = Number(reading.cost) / 1_000;
    const near = timings.slice(0, LOOK_AHEAD);
    const alike = near.findIndex(
      (timing) => timing.kind === kind && isSamePause(timing.pauseMs, pauseMs),
    );
    // On a busy machine the two differ by a time slice: the next of its kind is meant then.
    const place = alike < 0 ? near.findIndex((timing) => timing.kind === kind) : alike;
    const timing = place < 0 ? undefined : timings.splice(0, place + 1).at(-1);
    const { beforeGC, afterGC } = reading;
    return {
      atMs: timing?.atMs ?? fallbackAtMs,
      kind,
      pauseMs,
      isForced: timing?.isForced ?? false,
      heapUsedBeforeBytes: beforeGC.heapStatistics.usedHeapSize,
      heapUsedAfterBytes: afterGC.heapStatistics.usedHeapSize,
      externalAfterBytes: afterGC.heapStatistics.externalMemory,
      promotedBytes:
        kind === "minor" ? Math.max(0, oldGeneration(afterGC) - oldGeneration(beforeGC)) : 0,
    };
  });
}

function isSamePause(left: number, right: number): boolean {
  const allowed = Math.max(PAUSE_DIFFERENCE_MS, right * PAUSE_DIFFERENCE_SHARE);
  return Math.abs(left - right) <= allowed;
}

/** All but the young generation: `new_space` and `new_large_object_space`. */
function oldGeneration({ heapSpaceStatistics }: HeapReading["afterGC"]): number {
  let sum = 0;
  for (const { spaceName, spaceUsedSize } of heapSpaceStatistics)
    if (!spaceName.startsWith("new_")) sum += spaceUsedSize;
  return sum;
}
