import { expect, test } from "vitest";
import type { Collection } from "../../src/samplers/observation.ts";
import { RecordedObservations } from "../../src/samplers/recorded-observations.ts";

const COLLECTION: Collection = {
  atMs: 0,
  kind: "minor",
  pauseMs: 1,
  isForced: false,
  heapUsedBeforeBytes: 2,
  heapUsedAfterBytes: 1,
  externalAfterBytes: 0,
  promotedBytes: 0,
};

test("the latest observation has every part that was ever read", () => {
  const log = new RecordedObservations(() => undefined);
  log.addObservation({ atMs: 1, takenAtMs: 1, threads: 11 });
  log.addObservation({ atMs: 2, takenAtMs: 2, fileDescriptors: 30 });
  expect(log.latest()).toEqual({ atMs: 2, takenAtMs: 2, threads: 11, fileDescriptors: 30 });
  expect(log.observations(1)).toEqual([{ atMs: 2, takenAtMs: 2, fileDescriptors: 30 }]);
});

test("it is bounded, and many minor collections push no major one out", () => {
  const log = new RecordedObservations(() => undefined);
  log.addCollection({ ...COLLECTION, kind: "major" });
  for (let atMs = 1; atMs <= 5_000; atMs += 1) {
    log.addCollection({ ...COLLECTION, atMs });
    log.addObservation({ atMs, takenAtMs: atMs });
    log.addStall({ atMs, durationMs: 60 });
  }
  expect(log.observations()).toHaveLength(300);
  expect(log.observations()[0]?.atMs).toBe(4_701);
  expect(log.stalls()).toHaveLength(200);
  expect(log.collections()).toHaveLength(501);
  expect(log.collections()[0]?.kind).toBe("major");
});

test("an observer that throws hurts neither the others nor the log", () => {
  const thrown: unknown[] = [];
  const log = new RecordedObservations((error) => thrown.push(error));
  const seen: number[] = [];
  log.subscribe({
    onObservation: () => {
      throw new Error("broken rule");
    },
  });
  const end = log.subscribe({ onObservation: ({ atMs }) => seen.push(atMs) });
  log.addObservation({ atMs: 1, takenAtMs: 1 });
  end();
  log.addObservation({ atMs: 2, takenAtMs: 2 });
  expect(seen).toEqual([1]);
  expect(thrown).toHaveLength(2);
});
