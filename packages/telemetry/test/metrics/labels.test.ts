import {
  createRegistry,
  LONGEST_LABEL_VALUE,
  type MetricFamily,
  OVERFLOW_LABEL,
  type Registry,
} from "@streamgate/telemetry";
import fc from "fast-check";
import { expect, test } from "vitest";

function familyOf(registry: Registry, name: string): MetricFamily | undefined {
  return registry.collect().find((family) => family.name === name);
}

function valuesOf(registry: Registry, name: string): Record<string, number> {
  const { series = [] } = familyOf(registry, name) ?? {};
  return Object.fromEntries(
    series.map((each) => [
      Object.values(each.labels).join("|"),
      "value" in each ? each.value : Number.NaN,
    ]),
  );
}

test("the same label values give the same series", () => {
  const counter = createRegistry().counter({ name: "calls", help: "x", labelNames: ["a", "b"] });
  expect(counter.with("1", "2")).toBe(counter.with("1", "2"));
  expect(counter.with("1", "2")).not.toBe(counter.with("2", "1"));
  expect(counter.with("", "12")).not.toBe(counter.with("12", ""));
});

test("series come and go as a map from label values would have them", () => {
  const label = fc.constantFrom("", "a", "b", "ab", "é", "😀", "__proto__", "constructor", "1");
  const step = fc.tuple(fc.boolean(), label, label);
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const registry = createRegistry();
      const counter = registry.counter({ name: "calls", help: "x", labelNames: ["a", "b"] });
      const expected = new Map<string, number>();
      for (const [isRemoval, a, b] of steps) {
        const key = `${a}|${b}`;
        if (isRemoval) {
          expect(counter.remove(a, b)).toBe(expected.delete(key));
          continue;
        }
        counter.with(a, b).add(1);
        expected.set(key, (expected.get(key) ?? 0) + 1);
      }
      expect(valuesOf(registry, "calls")).toEqual(Object.fromEntries(expected));
    }),
  );
});

test("label sets past the cap share one series, and how many were refused is counted", () => {
  const registry = createRegistry({ maxSeriesPerMetric: 2 });
  const counter = registry.counter({ name: "calls", help: "x", labelNames: ["user"] });
  for (let user = 0; user < 1000; user += 1) counter.with(`user-${user}`).add(1);
  counter.with("user-0").add(1);
  expect(valuesOf(registry, "calls")).toEqual({ "user-0": 2, "user-1": 1, [OVERFLOW_LABEL]: 998 });
  expect(valuesOf(registry, "streamgate_metric_series_refused")).toEqual({ calls: 998 });
});

test("a series that says _other itself is the one that is shared", () => {
  const registry = createRegistry({ maxSeriesPerMetric: 1 });
  const counter = registry.counter({ name: "calls", help: "x", labelNames: ["user"] });
  counter.with(OVERFLOW_LABEL).add(1);
  counter.with("one").add(1);
  expect(valuesOf(registry, "calls")).toEqual({ [OVERFLOW_LABEL]: 2 });
});

test("a removed series makes room under the cap", () => {
  const registry = createRegistry({ maxSeriesPerMetric: 1 });
  const counter = registry.counter({ name: "calls", help: "x", labelNames: ["user"] });
  counter.with("one").add(1);
  expect(counter.remove("one")).toBe(true);
  expect(counter.remove("one")).toBe(false);
  counter.with("two").add(1);
  expect(valuesOf(registry, "calls")).toEqual({ two: 1 });
});

test("who kept a removed series disturbs nobody", () => {
  const registry = createRegistry();
  const histogram = registry.histogram({ name: "sizes", help: "x", labelNames: ["a"] });
  const counter = registry.counter({ name: "calls", help: "x", labelNames: ["a"] });
  const kept = [histogram.with("old"), counter.with("old")] as const;
  kept[0].record(1);
  histogram.remove("old");
  counter.remove("old");
  const fresh = [histogram.with("new"), counter.with("new")] as const;
  for (let value = 1; value < 1000; value += 1) {
    kept[0].record(value);
    kept[0].recordMany(value, 100_000);
    kept[0].record(value, { trace_id: "1" });
    kept[1].add(1);
  }
  expect(fresh[0].read().count).toBe(0);
  expect(fresh[1].value).toBe(0);
  expect(familyOf(registry, "sizes")?.series).toHaveLength(1);
});

test("a hundred thousand series that come and go leave no more behind than one", () => {
  const registry = createRegistry();
  const histogram = registry.histogram({ name: "sizes", help: "x", labelNames: ["pod"] });
  for (let pod = 0; pod < 100_000; pod += 1) {
    histogram.with(`pod-${pod}`).record(pod);
    expect(histogram.remove(`pod-${pod}`)).toBe(true);
  }
  expect(histogram.table.size).toBe(0);
  expect(histogram.table.slotCount).toBe(1);
});

test("label values are any text that UTF-8 can carry, cut where they are too long", () => {
  const registry = createRegistry();
  const gauge = registry.gauge({ name: "level", help: "x", labelNames: ["a"] });
  gauge.with("\ud800 alone").set(1);
  gauge.with("x".repeat(5000)).set(2);
  gauge.with("x".repeat(6000)).set(3);
  expect(valuesOf(registry, "level")).toEqual({
    "\ufffd alone": 1,
    ["x".repeat(LONGEST_LABEL_VALUE)]: 3,
  });
});

test("an untyped caller's numbers become text, and a missing value is refused", () => {
  const registry = createRegistry();
  const counter = registry.counter({ name: "calls", help: "x", labelNames: ["status"] });
  const untyped = counter as unknown as { with(...values: unknown[]): { add(n: number): void } };
  untyped.with(200).add(1);
  counter.with("200").add(1);
  expect(valuesOf(registry, "calls")).toEqual({ "200": 2 });
  expect(() => untyped.with()).toThrow(/SG_TELEMETRY_WRONG_LABELS|by 0 label values/);
  expect(() => untyped.with("a", "b")).toThrow("by 2 label values");
});
