import { type Change, createEvaluator, defaultRules } from "@streamgate/monitor";
import { describe, expect, test } from "vitest";
import { gauge, histogram, play, requests, START_MS } from "./play.ts";

const FAILING = defaultRules().filter(({ name }) => name === "errors-sudden");
const SLOW = defaultRules().filter(({ name }) => name === "responses-suddenly-slow");

describe("the sequential test of errors", () => {
  test("fires on the third second of an outage, and not on the first", () => {
    const { pass, told, transitions } = play(FAILING);
    pass(300, (atMs) => requests(50, 0, atMs));
    pass(60, (atMs) => requests(50, 50, atMs));
    expect(told).toEqual(["303 firing"]);
    expect(transitions[0]?.summary).toMatch(/% of the requests to api fail/);
    expect(transitions[0]?.description).toContain("in order is 0.1 %");
  });

  test("lets a single second of failures pass", () => {
    const { pass, told } = play(FAILING);
    for (let minute = 0; minute < 30; minute += 1) {
      pass(1, (atMs) => requests(50, 50, atMs));
      pass(59, (atMs) => requests(50, 0, atMs));
    }
    expect(told).toEqual([]);
  });

  test("finds three failures in a row where a request comes every ten seconds", () => {
    const { pass, told } = play(FAILING);
    const every10s = (failed: number) => (atMs: number) =>
      (atMs / 1000) % 10 === 0 ? requests(1, failed, atMs) : [];
    pass(600, every10s(0));
    pass(60, every10s(1));
    expect(told).toEqual(["630 firing"]);
  });

  test("goes on firing while the share stays up, and is over a while after it is down", () => {
    const { pass, told } = play(FAILING);
    pass(300, (atMs) => requests(50, 0, atMs));
    pass(600, (atMs) => requests(50, 1, atMs));
    pass(600, (atMs) => requests(50, 0, atMs));
    expect(told.map((line) => line.split(" ")[1])).toEqual(["firing", "resolved"]);
    const [fired, resolved] = told.map((line) => Number(line.split(" ")[0]));
    expect(fired).toBeLessThan(315);
    expect(resolved).toBeGreaterThan(960);
    expect(resolved).toBeLessThan(1100);
  });

  test("fires again when the fault comes again", () => {
    const { pass, told } = play(FAILING);
    for (let round = 0; round < 3; round += 1) {
      pass(300, (atMs) => requests(50, 0, atMs));
      pass(30, (atMs) => requests(50, 25, atMs));
    }
    expect(told.filter((line) => line.endsWith("firing"))).toHaveLength(3);
  });

  test("does not call a fault over at low traffic because two minutes happened to be fine", () => {
    const { pass, told } = play(FAILING);
    const rarely = (failsAt: (request: number) => boolean) => (atMs: number) => {
      const request = atMs / 10_000;
      return Number.isInteger(request) ? requests(1, failsAt(request) ? 1 : 0, atMs) : [];
    };
    pass(
      1800,
      rarely(() => false),
    );
    pass(
      60,
      rarely(() => true),
    );
    pass(
      3600,
      rarely((request) => request % 20 === 0),
    );
    expect(told.map((line) => line.split(" ")[1])).toEqual(["firing"]);
    pass(
      1800,
      rarely(() => false),
    );
    expect(told.map((line) => line.split(" ")[1])).toEqual(["firing", "resolved"]);
  });

  test("counts requests of all routes and instances of the service together", () => {
    const { pass, told } = play(FAILING);
    const spread = (failed: number) => (atMs: number) =>
      Array.from({ length: 10 }, (_, index) =>
        histogram("http_server_request_duration_seconds", [0.02], atMs, {
          service: "api",
          instance: `i${index % 3}`,
          http_route: `/r${index}`,
          http_response_status_code: index < failed ? "503" : "200",
        }),
      );
    pass(60, spread(0));
    pass(30, spread(3));
    expect(told).toEqual(["63 firing"]);
  });
});

describe("the sequential test of latency", () => {
  test("finds a slow database within seconds", () => {
    const { pass, told } = play(SLOW);
    pass(300, (atMs) => requests(20, 0, atMs));
    pass(30, (atMs) => requests(20, 0, atMs, 1.2));
    expect(told).toEqual(["303 firing"]);
  });

  const deploy = (atMs: number): Change => ({
    id: "d1",
    kind: "deploy",
    atMs,
    summary: "1.2.3",
    labels: { service: "api" },
  });
  const mostlyFine = (slow: number) => (atMs: number) => [
    ...requests(20 - slow, 0, atMs),
    ...requests(slow, 0, atMs, 0.9),
  ];

  test("is patient with a slow start after a deploy, but not with a broken one", () => {
    const patient = play(SLOW);
    patient.pass(300, (atMs) => requests(20, 0, atMs));
    patient.evaluator.feedChanges([deploy(patient.nowMs)]);
    patient.pass(60, mostlyFine(8));
    patient.pass(120, (atMs) => requests(20, 0, atMs));
    expect(patient.told).toEqual([]);

    const broken = play(SLOW);
    broken.pass(300, (atMs) => requests(20, 0, atMs));
    broken.evaluator.feedChanges([deploy(broken.nowMs)]);
    broken.pass(60, mostlyFine(20));
    expect(broken.told).toHaveLength(1);
  });

  test("the same slow start without a deploy is an alarm, and so is a late one", () => {
    const sudden = play(SLOW);
    sudden.pass(300, (atMs) => requests(20, 0, atMs));
    sudden.pass(60, mostlyFine(8));
    expect(sudden.told).toHaveLength(1);

    const late = play(SLOW);
    late.pass(10, (atMs) => requests(20, 0, atMs));
    late.evaluator.feedChanges([deploy(late.nowMs)]);
    late.pass(300, (atMs) => requests(20, 0, atMs));
    late.evaluator.feedChanges([deploy(late.nowMs - 300_000)]);
    late.pass(60, mostlyFine(8));
    expect(late.told).toHaveLength(1);
  });

  test("a new instance counts as a start, but one that starts again and again does not", () => {
    const { pass, told } = play(SLOW);
    const from = (life: number, slow: number) => (atMs: number) => [
      histogram(
        "http_server_request_duration_seconds",
        [...Array<number>(20 - slow).fill(0.03), ...Array<number>(slow).fill(0.9)],
        atMs,
        { service: "api", instance: `api-${life}`, http_response_status_code: "200" },
      ),
    ];
    pass(300, from(0, 0));
    pass(60, from(1, 8));
    expect(told).toEqual([]);
    pass(120, from(1, 0));
    pass(60, from(2, 8));
    expect(told).toHaveLength(1);
  });
});

