import { systemClock } from "@streamgate/core";
import { expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { forceCollection } from "../../src/profiles/forced-collection.ts";
import { takeHeapProfile } from "../../src/profiles/heap-profile.ts";
import { garbageCollectionSampler } from "../../src/samplers/garbage-collection.ts";
import { readValue, recordingContext } from "./sampler-context.ts";

test("a forced collection is told as such, with the heap at its end as the floor", async () => {
  const context = recordingContext();
  const sampler = garbageCollectionSampler(context);
  forceCollection();
  await sampler.sample();
  const major = context.collections.find(({ kind }) => kind === "major");
  expect(major?.isForced).toBe(true);
  expect(major?.pauseMs).toBeGreaterThan(0);
  expect(major?.heapUsedAfterBytes).toBeLessThanOrEqual(major?.heapUsedBeforeBytes ?? 0);
  expect(readValue(context.registry, "v8js_memory_heap_floor_bytes")).toBe(
    major?.heapUsedAfterBytes,
  );
  sampler.stop();
});

test("what survives is promoted, and natural collections are not forced ones", async () => {
  const context = recordingContext();
  const sampler = garbageCollectionSampler(context);
  const kept: object[] = [];
  await until(async () => {
    for (let item = 0; item < 50_000; item += 1) kept.push({ item });
    await sampler.sample();
    return (readValue(context.registry, "streamgate_gc_promoted_bytes") ?? 0) > 1_000_000;
  });
  const minors = context.collections.filter(({ kind }) => kind === "minor");
  expect(minors.length).toBeGreaterThan(0);
  expect(minors.every(({ isForced }) => !isForced)).toBe(true);
  expect(kept.length).toBeGreaterThan(0);
  sampler.stop();
});

test("the collection at the end of a heap profile counts as asked for, though V8 does not say so", async () => {
  const context = recordingContext();
  const sampler = garbageCollectionSampler(context);
  await takeHeapProfile({ durationMs: 1, clock: systemClock });
  await sampler.sample();
  const majors = context.collections.filter(({ kind }) => kind === "major");
  expect(majors.length).toBeGreaterThan(0);
  expect(majors.every(({ isForced }) => isForced)).toBe(true);
  sampler.stop();
});

test("two samplers see the same collections", async () => {
  const left = recordingContext();
  const right = recordingContext();
  const samplers = [garbageCollectionSampler(left), garbageCollectionSampler(right)];
  forceCollection();
  for (const sampler of samplers) await sampler.sample();
  for (const sampler of samplers) sampler.stop();
  expect(right.collections.filter(({ kind }) => kind === "major").length).toBeGreaterThan(0);
  expect(left.collections.filter(({ kind }) => kind === "major")).toEqual(
    right.collections.filter(({ kind }) => kind === "major").map(expectSame),
  );
});

/** Read by two hooks, one after the other. */
function expectSame(collection: object): unknown {
  return expect.objectContaining({
    kind: Reflect.get(collection, "kind"),
    isForced: Reflect.get(collection, "isForced"),
  });
}
