import { readFileSync } from "node:fs";
// Node traces from a main thread only, and these tests run in one.
import { isMainThread } from "node:worker_threads";
import { systemClock } from "@streamgate/core";
import { expect, test } from "vitest";
import { takeLoopTrace } from "../../src/profiles/loop-trace.ts";

test("a trace tells rounds of the loop and synchronous file access", async () => {
  expect(isMainThread).toBe(true);
  const tracing = takeLoopTrace({ durationMs: 100, clock: systemClock });
  await new Promise((resolve) => setTimeout(resolve, 20));
  readFileSync(import.meta.filename);
  const { traceEvents } = await tracing;
  const names = new Set(traceEvents.map((event) => Reflect.get(event, "name")));
  expect([...names]).toEqual(expect.arrayContaining(["RunTimers", "fs.sync.open"]));
});

test("an aborted trace ends, the next one works, and events beyond the limit are counted", async () => {
  const reason = new Error("gone");
  const abort = new AbortController();
  const { signal } = abort;
  const tracing = takeLoopTrace({ durationMs: 60_000, clock: systemClock, signal });
  setTimeout(() => abort.abort(reason), 20);
  await expect(tracing).rejects.toBe(reason);
  const { traceEvents, droppedEvents } = await takeLoopTrace({
    durationMs: 50,
    clock: systemClock,
    maxEvents: 3,
  });
  expect(traceEvents).toHaveLength(3);
  expect(droppedEvents).toBeGreaterThan(0);
});
