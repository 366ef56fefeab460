import { defaultRules, replay, type SeriesPoint, type SeriesReader } from "@streamgate/monitor";
import { describe, expect, test } from "vitest";
import { gauge, requests, ruleOf, START_MS } from "./play.ts";

/** A history in memory that counts how it is read. */
function memory(points: readonly SeriesPoint[]) {
  const queries: { readonly fromMs: number; readonly toMs: number }[] = [];
  const reader: SeriesReader = {
    read({ selector, fromMs, toMs }) {
      queries.push({ fromMs, toMs });
      const found = new Map<string, { key: SeriesPoint["key"]; points: SeriesPoint["point"][] }>();
      for (const { key, point } of points) {
        if (key.name !== selector.name || point.atMs <= fromMs || point.atMs > toMs) continue;
        const id = JSON.stringify(key);
        const window = found.get(id) ?? { key, points: [] };
        window.points.push(point);
        found.set(id, window);
      }
      return Promise.resolve([...found.values()]);
    },
    list: () => Promise.resolve([]),
  };
  return { reader, queries };
}

const HOUR_S = 3600;

/** Requests every ten seconds over so many hours, and outages within them. */
function past(hours: number, isOut: (second: number) => boolean): readonly SeriesPoint[] {
  const points: SeriesPoint[] = [];
  for (let second = 10; second <= hours * HOUR_S; second += 10)
    points.push(...requests(50, isOut(second) ? 25 : 0, START_MS + second * 1000));
  return points;
}

const errorsSudden = defaultRules().find(({ name }) => name === "errors-sudden");
const rule = errorsSudden ?? ruleOf({});

describe("a replay", () => {
  const outages = past(6, (second) => second % 7200 > 3600 && second % 7200 <= 4200);
  const endMs = START_MS + 6 * HOUR_S * 1000;

  test("tells how often, how long, and how many pages a week a rule would have given", async () => {
    const { reader } = memory(outages);
    const { transitions, summary } = await replay(rule, reader, START_MS, endMs);
    expect(summary).toMatchObject({ fired: 3, pages: 3, wentAway: 0 });
    expect(transitions.filter(({ state }) => state === "resolved")).toHaveLength(3);
    expect(summary.pagesAWeek).toBeCloseTo(84);
    expect(summary.firingMs / 60_000).toBeGreaterThan(30);
    expect(summary.firingMs / 60_000).toBeLessThan(45);
    expect(summary.sentence).toMatch(
      /^would have fired 3 times, \d+(\.\d)? min in all; 84 pages a week$/,
    );
  });

  test("reads stretch by stretch, tells how far it is, and gives the same whatever the stretch", async () => {
    const { reader, queries } = memory(outages);
    const shares: number[] = [];
    const one = await replay(rule, reader, START_MS, endMs, {
      stretchMs: 600_000,
      onProgress: (share) => shares.push(share),
    });
    expect(queries.length).toBeGreaterThan(36);
    expect(Math.max(...queries.map(({ fromMs, toMs }) => toMs - fromMs))).toBe(600_000);
    expect(shares.at(-1)).toBe(1);
    expect([...shares].sort((left, right) => left - right)).toEqual(shares);
    const other = await replay(rule, reader, START_MS, endMs, { stretchMs: 7_200_000 });
    expect(other.transitions).toEqual(one.transitions);
  });

  test("ends between two stretches when it is aborted", async () => {
    const { reader, queries } = memory(outages);
    const controller = new AbortController();
    const aborted = replay(rule, reader, START_MS, endMs, {
      stretchMs: 600_000,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("enough")),
    });
    await expect(aborted).rejects.toThrow("enough");
    expect(queries).toHaveLength(1);
  });

  test("fills the windows from before, and counts nothing of that time", async () => {
    const { reader, queries } = memory(past(3, (second) => second < HOUR_S));
    const fromMs = START_MS + 2 * HOUR_S * 1000;
    const { summary } = await replay(rule, reader, fromMs, fromMs + HOUR_S * 1000);
    expect(queries[0]?.fromMs).toBeLessThan(fromMs);
    expect(summary.sentence).toBe("would not have fired");
  });

  test("counts an alert that fires from before to after the whole time", async () => {
    const { reader } = memory(past(4, (second) => second > 3000));
    const fromMs = START_MS + 2 * HOUR_S * 1000;
    const { summary } = await replay(rule, reader, fromMs, fromMs + HOUR_S * 1000);
    expect(summary.firingMs).toBe(HOUR_S * 1000);
    expect(summary.fired).toBe(0);
    expect(summary.sentence).toBe("would have fired from before until the end, 1 h in all");
  });

  test("of a rule with a duration tells what went away by itself, too", async () => {
    const points = Array.from({ length: 360 }, (_, index) => {
      const second = (index + 1) * 10;
      return gauge("heat", second % 600 < 60 ? 90 : 20, START_MS + second * 1000);
    });
    const slow = ruleOf({
      name: "hot",
      kind: "threshold",
      measure: { kind: "gauge", of: { name: "heat" }, statistic: "last", windowMs: 20_000 },
      when: "above",
      threshold: 80,
      forMs: 300_000,
    });
    const { summary } = await replay(slow, memory(points).reader, START_MS, START_MS + 3_600_000);
    expect(summary.fired).toBe(0);
    expect(summary.wentAway).toBeGreaterThanOrEqual(5);
  });

  test("of a rule over findings says that there is nothing to replay", async () => {
    const finding = ruleOf({ name: "any", kind: "finding" });
    const { summary } = await replay(finding, memory([]).reader, START_MS, endMs);
    expect(summary.sentence).toContain("cannot be replayed");
  });

  test("of nothing, backwards or in no steps is refused", async () => {
    const { reader } = memory([]);
    await expect(replay(rule, reader, endMs, START_MS)).rejects.toThrow("toMs");
    await expect(replay(rule, reader, START_MS, endMs, { stepMs: 0 })).rejects.toThrow("stepMs");
  });
});
