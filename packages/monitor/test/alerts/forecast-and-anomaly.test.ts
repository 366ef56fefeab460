import { seededRandom } from "@streamgate/core";
import { type AlertTransition, createEvaluator, defaultRules } from "@streamgate/monitor";
import { describe, expect, test } from "vitest";
import { gauge, requests, ruleOf, START_MS } from "./play.ts";

const MINUTE_MS = 60_000;

function run(
  rules: Parameters<typeof createEvaluator>[0]["rules"],
  minutes: number,
  feed: (minute: number, atMs: number) => Parameters<ReturnType<typeof createEvaluator>["feed"]>[0],
): readonly AlertTransition[] {
  const evaluator = createEvaluator({ rules, longestStepMs: 2 * MINUTE_MS });
  const told: AlertTransition[] = [];
  for (let minute = 1; minute <= minutes; minute += 1) {
    const atMs = START_MS + minute * MINUTE_MS;
    evaluator.feed(feed(minute, atMs));
    told.push(...evaluator.evaluate(atMs));
  }
  return told;
}

describe("a forecast", () => {
  const rules = defaultRules().filter(({ name }) => name === "memory-full-soon");
  const memory = (valueAt: (hour: number) => number) => {
    const random = seededRandom(1);
    return run(rules, 11 * 60, (minute, atMs) => [
      gauge("streamgate_process_memory_ratio", valueAt(minute / 60) + 0.01 * random.next(), atMs, {
        service: "api",
        instance: "a",
      }),
    ]);
  };

  test("of memory that grows fires hours before it is full, and says when", () => {
    const told = memory((hour) => 0.4 + 0.05 * hour);
    const [firing] = told.filter(({ state }) => state === "firing");
    const hour = ((firing?.atMs ?? 0) - START_MS) / 3_600_000;
    expect(hour).toBeGreaterThan(7);
    expect(hour).toBeLessThan(11);
    expect(firing?.value).toBeLessThanOrEqual(4 * 3600);
    expect(firing?.summary).toMatch(/memory of a of api will be full in \d/);
    expect(firing?.description).toMatch(/80 % between .+ and/);
  });

  test.each([
    ["that is high and level", () => 0.75],
    ["with a sawtooth", (hour: number) => 0.6 + 0.15 * ((hour * 4) % 1)],
    ["that fills and settles", (hour: number) => 0.8 - 0.5 * Math.exp(-hour)],
    ["that grows far below its limit", (hour: number) => 0.1 + 0.02 * hour],
  ])("of memory %s is quiet", (_, valueAt) => {
    expect(memory(valueAt)).toEqual([]);
  });

  test("towards a limit that is itself a series follows it", () => {
    const rule = ruleOf({
      name: "heap-full",
      kind: "forecast",
      measure: { kind: "gauge", of: { name: "used_bytes" }, windowMs: 300_000 },
      limit: { name: "limit_bytes" },
      horizonMs: 4 * 3_600_000,
      historyMs: 8 * 3_600_000,
    });
    const told = (limit: number) =>
      run([rule], 10 * 60, (minute, atMs) => [
        gauge("used_bytes", 1e8 + minute * 1e6, atMs),
        gauge("limit_bytes", limit, atMs),
      ]).filter(({ state }) => state === "firing");
    expect(told(7e8)).toHaveLength(1);
    expect(told(7e9)).toEqual([]);
  });
});

describe("an anomaly", () => {
  const rules = defaultRules().filter(({ name }) => name === "traffic-unusual");
  const days = 6;
  const traffic = (factorAt: (minute: number) => number) => {
    const random = seededRandom(2);
    return run(rules, days * 1440, (minute, atMs) => {
      const daily = 40 + 25 * Math.sin((minute / 1440) * 2 * Math.PI);
      const count = Math.round(daily * (0.95 + 0.1 * random.next()) * factorAt(minute));
      return requests(count, 0, atMs);
    });
  };

  test("in the rhythm of days is none", () => {
    expect(traffic(() => 1).filter(({ state }) => state === "firing").length).toBeLessThanOrEqual(
      1,
    );
  });

  test("of traffic that breaks off is told as what it is", () => {
    const broken = 5 * 1440;
    const told = traffic((minute) => (minute > broken ? 0.05 : 1));
    const found = told.find(
      ({ state, atMs }) => state === "firing" && atMs > START_MS + broken * MINUTE_MS,
    );
    expect(found?.summary).toMatch(/api gets .+\/s of requests, which is unusual/);
    expect(((found?.atMs ?? 0) - START_MS) / MINUTE_MS - broken).toBeLessThan(30);
  });
});

test("forecasts take turns, so that no evaluation waits for hundreds of them, and nobody is left out", () => {
  const asked: number[] = [];
  let inThisEvaluation = 0;
  const forecaster = {
    timeToReach: () => {
      inThisEvaluation += 1;
      return undefined;
    },
  };
  const rules = defaultRules().filter(({ name }) => name === "memory-full-soon");
  const evaluator = createEvaluator({ rules, forecaster, forecastsAnEvaluation: 2 });
  const instances = Array.from({ length: 50 }, (_, index) => `i${index}`);
  const hours = 5;
  for (let second = 10; second <= hours * 3600; second += 10) {
    const atMs = START_MS + second * 1000;
    evaluator.feed(
      instances.map((instance) =>
        gauge("streamgate_process_memory_ratio", 0.7, atMs, { service: "api", instance }),
      ),
    );
    inThisEvaluation = 0;
    evaluator.evaluate(atMs);
    asked.push(inThisEvaluation);
  }
  expect(Math.max(...asked)).toBe(2);
  // After four hours of history 50 forecasts are due every seven and a half minutes.
  const due = 50 * 8 * (hours - 4);
  expect(asked.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(0.9 * due);
});
