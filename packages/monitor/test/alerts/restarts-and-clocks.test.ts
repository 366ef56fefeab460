import { defaultRules } from "@streamgate/monitor";
import { describe, expect, test } from "vitest";
import { counter, gauge, play, requests, START_MS } from "./play.ts";

const RULES = defaultRules().filter(({ name }) =>
  ["errors-sudden", "slo-burning", "memory-high", "service-down", "reports-absent"].includes(name),
);

const second = (atMs: number, failed: number, memory = 0.5) => [
  ...requests(20, failed, atMs),
  gauge("up", 1, atMs, { service: "api", instance: "a" }),
  gauge("process_memory_usage_bytes", 1e8, atMs, { service: "api", instance: "a" }),
  gauge("streamgate_process_memory_ratio", memory, atMs, { service: "api", instance: "a" }),
];

describe("a restart", () => {
  test("in the middle of a fault fires nothing again, and resolves what ends later, with the same id", () => {
    const before = play(RULES);
    before.pass(120, (atMs) => second(atMs, 0));
    before.pass(30, (atMs) => second(atMs, 10));
    const fired = before.transitions.filter(({ ruleName }) => ruleName === "errors-sudden");
    expect(fired.map(({ state }) => state)).toEqual(["firing"]);

    const state: unknown = JSON.parse(JSON.stringify(before.evaluator.state()));
    const after = play(RULES);
    after.nowMs = before.nowMs + 5000;
    expect(after.evaluator.restore(state)).toBe(true);
    expect(after.evaluator.active()).toMatchObject([
      { ruleName: "errors-sudden", state: "firing", startedAtMs: fired[0]?.startedAtMs },
    ]);
    after.pass(60, (atMs) => second(atMs, 10));
    const again = () => after.transitions.filter(({ ruleName }) => ruleName === "errors-sudden");
    expect(again()).toEqual([]);
    after.pass(400, (atMs) => second(atMs, 0));
    expect(again().map(({ state: each }) => each)).toEqual(["resolved"]);
    expect(again()[0]?.alertId).toBe(fired[0]?.alertId);
    expect(again()[0]?.startedAtMs).toBe(fired[0]?.startedAtMs);
  });

  test("keeps a pending alert's time, without counting the time in which nobody watched", () => {
    const before = play(RULES);
    before.pass(100, (atMs) => second(atMs, 0, 0.9));
    const pending = before.transitions.find(({ ruleName }) => ruleName === "memory-high");
    const after = play(RULES);
    after.nowMs = before.nowMs + 600_000;
    after.evaluator.restore(before.evaluator.state());
    after.pass(60, (atMs) => second(atMs, 0, 0.9));
    const fired = after.transitions.find(({ ruleName }) => ruleName === "memory-high");
    expect(fired?.state).toBe("firing");
    expect(fired?.startedAtMs).toBe(pending?.startedAtMs);
    // Two minutes are asked for: 100 seconds went before, and some more are still to come.
    expect((fired?.atMs ?? 0) - before.nowMs - 600_000).toBeGreaterThan(10_000);
  });

  test("keeps the windows of hours and days", () => {
    const before = play(RULES);
    before.pass(3700, (atMs) => second(atMs, 0));
    before.pass(200, (atMs) => second(atMs, 2));
    const after = play(RULES);
    after.nowMs = before.nowMs;
    after.evaluator.restore(JSON.parse(JSON.stringify(before.evaluator.state())));
    after.pass(400, (atMs) => second(atMs, 2));
    const burn = after.transitions.find(({ labels }) => labels.burn_window === "1h");
    expect(burn?.state).toBe("firing");
    expect((burn?.atMs ?? 0) - START_MS).toBeLessThan((3700 + 600) * 1000);
  });

  test("with other rules resolves the alerts of those that are gone", () => {
    const before = play(RULES);
    before.pass(60, (atMs) => second(atMs, 20));
    const after = play(RULES.filter(({ name }) => name !== "errors-sudden"));
    after.nowMs = before.nowMs;
    after.evaluator.restore(before.evaluator.state());
    after.pass(1, (atMs) => second(atMs, 20));
    expect(after.transitions).toMatchObject([
      {
        ruleName: "errors-sudden",
        state: "resolved",
        description: "The rule is not there any more.",
      },
    ]);
  });

  test.each([undefined, null, 7, {}, { version: 2, groups: [] }, { version: 1, groups: [null] }])(
    "from %j, which is no state, begins anew",
    (state) => {
      const { evaluator } = play(RULES);
      expect(evaluator.restore(state)).toBe(false);
      expect(evaluator.active()).toEqual([]);
    },
  );
});

