import { aggregateWindows, type SeriesPoint } from "@streamgate/monitor";
import { histogramOf } from "@streamgate/telemetry";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packChunk, unpackChunk, unpackColumns } from "../../src/series/chunk.ts";
import type { Point } from "../../src/series/point.ts";
import { StepTotals } from "../../src/series/step-totals.ts";
import {
  counterPoint,
  gaugePoint,
  type HistoryFixture,
  histogramPoint,
  startHistoryFixture,
} from "./history-fixture.ts";

let fixture: HistoryFixture;
beforeAll(async () => {
  fixture = await startHistoryFixture();
});
afterAll(() => fixture.stop());

/** Two services of two processes each, with a counter, a gauge and a histogram. */
function pointsAt(second: number, atMs: number): readonly SeriesPoint[] {
  return ["shop", "media"].flatMap((service, at) =>
    ["1", "2"].flatMap((instance) => {
      const labels = { service, instance };
      return [
        { key: { name: "requests", labels }, point: counterPoint(atMs, second % 7) },
        { key: { name: "heap", labels }, point: gaugePoint(atMs, 100 + (second % 11) + at) },
        {
          key: { name: "duration", labels },
          point: histogramPoint(atMs, second % 3 === 0 ? [] : [0.001 * (second % 50), 0.02]),
        },
      ];
    }),
  );
}

describe("series put together in one pass", () => {
  it("are what the series read one by one are, put together", async () => {
    const { history, clock, live } = await fixture.open();
    await live(1_300, pointsAt);
    const toMs = Math.ceil(clock.nowMs / 300_000) * 300_000;
    const fromMs = toMs - 30 * 60_000;
    for (const name of ["requests", "heap", "duration"])
      for (const by of [[], ["service"]])
        for (const stepMs of [10_000, 300_000]) {
          const query = { selector: { name, where: [] }, fromMs, toMs, stepMs, by };
          const windows = await history.read(query);
          const expected = aggregateWindows(windows, query);
          const sums = (groups: typeof expected) => JSON.parse(JSON.stringify(groups), roundSums);
          expect(sums(await history.aggregate(query))).toEqual(sums(expected));
        }
  });

  it("say nothing where nothing was read, and refuse steps without end", async () => {
    const { history, clock } = await fixture.open();
    const query = {
      selector: { name: "requests", where: [] },
      fromMs: clock.nowMs - 3_600_000,
      toMs: clock.nowMs,
      by: [],
    };
    expect(await history.aggregate({ ...query, stepMs: 60_000 })).toEqual([]);
    await expect(history.aggregate({ ...query, stepMs: 1 })).rejects.toThrow(/steps/);
    await expect(history.aggregate({ ...query, stepMs: 0 })).rejects.toThrow(/steps/);
  });
});

/** Sums of doubles in another order differ in their last bits. */
function roundSums(key: string, value: unknown): unknown {
  return key === "sum" && typeof value === "number" ? Number(value.toPrecision(9)) : value;
}

const times = fc.uniqueArray(fc.integer({ min: 1, max: 100_000 }), { maxLength: 40 });
const kinds = fc.constantFrom("counter" as const, "gauge" as const, "histogram" as const);
const chunks = fc.tuple(
  times,
  kinds,
  fc.array(fc.double({ noNaN: true, min: 0, max: 1e9 }), { minLength: 1, maxLength: 5 }),
);

describe("columns", () => {
  it("add up to what their points add up to", () => {
    fc.assert(
      fc.property(chunks, fc.integer({ min: 1, max: 5_000 }), ([at, kind, values], stepMs) => {
        const points = at.map((atMs, index): Point => {
          const value = values[index % values.length] ?? 0;
          if (kind === "counter") return counterPoint(atMs, value);
          return kind === "gauge"
            ? gaugePoint(atMs, value)
            : { kind, atMs, spanMs: 1_000, data: histogramOf(values.slice(0, index % 4)) };
        });
        const grid = { fromMs: 20_000, stepMs, steps: Math.ceil(60_000 / stepMs) };
        const packed = packChunk(kind, points, 0);
        expect(unpackChunk(packed, 0).points).toEqual(points);
        const byPoint = new StepTotals(grid);
        const byColumn = new StepTotals(grid);
        for (const point of points) byPoint.add(point);
        byColumn.addColumns(unpackColumns(packed, 0), () => true);
        expect(byColumn.finish()).toEqual(byPoint.finish());
      }),
      { numRuns: 200 },
    );
  });
});
