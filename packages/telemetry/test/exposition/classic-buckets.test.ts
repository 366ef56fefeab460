import {
  classicBuckets,
  createRegistry,
  cumulativeCounts,
  exposeMetrics,
  histogramOf,
} from "@streamgate/telemetry";
import fc from "fast-check";
import { expect, test } from "vitest";

test("classic buckets count exactly what lies at or below each boundary", () => {
  const values = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 50 });
  const wanted = fc.uniqueArray(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(values, wanted, (recorded, boundaries) => {
      const buckets = classicBuckets(
        "seconds",
        boundaries.sort((left, right) => left - right),
      );
      // What is too small to matter is counted as zero.
      const shown = recorded.map((value) => (value < 2 ** -1021 ? 0 : value));
      expect(cumulativeCounts(histogramOf(shown), buckets)).toEqual([
        ...buckets.boundaries.map((bound) => shown.filter((value) => value <= bound).length),
        shown.length,
      ]);
    }),
  );
});

test("of exemplars in more octaves than are kept the oldest go", async () => {
  const registry = createRegistry();
  const boundaries = Array.from({ length: 50 }, (_, power) => 2 ** power);
  const series = registry.histogram({ name: "sizes", help: "x", boundaries }).with();
  for (const bound of boundaries) series.record(bound, { trace_id: `t${bound}` });
  let text = "";
  for await (const chunk of exposeMetrics(registry, { format: "openmetrics" })) text += chunk;
  const kept = [...text.matchAll(/trace_id="t(\d+)"/g)].map(([, bound]) => Number(bound));
  expect(kept).toEqual(boundaries.slice(-32));
});