describe("burn rates", () => {
  const burning = defaultRules().filter(({ name }) => name === "slo-burning");
  const secondOf = (told: readonly string[], index = 0): number =>
    Number(told[index]?.split(" ")[0] ?? Number.NaN);

  test("14.4 times over an hour of 10 % errors takes more than eight minutes", () => {
    const { pass, transitions, told } = play(burning);
    pass(4000, (atMs) => requests(10, 0, atMs));
    pass(1200, (atMs) => requests(10, 1, atMs));
    const paged = transitions.findIndex(({ labels }) => labels.burn_window === "1h");
    expect(secondOf(told, paged) - 4000).toBeGreaterThan(480);
    expect(secondOf(told, paged) - 4000).toBeLessThan(600);
    expect(transitions[paged]?.severity).toBe("critical");
  });

  test("a slow burn is a ticket, and what was not yet seen counts as good", () => {
    const { pass, transitions } = play(burning);
    pass(4000, (atMs) => requests(50, atMs % 10_000 === 0 ? 1 : 0, atMs));
    expect(transitions).toEqual([]);
  });

  test("a short window that has recovered ends it", () => {
    const { pass, transitions } = play(burning);
    pass(3700, (atMs) => requests(10, 0, atMs));
    pass(400, (atMs) => requests(10, 10, atMs));
    pass(500, (atMs) => requests(10, 0, atMs));
    const fast = transitions.filter(({ labels }) => labels.burn_window === "1h");
    expect(fast.map(({ state }) => state)).toEqual(["firing", "resolved"]);
  });

  test("a few failures of a service that is hardly used are not a burnt budget", () => {
    const { pass, transitions } = play(burning);
    const rarely = (failed: number) => (atMs: number) =>
      (atMs / 1000) % 60 === 0 ? requests(1, failed, atMs) : [];
    pass(3600, rarely(0));
    pass(300, rarely(1));
    expect(transitions).toEqual([]);
  });
});

describe("targets", () => {
  const down = defaultRules().filter(({ name }) =>
    ["service-down", "target-down", "reports-absent"].includes(name),
  );
  const target = (instance: string, up: number, atMs: number) => [
    gauge("up", up, atMs, { service: "api", instance }),
    ...(up === 1
      ? [gauge("process_memory_usage_bytes", 1e8, atMs, { service: "api", instance })]
      : []),
  ];

  test("one of two that is down is a ticket after a minute; both are a page after a quarter", () => {
    const { pass, transitions } = play(down);
    pass(60, (atMs) => [...target("a", 1, atMs), ...target("b", 1, atMs)]);
    pass(70, (atMs) => [...target("a", 0, atMs), ...target("b", 1, atMs)]);
    const fired = () =>
      transitions.filter(({ state }) => state === "firing").map(({ ruleName }) => ruleName);
    expect(fired()).toEqual(["target-down"]);
    pass(20, (atMs) => [...target("a", 0, atMs), ...target("b", 0, atMs)]);
    expect(fired()).toEqual(["target-down", "service-down"]);
  });

  test("a restart of fifteen seconds tells nobody", () => {
    const { pass, transitions } = play(down);
    pass(60, (atMs) => target("a", 1, atMs));
    pass(14, (atMs) => target("a", 0, atMs));
    pass(60, (atMs) => target("b", 1, atMs));
    expect(transitions.filter(({ state }) => state === "firing")).toEqual([]);
  });

  test("reports that stop are missed while the target is still asked for, and not when it was taken off", () => {
    const missed = play(down);
    missed.pass(60, (atMs) => target("a", 1, atMs));
    missed.pass(90, (atMs) => [gauge("up", 1, atMs, { service: "api", instance: "a" })]);
    const [firing] = missed.transitions.filter(({ state }) => state === "firing");
    expect(firing?.ruleName).toBe("reports-absent");
    expect(firing?.summary).toMatch(/No instance of api has reported for 1\.0\d min|for \d+/);

    const removed = play(down);
    removed.pass(60, (atMs) => target("a", 1, atMs));
    removed.pass(600);
    expect(removed.transitions.filter(({ state }) => state === "firing")).toEqual([]);
  });
});

test("judging ten times a second gives no more chances for a false alarm than once", () => {
  const often = createEvaluator({ rules: FAILING });
  let firedAtMs = 0;
  for (let tenth = 1; tenth <= 600 && firedAtMs === 0; tenth += 1) {
    const atMs = START_MS + tenth * 100;
    if (tenth % 10 === 0) often.feed(requests(50, tenth > 300 ? 50 : 0, atMs));
    if (often.evaluate(atMs).length > 0) firedAtMs = atMs;
  }
  // Three bad seconds, as ever.
  expect((firedAtMs - START_MS) / 1000).toBeGreaterThanOrEqual(33);
  expect((firedAtMs - START_MS) / 1000).toBeLessThan(35);
});
