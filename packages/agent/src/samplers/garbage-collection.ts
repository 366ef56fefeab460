import {
  constants,
  type PerformanceEntry,
  PerformanceObserver,
  performance,
} from "node:perf_hooks";
import { setImmediate as nextRound } from "node:timers/promises";
import { GCProfiler } from "node:v8";
import { isArtificial } from "./artificial-collections.ts";
import { type CollectionTiming, matchCollections } from "./collection-matching.ts";
import { COLLECTION_KINDS, type CollectionKind } from "./observation.ts";
import type { Sampler, SamplerContext } from "./sampler.ts";

const KIND_OF: Readonly<Record<number, CollectionKind>> = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: "minor",
  [constants.NODE_PERFORMANCE_GC_MAJOR]: "major",
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: "incremental",
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: "weakcb",
};
const NAME = "garbage-collection";
const MOST_TIMINGS = 1_000;

/**
 * Each garbage collection with its pause, what it promoted, and the heap at its very end: what is read from the outside a
 * moment later holds new garbage already. `v8.GCProfiler` has the heap, a `PerformanceObserver` has the time and whether
 * somebody asked for it; together they cost about 70 µs a collection.
 */
export function garbageCollectionSampler(context: SamplerContext): Sampler {
  const { registry, clock } = context;
  const durations = registry.histogram({
    name: "v8js_gc_duration_seconds",
    help: "Time for which a garbage collection held the thread.",
    unit: "seconds",
    labelNames: ["v8js_gc_type"],
  });
  const durationOf = new Map(COLLECTION_KINDS.map((kind) => [kind, durations.with(kind)]));
  const promoted = registry
    .counter({
      name: "streamgate_gc_promoted_bytes",
      help: "What minor collections moved to the old generation.",
      unit: "bytes",
    })
    .with();
  const floor = registry
    .gauge({
      name: "v8js_memory_heap_floor_bytes",
      help: "Heap in use at the end of the last major collection: what is really held.",
      unit: "bytes",
    })
    .with();
  floor.set(Number.NaN);

  const timings: CollectionTiming[] = [];
  const remember = (entries: readonly PerformanceEntry[]): void => {
    const offsetMs = clock.monotonicMs() - performance.now();
    for (const entry of entries) timings.push(timingOf(entry, offsetMs));
    timings.splice(0, timings.length - MOST_TIMINGS);
  };
  const observer = new PerformanceObserver((list) => remember(list.getEntries()));
  observer.observe({ entryTypes: ["gc"] });
  let profiler = new GCProfiler();
  profiler.start();

  return {
    name: NAME,
    intervalMs: 1_000,
    gathers: true,
    sample: async () => {
      const next = new GCProfiler();
      next.start();
      const readings = profiler.stop().statistics;
      profiler = next;
      if (readings.length === 0) return {};
      // Timings are handed over in the next round of the loop.
      await nextRound();
      const beganMs = performance.now();
      remember(observer.takeRecords());
      for (const collection of matchCollections(readings, timings, clock.monotonicMs())) {
        durationOf.get(collection.kind)?.record(collection.pauseMs / 1_000);
        promoted.add(collection.promotedBytes);
        if (collection.kind === "major") floor.set(collection.heapUsedAfterBytes);
        context.addCollection(collection);
      }
      context.addCost(NAME, performance.now() - beganMs);
      return {};
    },
    stop: () => {
      observer.disconnect();
      profiler.stop();
    },
  };
}

function timingOf(entry: PerformanceEntry, offsetMs: number): CollectionTiming {
  const { kind, flags } = readDetail("detail" in entry ? entry.detail : undefined);
  return {
    atMs: entry.startTime + offsetMs,
    kind: KIND_OF[kind] ?? "major",
    pauseMs: entry.duration,
    isForced:
      (flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) !== 0 || isArtificial(entry.startTime),
  };
}

function readDetail(detail: unknown): { readonly kind: number; readonly flags: number } {
  if (typeof detail !== "object" || detail === null) return { kind: 0, flags: 0 };
  const kind = "kind" in detail ? Number(detail.kind) : 0;
  return { kind, flags: "flags" in detail ? Number(detail.flags) : 0 };
}
