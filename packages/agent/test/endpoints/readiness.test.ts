import { expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { ReadinessChecks } from "../../src/endpoints/readiness.ts";
import { manualClock } from "../samplers/manual-clock.ts";

test("ready is who has all that is needed", async () => {
  const clock = manualClock();
  let isThere = false;
  const readiness = new ReadinessChecks({
    clock,
    timeoutMs: 100,
    checks: {
      cache: async () => undefined,
      database: () => isThere,
      queue: () => {
        if (!isThere) throw new Error("no route to host");
      },
    },
  });
  expect(await readiness.read()).toEqual({
    status: "not-ready",
    checks: { cache: "ready", database: "failed", queue: "failed" },
  });
  isThere = true;
  clock.advance(1_001);
  expect((await readiness.read()).status).toBe("ready");
});

test("a hundred who ask at once are one question, and a hanging check is not asked again", async () => {
  const clock = manualClock();
  let questions = 0;
  let answer = (): void => undefined;
  let wasToldToEnd = false;
  const readiness = new ReadinessChecks({
    clock,
    timeoutMs: 2_000,
    checks: {
      database: (signal) => {
        questions += 1;
        signal.addEventListener("abort", () => {
          wasToldToEnd = true;
        });
        return new Promise<void>((resolve) => {
          answer = resolve;
        });
      },
    },
  });
  const asked = Array.from({ length: 100 }, () => readiness.read());
  clock.advance(2_000);
  for (const each of await Promise.all(asked)) expect(each.checks.database).toBe("timed-out");
  expect(questions).toBe(1);
  expect(wasToldToEnd).toBe(true);
  clock.advance(5_000);
  expect((await readiness.read()).checks.database).toBe("timed-out");
  expect(questions).toBe(1);
  answer();
  await until(async () => {
    clock.advance(1_001);
    void readiness.read();
    await Promise.resolve();
    return questions === 2;
  });
});

test("who drains is not ready, and asks nobody", async () => {
  const readiness = new ReadinessChecks({ clock: manualClock(), timeoutMs: 100, checks: {} });
  expect((await readiness.read()).status).toBe("ready");
  readiness.drain();
  expect(await readiness.read()).toEqual({ status: "draining", checks: {} });
});

test("who comes while a slow check is still in its time waits for it, and is not told that it timed out", async () => {
  const clock = manualClock();
  let answer = (): void => undefined;
  const readiness = new ReadinessChecks({
    clock,
    timeoutMs: 2_000,
    checks: {
      database: () =>
        new Promise<void>((resolve) => {
          answer = resolve;
        }),
    },
  });
  const first = readiness.read();
  clock.advance(1_500);
  const second = readiness.read();
  answer();
  expect((await first).checks.database).toBe("ready");
  expect((await second).checks.database).toBe("ready");
});
