import { expect, test } from "vitest";
import { gauge, play } from "./play.ts";

const HOT = {
  name: "hot",
  kind: "threshold",
  severity: "high",
  summary: "{service} is at {value}",
  measure: { kind: "gauge", of: { name: "heat" }, statistic: "last", windowMs: 3000 },
  when: "above",
  threshold: 80,
  clearThreshold: 70,
  forMs: 5000,
  clearForMs: 10_000,
  leastFiringMs: 20_000,
};

test("a condition that lasts is pending first, then fires, and is resolved when it was clear for long enough", () => {
  const { pass, told, transitions } = play([HOT]);
  pass(10, (atMs) => [gauge("heat", 50, atMs)]);
  pass(30, (atMs) => [gauge("heat", 90, atMs)]);
  pass(30, (atMs) => [gauge("heat", 50, atMs)]);
  expect(told).toEqual(["11 pending", "16 firing", "51 resolved"]);
  const [pending, firing, resolved] = transitions;
  expect(firing?.startedAtMs).toBe(pending?.startedAtMs);
  expect(resolved?.startedAtMs).toBe(pending?.startedAtMs);
  expect(new Set(transitions.map(({ alertId }) => alertId)).size).toBe(1);
  expect(firing?.labels).toEqual({ alertname: "hot", service: "api", severity: "high" });
  expect(firing?.summary).toBe("api is at 90");
  expect(firing?.description).toContain("it fires above 80");
});

test("a condition that goes away before its time never fires, and whoever heard of it is told so", () => {
  const { pass, told } = play([HOT]);
  pass(4, (atMs) => [gauge("heat", 90, atMs)]);
  pass(30, (atMs) => [gauge("heat", 50, atMs)]);
  expect(told).toEqual(["1 pending", "5 resolved"]);
});

test("a value between the two bounds neither fires nor clears", () => {
  const { pass, told } = play([HOT]);
  pass(60, (atMs) => [gauge("heat", 75, atMs)]);
  expect(told).toEqual([]);
  pass(10, (atMs) => [gauge("heat", 85, atMs)]);
  pass(300, (atMs) => [gauge("heat", 75, atMs)]);
  expect(told).toEqual(["61 pending", "66 firing"]);
});

test("a value that swings about the bound fires once", () => {
  const { pass, told } = play([HOT]);
  pass(10, (atMs) => [gauge("heat", 90, atMs)]);
  pass(600, (atMs) => [gauge("heat", (atMs / 1000) % 8 < 4 ? 60 : 90, atMs)]);
  expect(told).toEqual(["1 pending", "6 firing"]);
});

test("an alert fires for the least time even when the condition is over at once", () => {
  const { pass, told } = play([{ ...HOT, forMs: 0, clearForMs: 0 }]);
  pass(1, (atMs) => [gauge("heat", 90, atMs)]);
  pass(60, (atMs) => [gauge("heat", 10, atMs)]);
  expect(told).toEqual(["1 firing", "21 resolved"]);
});

test("each set of values of the `by` labels is an alert of its own, with the same id every time", () => {
  const { pass, transitions } = play([{ ...HOT, by: ["service", "instance"], forMs: 0 }]);
  const at = (instance: string, value: number, atMs: number) =>
    gauge("heat", value, atMs, { service: "api", instance, zone: "irrelevant" });
  const both = (value: number) => (atMs: number) => [at("a", value, atMs), at("b", value, atMs)];
  pass(2, both(90));
  pass(40, both(10));
  pass(2, both(90));
  const ids = (instance: string) =>
    transitions.filter(({ labels }) => labels.instance === instance).map(({ alertId }) => alertId);
  expect(ids("a")).toHaveLength(3);
  expect(new Set(ids("a")).size).toBe(1);
  expect(ids("a")[0]).not.toBe(ids("b")[0]);
});

test("without data an alert is kept, resolved or fired, as the rule says", () => {
  const silent = (missing: string, forgetAfterMs = 3_600_000) => {
    const playing = play([{ ...HOT, missing, forgetAfterMs, forMs: 0 }]);
    playing.pass(30, (atMs) => [gauge("heat", 90, atMs)]);
    playing.pass(120);
    return playing.told;
  };
  expect(silent("keep")).toEqual(["1 firing"]);
  expect(silent("resolve")).toEqual(["1 firing", "43 resolved"]);
  expect(silent("keep", 60_000)).toEqual(["1 firing", "103 resolved"]);
  const fired = play([{ ...HOT, missing: "fire", forMs: 0 }]);
  fired.pass(5, (atMs) => [gauge("heat", 10, atMs)]);
  fired.pass(10);
  expect(fired.told).toEqual(["8 firing"]);
});

test("an alert that nothing was heard of says so when it is forgotten", () => {
  const { pass, transitions } = play([{ ...HOT, forMs: 0, forgetAfterMs: 60_000 }]);
  pass(30, (atMs) => [gauge("heat", 90, atMs)]);
  pass(120);
  expect(transitions.at(-1)?.description).toContain("Nothing was heard of it any more");
});

test("hostile label values reach the summary without control characters and cut short", () => {
  const { pass, transitions } = play([{ ...HOT, forMs: 0 }]);
  const service = `evil\u0000\n\u001b[31m{value}${"x".repeat(5000)}`;
  pass(1, (atMs) => [gauge("heat", 90, atMs, { service })]);
  const summary = transitions[0]?.summary ?? "";
  expect(summary.length).toBeLessThan(250);
  expect(summary).not.toMatch(/\p{Cc}/u);
  expect(summary).toContain("{value}xxx");
});
