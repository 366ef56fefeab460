import { createRegistry, exposeMetrics } from "@streamgate/telemetry";
import fc from "fast-check";
import promClient from "prom-client";
import { describe, expect, test } from "vitest";
import { parseExposition } from "../../src/collection/parse-exposition.ts";
import { fromClassic } from "../../src/series/classic-histogram.ts";

const LIMIT = 10_000;

describe("reading metrics as text", () => {
  test("what prom-client exposes comes back: counters, gauges, histograms, summaries", async () => {
    const registry = new promClient.Registry();
    const registers = [registry];
    const requests = new promClient.Counter({
      name: "requests_total",
      help: "a \\ and a\nline",
      labelNames: ["route"],
      registers,
    });
    requests.inc({ route: 'with "quotes", {braces}, \\ and\na line' }, 3);
    new promClient.Gauge({ name: "heap_bytes", help: "h", registers }).set(1.5e9);
    const latency = new promClient.Histogram({ name: "latency_seconds", help: "h", registers });
    for (const value of [0.003, 0.02, 20]) latency.observe(value);
    const summary = new promClient.Summary({ name: "size_bytes", help: "h", registers });
    summary.observe(10);

    const series = parseExposition(await registry.metrics(), LIMIT);
    const find = (name: string): unknown => series.find((each) => each.name === name);
    expect(find("requests")).toEqual({
      name: "requests",
      labels: { route: 'with "quotes", {braces}, \\ and\na line' },
      value: { kind: "counter", value: 3 },
    });
    expect(find("heap_bytes")).toMatchObject({ value: { kind: "gauge", value: 1.5e9 } });
    expect(find("size_bytes_count")).toMatchObject({ value: { kind: "counter", value: 1 } });
    const histogram = series.find((each) => each.name === "latency_seconds");
    if (histogram?.value.kind !== "classic") throw new Error("a histogram was expected");
    expect(fromClassic(histogram.value.classic)).toMatchObject({ count: 3, sum: 20.023 });
  });

  test("what our own registry exposes comes back, in both formats", async () => {
    const registry = createRegistry();
    registry
      .counter({ name: "hits", help: "h", unit: "", labelNames: ["tier"] })
      .with("l1")
      .add(7);
    const seconds = registry.histogram({
      name: "x_seconds",
      help: "h",
      unit: "seconds",
      labelNames: [],
    });
    for (const value of [0.001, 0.5, 0.7]) seconds.with().record(value);
    for (const format of ["prometheus", "openmetrics"] as const) {
      let text = "";
      for await (const part of exposeMetrics(registry, { format })) text += part.toString();
      const series = parseExposition(text, LIMIT);
      expect(series).toContainEqual({
        name: "hits",
        labels: { tier: "l1" },
        value: { kind: "counter", value: 7 },
      });
      const histogram = series.find(({ name }) => name === "x_seconds")?.value;
      if (histogram?.kind !== "classic") throw new Error("a histogram was expected");
      expect(histogram.classic.cumulative.at(-1)).toBe(3);
      expect(histogram.classic.sum).toBeCloseTo(1.201, 9);
    }
  });

  test("of OpenMetrics the timestamps, exemplars and creation times are passed over", () => {
    const text = [
      "# TYPE requests counter",
      'requests_total{a="1"} 17 1780000000.123 # {trace_id="abc"} 1 1780000000.1',
      'requests_created{a="1"} 1780000000',
      "# TYPE up unknown",
      "up 1 1780000000",
      "nothing_typed -Inf",
      "# EOF",
    ].join("\n");
    expect(parseExposition(text, LIMIT)).toEqual([
      { name: "requests", labels: { a: "1" }, value: { kind: "counter", value: 17 } },
      { name: "up", labels: {}, value: { kind: "gauge", value: 1 } },
      {
        name: "nothing_typed",
        labels: {},
        value: { kind: "gauge", value: Number.NEGATIVE_INFINITY },
      },
    ]);
  });

  test("a histogram that cannot be one is left out", () => {
    const text = [
      "# TYPE x histogram",
      'x_bucket{le="1"} 5',
      'x_bucket{le="2"} 3',
      'x_bucket{le="+Inf"} 9',
      "x_sum 1",
      "# TYPE y histogram",
      'y_bucket{le="what"} 5',
      "y_count 5",
    ].join("\n");
    expect(parseExposition(text, LIMIT)).toEqual([]);
  });

  test("a line that is no sample is refused by its number", () => {
    for (const line of ["{}", 'x{a="b} 1', "x{a=b} 1", "x", "x one", 'x{a="1"b="2"} 1', "<html>"]) {
      expect(() => parseExposition(`fine 1\n${line}\n`, LIMIT)).toThrow(/line 2/);
    }
  });

  test("lines past the limit are left out", () => {
    const text = Array.from({ length: 100 }, (_, at) => `m{at="${at}"} 1`).join("\n");
    expect(parseExposition(text, 10)).toHaveLength(10);
  });

  test("hostile text ends in series or in an error of ours, and soon", () => {
    const pieces = fc.constantFrom(
      "{",
      "}",
      '"',
      "\\",
      "=",
      ",",
      " ",
      "a",
      "1",
      "le",
      "\n",
      "#",
      "\0",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 300 }), (parts) => {
        try {
          parseExposition(`# TYPE a histogram\n${parts.join("")}`, LIMIT);
        } catch (error) {
          expect(error).toMatchObject({ code: "SG_MONITOR_BAD_EXPOSITION" });
        }
      }),
    );
  });
});
