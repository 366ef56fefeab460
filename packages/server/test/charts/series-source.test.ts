import { type Clock, systemClock } from "@streamgate/core";
import type { AggregateQuery, Monitor, SeriesGroup } from "@streamgate/monitor";
import { afterEach, describe, expect, test } from "vitest";
import { openSeriesSource, type SeriesSource } from "../../src/charts/series-source.ts";
import { stepValue, wholeOf } from "../../src/charts/step-value.ts";
import { keepRecentPoints } from "../../src/platform/recent-points.ts";

const HOUR_MS = 3_600_000;
/** Half past ten: the hour under way is no longer in memory from its beginning, and not settled. */
const NOW_MS = Date.UTC(2026, 0, 5, 10, 30);
const clock: Clock = { ...systemClock, now: () => new Date(NOW_MS) };
const NAME = "process_cpu_utilization_ratio";
const sources: SeriesSource[] = [];
afterEach(async () => {
  for (const source of sources.splice(0)) await source.close();
});

/** A history that counts how often it is asked. */
function opened(answer: () => Promise<readonly SeriesGroup[]>) {
  const asked: AggregateQuery[] = [];
  const history = {
    aggregate: (query: AggregateQuery) => {
      asked.push(query);
      return answer();
    },
  };
  const recent = keepRecentPoints(new Set([NAME]), HOUR_MS / 4);
  const monitor = { history } as unknown as Monitor;
  const source = openSeriesSource({ clock, monitor: () => monitor, recent });
  sources.push(source);
  return { source, asked, recent };
}

function query(agoMs: number, more: Partial<AggregateQuery> = {}): AggregateQuery {
  const toMs = Math.ceil(NOW_MS / HOUR_MS) * HOUR_MS;
  const selector = { name: NAME, where: [] };
  return { selector, fromMs: toMs - agoMs, toMs, stepMs: HOUR_MS, by: [], ...more };
}

describe("series put together for charts", () => {
  test("are read once for a thousand who ask at once, and for who asks again within a part of a step", async () => {
    let give: (groups: readonly SeriesGroup[]) => void = () => undefined;
    const answer = new Promise<readonly SeriesGroup[]>((resolve) => {
      give = resolve;
    });
    const { source, asked } = opened(() => answer);
    const month = query(720 * HOUR_MS);
    const all = Array.from({ length: 1_000 }, () => source.aggregate(month));
    give([]);
    expect((await Promise.all(all)).every((groups) => groups.length === 0)).toBe(true);
    await source.aggregate(month);
    // What is settled, and the hour under way.
    expect(asked).toHaveLength(2);
    const ends = new Set(asked.map(({ toMs }) => toMs));
    expect(ends).toEqual(new Set([month.toMs - HOUR_MS, month.toMs]));
  });

  test("are read again where another thing is asked", async () => {
    const { source, asked } = opened(async () => []);
    const month = query(720 * HOUR_MS);
    await source.aggregate(month);
    await source.aggregate({ ...month, by: ["service"] });
    await source.aggregate({
      ...month,
      selector: { name: NAME, where: [{ label: "a", is: "b" }] },
    });
    await source.aggregate({ ...month, fromMs: month.fromMs - HOUR_MS });
    expect(asked).toHaveLength(8);
  });

  test("are not remembered where the history failed", async () => {
    let isGone = true;
    const { source } = opened(async () => {
      if (isGone) throw new Error("the store is gone");
      return [];
    });
    const day = query(24 * HOUR_MS);
    await expect(source.aggregate(day)).rejects.toThrow("the store is gone");
    isGone = false;
    expect(await source.aggregate(day)).toEqual([]);
  });

  test("come from memory where it holds them, and the history is not asked", async () => {
    const { source, asked, recent } = opened(async () => []);
    const nowMs = NOW_MS;
    const point = {
      kind: "gauge",
      spanMs: 1_000,
      min: 0.2,
      max: 0.2,
      sum: 0.2,
      count: 1,
      last: 0.2,
    } as const;
    recent.add([
      {
        key: { name: NAME, labels: { service: "shop" } },
        point: { ...point, atMs: nowMs - 2_000 },
      },
      {
        key: { name: NAME, labels: { service: "own" } },
        point: { ...point, atMs: nowMs - 2_000, sum: 0.8 },
      },
    ]);
    const [group] = await source.aggregate({
      selector: { name: NAME, where: [{ label: "service", isNot: "own" }] },
      fromMs: nowMs - 60_000,
      toMs: nowMs,
      stepMs: 10_000,
      by: [],
    });
    expect(asked).toHaveLength(0);
    expect(stepValue(wholeOf(group?.steps ?? []), { kind: "mean" })).toBeCloseTo(0.2, 9);
  });
});
