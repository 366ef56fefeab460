import { type Random, seededRandom } from "@streamgate/core";
import { createShareDetector } from "@streamgate/telemetry/statistics";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const WEEK_STEPS = 7 * 86_400;

function failuresAmong(random: Random, events: number, share: number): number {
  let failures = 0;
  for (let event = 0; event < events; event += 1) if (random.next() < share) failures += 1;
  return failures;
}

function stepsToAlarm(
  options: Parameters<typeof createShareDetector>[0],
  drawStep: (step: number) => readonly [bad: number, all: number],
  most: number,
): number | undefined {
  const detector = createShareDetector(options);
  for (let step = 1; step <= most; step += 1) if (detector.step(...drawStep(step))) return step;
  return undefined;
}

describe("false alarms", () => {
  /** Chance of an alarm within t steps is at most t / A; here A = 1,000 steps and t = 250. */
  const options = { allowedShare: 0.02, falseAlarmsAWeek: WEEK_STEPS / 1000, leastBadSteps: 1 };
  const runs = 1500;

  type Draw = (random: Random, step: number) => readonly [bad: number, all: number];
  const atTheAllowedShare: Draw = (random) => [failuresAmong(random, 20, 0.02), 20];
  const inTurns: Draw = (random, step) => [failuresAmong(random, 20, step % 7 < 3 ? 0 : 0.02), 20];
  const oneAtATime: Draw = (random) => [failuresAmong(random, 1, 0.02), 1];

  test.each([
    ["at exactly the allowed share", atTheAllowedShare],
    ["when healthy and allowed times take turns", inTurns],
    ["at one request a step", oneAtATime],
  ])("%s come no more often than promised", (_, draw) => {
    const random = seededRandom(7);
    let alarms = 0;
    for (let run = 0; run < runs; run += 1)
      if (stepsToAlarm(options, (step) => draw(random, step), 250) !== undefined) alarms += 1;
    expect(alarms / runs).toBeLessThanOrEqual(0.25);
  });

  test("a week of half the allowed share at 20 requests a second gives none", () => {
    const random = seededRandom(3);
    const detector = createShareDetector({ allowedShare: 0.001 });
    let alarms = 0;
    for (let step = 0; step < WEEK_STEPS; step += 1)
      if (detector.step(failuresAmong(random, 20, 0.0005), 20)) alarms += 1;
    expect(alarms).toBe(0);
  });
});

describe("delay", () => {
  const objective = { allowedShare: 0.001 };
  const after = (seconds: number, perSecond: number, share: number, seed: number): number => {
    const random = seededRandom(seed);
    const quiet = 300;
    const at = stepsToAlarm(
      objective,
      (step) => [failuresAmong(random, perSecond, step <= quiet ? 0.0004 : share), perSecond],
      quiet + seconds,
    );
    return (at ?? Number.POSITIVE_INFINITY) - quiet;
  };
  const median = (perSecond: number, share: number): number => {
    const delays = Array.from({ length: 41 }, (_, seed) => after(600, perSecond, share, seed + 1));
    return delays.sort((left, right) => left - right)[20] ?? Number.NaN;
  };

  test("every request fails: three seconds", () => {
    expect(median(50, 1)).toBe(3);
  });

  test("10 % fail at 50 requests a second: within five seconds", () => {
    expect(median(50, 0.1)).toBeLessThanOrEqual(5);
  });

  test("2 % fail at 50 requests a second, where 0.1 % are allowed: about ten seconds", () => {
    expect(median(50, 0.02)).toBeLessThanOrEqual(11);
  });

  test("a request in ten seconds, and all of them fail: the third is the alarm", () => {
    const detector = createShareDetector(objective);
    const alarms: number[] = [];
    for (let second = 1; second <= 30; second += 1)
      if (detector.step(second % 10 === 0 ? 1 : 0, second % 10 === 0 ? 1 : 0)) alarms.push(second);
    expect(alarms).toEqual([30]);
  });
});

test("one instant, however bad, is not enough", () => {
  const detector = createShareDetector({ allowedShare: 0.001 });
  expect(detector.step(10_000, 10_000)).toBe(false);
  expect(detector.evidence()).toBeLessThan(0.5);
  for (let step = 0; step < 100; step += 1) expect(detector.step(0, 50)).toBe(false);
  expect(detector.evidence()).toBeLessThan(0.1);
});

test("long after a fault that was told, health makes the evidence fade within seconds", () => {
  const detector = createShareDetector({ allowedShare: 0.001 });
  for (let step = 0; step < 3600; step += 1) detector.step(25, 50);
  let faded = 0;
  while (detector.step(0, 50)) faded += 1;
  expect(faded).toBeLessThan(10);
});

test("a detector that was restored decides as the one that was not interrupted", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { maxLength: 60 }),
      fc.nat(60),
      (steps, cut) => {
        const one = createShareDetector({ allowedShare: 0.01 });
        let other = createShareDetector({ allowedShare: 0.01 });
        for (const [index, [bad, good]] of steps.entries()) {
          if (index === cut) {
            const state: unknown = JSON.parse(JSON.stringify(other.state()));
            other = createShareDetector({ allowedShare: 0.01 });
            other.restore(state as number[]);
          }
          expect(other.step(bad, bad + good)).toBe(one.step(bad, bad + good));
        }
        expect(one.evidence()).toBeGreaterThanOrEqual(0);
        expect(one.evidence()).toBeLessThanOrEqual(1);
      },
    ),
  );
});

test("a state of other options, or one that is none, is left aside", () => {
  const other = createShareDetector({ allowedShare: 0.05 });
  for (let step = 0; step < 10; step += 1) other.step(10, 10);
  const detector = createShareDetector({ allowedShare: 0.01 });
  detector.restore(other.state());
  detector.restore([]);
  detector.restore([Number.NaN]);
  expect(detector.evidence()).toBe(0);
});

test("a step without events, or with numbers that are none, changes nothing", () => {
  const detector = createShareDetector({ allowedShare: 0.01 });
  detector.step(3, 3);
  const before = detector.state();
  detector.step(0, 0);
  detector.step(Number.NaN, 5);
  detector.step(-1, 5);
  detector.step(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  expect(detector.state()).toEqual(before);
});

test.each([
  [{ allowedShare: 0 }, "allowedShare = 0"],
  [{ allowedShare: 1 }, "allowedShare = 1"],
  [{ allowedShare: Number.NaN }, "allowedShare = NaN"],
  [{ allowedShare: 0.1, noticeShare: 0.1 }, "noticeShare = 0.1"],
  [{ allowedShare: 0.1, falseAlarmsAWeek: 0 }, "falseAlarmsAWeek = 0"],
  [{ allowedShare: 0.1, stepMs: 0 }, "stepMs = 0"],
  [{ allowedShare: 0.1, leastBadSteps: 1.5 }, "leastBadSteps = 1.5"],
])("%j is refused, and the error names it", (options, named) => {
  expect(() => createShareDetector(options)).toThrow(named);
});