describe("the clock", () => {
  test("that jumps an hour ahead makes nobody absent or down", () => {
    const { pass, transitions, ...playing } = play(RULES);
    pass(120, (atMs) => second(atMs, 0));
    const jumped = playing.evaluator;
    jumped.evaluate(START_MS + 3_720_000);
    const later = START_MS + 3_720_000;
    const told = Array.from({ length: 60 }, (_, index) => {
      const atMs = later + (index + 1) * 1000;
      jumped.feed(second(atMs, 0));
      return jumped.evaluate(atMs);
    }).flat();
    expect(told.filter(({ state }) => state === "firing")).toEqual([]);
    expect(transitions).toEqual([]);
  });

  test("that is set back an hour leaves the rules seeing: a fault is found as fast as ever", () => {
    const playing = play(RULES);
    playing.pass(120, (atMs) => second(atMs, 0));
    playing.nowMs -= 3_600_000;
    playing.pass(60, (atMs) => second(atMs, 0));
    playing.pass(10, (atMs) => second(atMs, 20));
    const firing = playing.transitions.filter(({ state }) => state === "firing");
    expect(firing.map(({ ruleName }) => ruleName)).toContain("errors-sudden");
    expect(firing[0]?.atMs).toBeLessThanOrEqual(playing.nowMs - 6000);
  });

  test("of a watched host that runs ahead by more than a minute is not believed, and counted", () => {
    let now = START_MS;
    const clock = { now: () => new Date(now) };
    const { evaluator, transitions } = play(RULES, { clock });
    for (let index = 0; index < 60; index += 1) {
      now += 1000;
      evaluator.feed(second(now + 600_000, 20));
      transitions.push(...evaluator.evaluate(now));
    }
    expect(transitions).toEqual([]);
    expect(evaluator.size().ahead).toBeGreaterThan(100);
  });

  test("points that come late count while their window lasts, and are counted as late after it", () => {
    const { pass, evaluator, nowMs } = play(RULES);
    pass(600, (atMs) => second(atMs, 0));
    evaluator.feed(second(nowMs + 590_000, 20));
    expect(evaluator.size().late).toBe(0);
    evaluator.feed(second(nowMs - 3_600_000, 20));
    expect(evaluator.size().late).toBeGreaterThan(0);
  });
});

describe("bounds", () => {
  test("a million series are refused beyond the cap, counted, and forgotten when they fall silent", () => {
    const limits = { seriesLimit: 1000, groupLimit: 50, longestStepMs: 3_600_000 };
    const { evaluator } = play(RULES, limits);
    for (let index = 0; index < 20_000; index += 1)
      evaluator.feed([gauge("up", 1, START_MS, { service: `s${index}`, instance: "a" })]);
    expect(evaluator.size().series).toBe(1000);
    expect(evaluator.size().groups).toBe(50);
    expect(evaluator.size().refused).toBeGreaterThanOrEqual(19_000);
    for (let hour = 0; hour <= 26; hour += 1) evaluator.evaluate(START_MS + hour * 3_600_000);
    expect(evaluator.size()).toMatchObject({ series: 0, groups: 0 });
  });

  test("series that no rule asks for cost nothing", () => {
    const { evaluator } = play(RULES);
    for (let index = 0; index < 1000; index += 1)
      evaluator.feed([gauge(`unknown_${index}`, 1, START_MS)]);
    expect(evaluator.size().series).toBe(0);
  });

  test("values that are no numbers, and histograms without values, fire nothing and break nothing", () => {
    const { pass, transitions } = play(defaultRules());
    pass(300, (atMs) => [
      gauge("streamgate_process_memory_ratio", Number.NaN, atMs),
      gauge("process_cpu_utilization_ratio", Number.POSITIVE_INFINITY, atMs, { service: "b" }),
      ...requests(0, 0, atMs),
    ]);
    pass(300, (atMs) => [
      counter("streamgate_cache_requests", Number.NaN, atMs),
      counter("streamgate_cache_requests", -1e9, atMs),
      counter("streamgate_cache_requests", Number.POSITIVE_INFINITY, atMs),
    ]);
    expect(transitions).toEqual([]);
  });
});
