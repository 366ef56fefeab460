import {
  type AnomalyDetector,
  type AnomalyOptions,
  createAnomalyDetector,
} from "@streamgate/telemetry/statistics";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dailyRhythm, MONDAY_MS, normalNumbers, STEP_MS, STEPS_A_DAY } from "./generated.ts";

/** A detector that has seen these values, one every 10 s, and the time of the next. */
function fed(
  values: readonly number[],
  options?: AnomalyOptions,
): { detector: AnomalyDetector; nextMs: number } {
  const detector = createAnomalyDetector(options);
  let nextMs = MONDAY_MS;
  for (const value of values) {
    detector.observe(nextMs, value);
    nextMs += STEP_MS;
  }
  return { detector, nextMs };
}

const noise = (count: number, seed: number): number[] => {
  const next = normalNumbers(seed);
  return Array.from({ length: count }, () => 10 + next());
};

describe("the detector of anomalies", () => {
  test("an anomaly lasts from its alarm until the series is usual again", () => {
    const { detector, nextMs } = fed(noise(3000, 1));
    const next = normalNumbers(2);
    const flags: boolean[] = [];
    for (let step = 0; step < 200; step += 1) {
      const value = (step < 50 ? 30 : 10) + next();
      flags.push(detector.observe(nextMs + step * STEP_MS, value).isAnomalous);
    }
    expect(flags.slice(0, 50).every(Boolean)).toBe(true);
    expect(flags.slice(100).some(Boolean)).toBe(false);
  });

  test("a value that is usual by day is an anomaly by night", () => {
    const { detector, nextMs } = fed(dailyRhythm(4 * STEPS_A_DAY, 3));
    const byNight = detector.observe(nextMs, 130);
    expect(byNight).toMatchObject({ isAnomalous: true });
    expect(byNight.expected.high).toBeLessThan(80);
    const { detector: other, nextMs: midnight } = fed(dailyRhythm(4.5 * STEPS_A_DAY, 3));
    expect(other.observe(midnight, 139).isAnomalous).toBe(false);
  });

  test("a series that falls to nothing is an anomaly at once", () => {
    const { detector, nextMs } = fed(noise(3000, 4));
    expect(detector.observe(nextMs, 0)).toMatchObject({ isAnomalous: true });
  });

  test("a gauge that never moved and moves is an anomaly; while it stands still nothing is", () => {
    const { detector, nextMs } = fed(Array.from({ length: 2000 }, () => 42));
    expect(detector.observe(nextMs, 42)).toMatchObject({
      isAnomalous: false,
      pValue: 0.5,
      score: 0,
      expected: { low: 42, high: 42 },
    });
    expect(detector.observe(nextMs + STEP_MS, 43).isAnomalous).toBe(true);
  });

  test("a series that flutters and freezes is told by its variability", () => {
    const { detector, nextMs } = fed(noise(8000, 5), { falseAlarmsPerDay: 1 });
    const scores = Array.from({ length: 100 }, (_, step) =>
      detector.observe(nextMs + step * STEP_MS, 10.2),
    );
    expect(scores.some(({ isAnomalous, reason }) => isAnomalous && reason === "variability")).toBe(
      true,
    );
  });

  test("nothing is an anomaly before the warm-up", () => {
    const { detector, nextMs } = fed(noise(250, 6), { warmUpPoints: 300 });
    expect(detector.observe(nextMs, 1e6).isAnomalous).toBe(false);
  });

  test("one incident scores once: the points behind a surprise have none", () => {
    const { detector, nextMs } = fed(noise(3000, 7));
    const scores = Array.from({ length: 100 }, (_, step) =>
      detector.observe(nextMs + step * STEP_MS, step === 0 ? 60 : 10),
    );
    expect(scores[0]?.score).toBeGreaterThan(0.9);
    expect(scores.slice(60).every(({ score }) => score === 0)).toBe(true);
  });

  test("98 of 100 ordinary values lie within the expected range", () => {
    const detector = createAnomalyDetector();
    let within = 0;
    const values = dailyRhythm(3 * STEPS_A_DAY, 8);
    for (const [step, value] of values.entries()) {
      const { expected } = detector.observe(MONDAY_MS + step * STEP_MS, value);
      if (value >= expected.low && value <= expected.high) within += 1;
    }
    expect(within / values.length).toBeGreaterThan(0.97);
    expect(within / values.length).toBeLessThan(0.995);
  });

  test("the same points give the same scores", () => {
    const values = noise(1000, 9);
    const scores = (): unknown[] => {
      const detector = createAnomalyDetector();
      return values.map((value, step) => detector.observe(step * STEP_MS, value));
    };
    expect(scores()).toEqual(scores());
  });

  test("the unit does not matter", () => {
    const values = dailyRhythm(3000, 10);
    const [plain, scaled] = [createAnomalyDetector(), createAnomalyDetector()];
    for (const [step, value] of values.entries()) {
      const one = plain.observe(MONDAY_MS + step * STEP_MS, value);
      const other = scaled.observe(MONDAY_MS + step * STEP_MS, value * 2 ** 20);
      expect(other.pValue).toBe(one.pValue);
      expect(other.isAnomalous).toBe(one.isAnomalous);
    }
  });

  test("a season that is no day is learnt: the peak that fails to come is a surprise", () => {
    const hourMs = 3_600_000;
    const detector = createAnomalyDetector({ seasonsMs: [hourMs], falseAlarmsPerDay: 1 });
    const next = normalNumbers(17);
    const isPeak = (step: number): boolean => step % 360 >= 200 && step % 360 < 280;
    const steps = 360 * 30;
    for (let early = 0; early < steps; early += 1)
      detector.observe(early * STEP_MS, (isPeak(early) ? 40 : 10) + next());
    let step = steps;
    const scores = (count: number): number => {
      let most = 0;
      for (const end = step + count; step < end; step += 1)
        most = Math.max(most, detector.observe(step * STEP_MS, 10 + next()).score);
      return most;
    };
    const whereNoneIsDue = scores(200);
    const whereOneIsDue = scores(280);
    expect(whereNoneIsDue).toBeLessThan(0.75);
    expect(whereOneIsDue).toBeGreaterThan(0.8);
  });
});

