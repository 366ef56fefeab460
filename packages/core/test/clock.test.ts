import { systemClock } from "@streamgate/core";
import { expect, test } from "vitest";

test("monotonic time does not run backwards", () => {
  const earlier = systemClock.monotonicMs();
  expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(earlier);
  expect(systemClock.now()).toBeInstanceOf(Date);
});

test("a sleep ends by itself", async () => {
  await expect(systemClock.sleep(1)).resolves.toBeUndefined();
});

test("an aborted sleep rejects with the reason, before or during", async () => {
  const reason = new Error("stop");
  await expect(systemClock.sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
  const stop = new AbortController();
  const sleep = systemClock.sleep(60_000, stop.signal);
  stop.abort(reason);
  await expect(sleep).rejects.toBe(reason);
});
