import {
  type AnomalyState,
  createAnomalyDetector,
  restoreAnomalyDetector,
} from "@streamgate/telemetry/statistics";
import { describe, expect, test } from "vitest";
import { dailyRhythm, MONDAY_MS, STEP_MS } from "./generated.ts";

describe("the state of a detector", () => {
  test("saved as JSON and restored at any point, it goes on as if nothing had been", () => {
    const values = dailyRhythm(2500, 1);
    values[2000] = 400;
    const whole = createAnomalyDetector();
    let parts = createAnomalyDetector();
    for (const [step, value] of values.entries()) {
      if (step % 100 === 37)
        parts = restoreAnomalyDetector(JSON.parse(JSON.stringify(parts.state())) as AnomalyState);
      const atMs = MONDAY_MS + step * STEP_MS;
      expect(parts.observe(atMs, value)).toEqual(whole.observe(atMs, value));
    }
  });

  test("takes the same 16 KB at any age, and every cell was made for a part", () => {
    for (const seasons of [0, 1, 2, 4]) {
      const seasonsMs = Array.from({ length: seasons }, (_, index) => 3_600_000 * (index + 1));
      const detector = createAnomalyDetector({ seasonsMs });
      const young = detector.state();
      expect(Buffer.from(young.doubles, "base64").length).toBe(8 * (112 + 7 * seasons));
      expect(Buffer.from(young.floats, "base64").length).toBe(4 * (2084 + 288 * seasons));
      for (let step = 0; step < 3000; step += 1) detector.observe(step * STEP_MS, step % 17);
      expect(JSON.stringify(detector.state()).length).toBe(JSON.stringify(young).length);
      restoreAnomalyDetector(detector.state(), { seasonsMs }).observe(4000 * STEP_MS, 1);
    }
  });

  test("what is no state of this version and layout is refused", () => {
    const state = createAnomalyDetector().state();
    const nan = Buffer.from(state.floats, "base64");
    nan.writeFloatLE(Number.NaN, 400);
    const bad: readonly unknown[] = [
      undefined,
      null,
      {},
      { ...state, version: 2 },
      { ...state, doubles: state.doubles.slice(0, -8) },
      { ...state, floats: 7 },
      { ...state, floats: nan.toString("base64") },
      createAnomalyDetector({ seasonsMs: [] }).state(),
    ];
    for (const each of bad) {
      expect(() => restoreAnomalyDetector(each as AnomalyState)).toThrow(
        expect.objectContaining({ code: "SG_TELEMETRY_BAD_ANOMALY_STATE" }),
      );
    }
  });

  test("an option that cannot be is named with its value", () => {
    for (const options of [
      { falseAlarmsPerDay: 0 },
      { falseAlarmsPerDay: Number.NaN },
      { seasonsMs: [0] },
      { seasonsMs: [1, 2, 3, 4, 5] },
      { warmUpPoints: 3 },
      { warmUpPoints: 30.5 },
    ]) {
      const [name = ""] = Object.keys(options);
      expect(() => createAnomalyDetector(options)).toThrow(name);
    }
  });
});