describe("what may come to a detector", () => {
  const anything = fc.oneof(
    fc.double(),
    fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, 1e308, -1e308, 5e-324, 1, 2),
  );
  const times = fc.oneof(
    { weight: 8, arbitrary: fc.constant(STEP_MS) },
    { weight: 1, arbitrary: fc.double() },
    {
      weight: 1,
      arbitrary: fc.constantFrom(0, -1, -STEP_MS, -1e12, 1e12, Number.NaN, 86_400_000),
    },
  );

  test("whatever comes, scores are numbers within their ranges, and the state can be saved", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(times, anything), { maxLength: 400 }), (points) => {
        const detector = createAnomalyDetector({ warmUpPoints: 30 });
        let atMs = MONDAY_MS;
        for (const [step, value] of points) {
          const { score, pValue, expected } = detector.observe(atMs + step, value);
          if (Number.isFinite(atMs + step)) atMs += step;
          expect(score >= 0 && score <= 1).toBe(true);
          expect(pValue > 0 && pValue <= 1).toBe(true);
          expect(expected.low > expected.high).toBe(false);
        }
        for (let more = 0; more < 40; more += 1) detector.observe(MONDAY_MS + more * STEP_MS, more);
        detector.state();
      }),
      { numRuns: 100 },
    );
  });

  test("however mad a series is, alarms stay within the budget", () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0.1, max: 200, noNaN: true }), (seed, perDay) => {
        const detector = createAnomalyDetector({ falseAlarmsPerDay: perDay, warmUpPoints: 30 });
        const next = normalNumbers(seed);
        let alarms = 0;
        let wasAnomalous = false;
        const steps = 4000;
        for (let step = 0; step < steps; step += 1) {
          const size = 1 + Math.floor(step / 200);
          const value = step % 200 < 150 ? next() : 10 ** size * next();
          const { isAnomalous } = detector.observe(MONDAY_MS + step * STEP_MS, value);
          if (isAnomalous && !wasAnomalous) alarms += 1;
          wasAnomalous = isAnomalous;
        }
        expect(alarms).toBeLessThanOrEqual((perDay * steps * STEP_MS) / 86_400_000 + 6);
      }),
      { numRuns: 20 },
    );
  });

  test("a huge value is forgotten: what was usual before is usual soon after", () => {
    for (const huge of [1e300, -1e300, 1e17]) {
      const { detector, nextMs } = fed(noise(3000, 11));
      expect(detector.observe(nextMs, huge).isAnomalous).toBe(true);
      const next = normalNumbers(12);
      const last = Array.from({ length: 2000 }, (_, step) =>
        detector.observe(nextMs + (step + 1) * STEP_MS, 10 + next()),
      ).at(-1);
      expect(last?.isAnomalous).toBe(false);
      expect(last?.expected.high).toBeLessThan(20);
      expect(last?.expected.low).toBeGreaterThan(-50);
    }
  });

  test("what is not a number, repeated or late is told so and changes nothing", () => {
    const values = noise(500, 13);
    const [clean, dirty] = [createAnomalyDetector(), createAnomalyDetector()];
    for (const [step, value] of values.entries()) {
      const atMs = MONDAY_MS + step * STEP_MS;
      const wanted = clean.observe(atMs, value);
      expect(dirty.observe(atMs, value)).toEqual(wanted);
      expect(dirty.observe(atMs, value * 100).reason).toBe("late");
      expect(dirty.observe(atMs - STEP_MS / 2, 1e9).reason).toBe("late");
      expect(dirty.observe(atMs + 1, Number.NaN).reason).toBe("not-a-number");
      expect(dirty.observe(Number.NaN, 1).reason).toBe("not-a-number");
    }
  });

  test("a gap makes no jump: the value behind it is not compared with the one before", () => {
    const { detector, nextMs } = fed(dailyRhythm(3 * STEPS_A_DAY, 14));
    const sixHours = 6 * 3_600_000;
    const behind = detector.observe(nextMs + sixHours, 100);
    expect(behind.isAnomalous).toBe(false);
  });

  test("a clock that is set back loses a few points, not the detector", () => {
    const { detector, nextMs } = fed(noise(2000, 15));
    const back = nextMs - 3_600_000;
    const next = normalNumbers(16);
    const reasons = Array.from(
      { length: 400 },
      (_, step) => detector.observe(back + step * STEP_MS, 10 + next()).reason,
    );
    expect(reasons.filter((reason) => reason === "late").length).toBeLessThan(5);
    expect(detector.observe(back + 400 * STEP_MS, 40).isAnomalous).toBe(true);
  });
});
