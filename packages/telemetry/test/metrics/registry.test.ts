import { createRegistry, type MetricDefinition } from "@streamgate/telemetry";
import { expect, test } from "vitest";

const START_MS = 1_700_000_000_000;
const clock = {
  now: () => new Date(START_MS),
  monotonicMs: () => 0,
  sleep: () => Promise.resolve(),
};

test("the same definition twice is the same metric", () => {
  const registry = createRegistry();
  const definition = { name: "calls", help: "x", labelNames: ["a"] } as const;
  expect(registry.counter(definition)).toBe(registry.counter({ ...definition, help: "other" }));
});

test("a name is refused where it is there with another kind, unit or other labels", () => {
  const registry = createRegistry();
  registry.counter({ name: "work_seconds", help: "x", unit: "seconds", labelNames: ["a"] });
  const attempts: (() => unknown)[] = [
    () => registry.gauge({ name: "work_seconds", help: "x", unit: "seconds", labelNames: ["a"] }),
    () => registry.counter({ name: "work_seconds", help: "x", labelNames: ["a"] }),
    () => registry.counter({ name: "work_seconds", help: "x", unit: "seconds", labelNames: ["b"] }),
    () => registry.counter({ name: "work_seconds", help: "x", unit: "seconds" }),
  ];
  for (const attempt of attempts)
    expect(attempt).toThrow(expect.objectContaining({ code: "SG_TELEMETRY_METRIC_CONFLICT" }));
});

test("a name is refused where the text formats would show it as another one", () => {
  const registry = createRegistry();
  registry.histogram({ name: "size", help: "x" });
  for (const name of ["size_count", "size_sum", "size_bucket"])
    expect(() => registry.gauge({ name, help: "x" })).toThrow(
      expect.objectContaining({ code: "SG_TELEMETRY_METRIC_CONFLICT" }),
    );
});

test("a definition that no scraper would read is refused", () => {
  const bad: MetricDefinition[] = [
    { name: "", help: "x" },
    { name: "9lives", help: "x" },
    { name: "with space", help: "x" },
    { name: "new\nline", help: "x" },
    { name: "calls_total", help: "x" },
    { name: "size", help: "x", unit: "bytes" },
    { name: "size_bytes", help: "x", unit: "by tes" },
    { name: "calls", help: "x", labelNames: ["a", "a"] },
    { name: "calls", help: "x", labelNames: ["__name__"] },
    { name: "calls", help: "x", labelNames: ["le"] },
    { name: "calls", help: "x", labelNames: ["a-b"] },
  ];
  for (const definition of bad)
    expect(() => createRegistry().counter(definition)).toThrow(
      expect.objectContaining({ code: "SG_TELEMETRY_BAD_METRIC" }),
    );
  for (const boundaries of [[2, 1], [1, 1], [-1], [Number.NaN], [Number.POSITIVE_INFINITY]])
    expect(() => createRegistry().histogram({ name: "size", help: "x", boundaries })).toThrow(
      expect.objectContaining({ code: "SG_TELEMETRY_BAD_METRIC" }),
    );
});

test("a cap that is no whole number from 1 is refused by name", () => {
  for (const maxSeriesPerMetric of [0, -1, 1.5, Number.NaN])
    expect(() => createRegistry({ maxSeriesPerMetric })).toThrow("maxSeriesPerMetric");
});

test("a counter only rises, a gauge does both", () => {
  const registry = createRegistry();
  const counter = registry.counter({ name: "calls", help: "x" }).with();
  for (const amount of [2, 0.5, -1, Number.NaN, Number.POSITIVE_INFINITY]) counter.add(amount);
  expect(counter.value).toBe(2.5);
  const gauge = registry.gauge({ name: "level", help: "x" }).with();
  gauge.set(5);
  gauge.add(-7);
  expect(gauge.value).toBe(-2);
  for (const amount of [Number.NaN, Number.POSITIVE_INFINITY]) gauge.add(amount);
  expect(gauge.value).toBe(-2);
});

test("who asked is called back before a reading, and not any more after the end", () => {
  const registry = createRegistry();
  const level = registry.gauge({ name: "level", help: "x" }).with();
  let readings = 0;
  const end = registry.onCollect(() => {
    readings += 1;
    level.set(readings);
  });
  expect(registry.collect().find(({ name }) => name === "level")?.series).toEqual([
    { labels: {}, value: 1 },
  ]);
  end();
  registry.collect();
  expect(readings).toBe(1);
});

test("a callback that throws is counted and disturbs no other", () => {
  const registry = createRegistry();
  let others = 0;
  registry.onCollect(() => {
    throw new Error("broken");
  });
  registry.onCollect(() => {
    others += 1;
  });
  registry.collect();
  const failures = registry
    .collect()
    .find(({ name }) => name === "streamgate_metric_callback_failures");
  expect(others).toBe(2);
  expect(failures?.series).toEqual([{ labels: {}, value: 2 }]);
});

test("a series knows when it began", () => {
  const registry = createRegistry({ clock });
  expect(registry.counter({ name: "calls", help: "x" }).with().startedAtMs).toBe(START_MS);
  expect(registry.histogram({ name: "sizes", help: "x" }).with().startedAtMs).toBe(START_MS);
});
