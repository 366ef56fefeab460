import { describe, expect, test } from "vitest";
import { extended, withTick } from "../../src/pages/now/tick.ts";
import { NOW_MS } from "../fixtures/clock.ts";
import { chartOf, nowFixture } from "../fixtures/now.ts";

const tickAt = (ms: number, figures: Readonly<Record<string, number | null>>) =>
  ({ kind: "tick", at: new Date(NOW_MS + ms).toISOString(), figures }) as const;

describe("a tick", () => {
  test("changes the figures that it names, and judges them by their objectives", () => {
    const { figures } = withTick(nowFixture, tickAt(1_000, { latency: 120, errors: 0.5 }));
    expect(figures.map(({ figure }) => figure.value)).toEqual([
      120,
      nowFixture.figures[1]?.figure.value,
      0.5,
      ...nowFixture.figures.slice(3).map(({ figure }) => figure.value),
    ]);
    expect(figures[0]?.figure.objective?.isMet).toBe(true);
    expect(figures[2]?.figure.objective?.isMet).toBe(false);
  });

  test("of a figure that is not known leaves it not known, and its objective open", () => {
    const { figures } = withTick(nowFixture, tickAt(1_000, { latency: null }));
    expect(figures[0]?.figure.value).toBeNull();
    expect(figures[0]?.figure.objective?.isMet).toBeNull();
  });
});

describe("a chart that goes on", () => {
  const chart = chartOf("x", "x", "ms", [1, 2, 3]);
  const valuesAt = (ms: number) => extended(chart, 9, NOW_MS + ms).lines[0]?.values;

  test("holds the latest value in its last step", () => {
    expect(valuesAt(0)).toEqual([1, 2, 9]);
  });

  test("moves by the steps that have passed", () => {
    expect(valuesAt(1)).toEqual([2, 3, 9]);
    expect(valuesAt(60_001)).toEqual([3, null, 9]);
    expect(extended(chart, 9, NOW_MS + 60_001).startMs).toBe(chart.startMs + 120_000);
  });

  test("stays as it is when the clock jumped far ahead or back", () => {
    expect(extended(chart, 9, NOW_MS + 86_400_000)).toBe(chart);
    expect(extended(chart, 9, NOW_MS - 86_400_000)).toBe(chart);
  });
});
