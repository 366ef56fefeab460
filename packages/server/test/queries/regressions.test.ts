import { type Random, seededRandom } from "@streamgate/core";
import type { AggregateQuery, SeriesGroup } from "@streamgate/monitor";
import { describe, expect, test } from "vitest";
import { comparePast } from "../../src/queries/regressions/compare-past.ts";
import { findRegressed } from "../../src/queries/regressions/find-regressed.ts";
import { ratioInterval } from "../../src/queries/regressions/ratio-interval.ts";
import { PastReader } from "../../src/queries/regressions/read-pasts.ts";
import { regressionCauses } from "../../src/queries/regressions/regression-causes.ts";
import { regressionFinding } from "../../src/queries/regressions/regression-finding.ts";
import type {
  StatementPast,
  StatementWindow,
} from "../../src/queries/regressions/statement-past.ts";

interface Life {
  readonly fingerprint?: string;
  readonly meanMs?: number;
  /** Calls in five minutes. */
  readonly calls?: number;
  /** Deviation of the logarithm of a window's mean. */
  readonly noise?: number;
  /** How much a window's mean is like that of the window before, 0 to 1. */
  readonly likeness?: number;
  /** Of the last steps of five minutes, by how much slower. */
  readonly slower?: { readonly steps: number; readonly times: number };
  readonly rowsTimes?: number;
  readonly days?: number;
}

/** A made-up life: means that vary around one, and perhaps become slower at its end. */
function lifeOf(random: Random, life: Life = {}): StatementPast {
  const { meanMs = 8, calls = 200, noise = 0.12, slower, rowsTimes = 1, days = 14 } = life;
  const { likeness = 0 } = life;
  let distance = normal(random);
  const window = (times: number, length: number, rows: number): StatementWindow => {
    const called = Math.max(0, Math.round(calls * length * (0.7 + 0.6 * random.next())));
    distance = likeness * distance + Math.sqrt(1 - likeness ** 2) * normal(random);
    const mean = meanMs * times * Math.exp(noise * distance);
    return { calls: called, totalMs: called * mean, rows: called * rows, blocks: called * 50 };
  };
  return {
    fingerprint: life.fingerprint ?? "f",
    recent: Array.from({ length: 72 }, (_, at) =>
      72 - at <= (slower?.steps ?? 0)
        ? window(slower?.times ?? 1, 1, 10 * rowsTimes)
        : window(1, 1, 10),
    ),
    sameHour: Array.from({ length: days * 3 }, (_, at) => ({
      ...window(1, 12, 10),
      day: 1 + Math.floor(at / 3),
    })),
  };
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

function many(random: Random, count: number, life: Life = {}): readonly StatementPast[] {
  return Array.from({ length: count }, (_, at) =>
    lifeOf(random, { fingerprint: `other ${at}`, ...life }),
  );
}

const HOUR_MS = 60_000;

describe("a statement against its own past", () => {
  test("that became twice as slow is told, with how much and since when", () => {
    const random = seededRandom(1);
    const slow = lifeOf(random, { slower: { steps: 9, times: 2 } });
    const [found, ...others] = findRegressed([...many(random, 10), slow], HOUR_MS, random);
    expect(others).toEqual([]);
    expect(found?.comparison.fingerprint).toBe("f");
    const { slowSteps, against, usualMs } = found?.comparison ?? {};
    expect(against).toBe("same hour");
    expect(usualMs).toBeCloseTo(8, 0);
    expect(slowSteps).toBe(9);
    // 2,400 calls an hour, each 8 ms longer.
    expect(found?.excessMsPerHour).toBeGreaterThan(14_000);
  });

  test("is told of in no more than one of four hundred healthy looks at ten statements, however they vary", () => {
    let told = 0;
    for (let seed = 1; seed <= 400; seed += 1) {
      const random = seededRandom(seed);
      const noise = 0.05 + 0.5 * random.next();
      const calls = 5 + random.integer(500);
      told += findRegressed(many(random, 10, { noise, calls }), HOUR_MS, random).length;
    }
    expect(told).toBeLessThanOrEqual(1);
  });

  test("is hardly told of where good and bad stretches last, as nine of ten windows are like the one before", () => {
    let told = 0;
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = seededRandom(seed);
      const noise = 0.05 + 0.45 * random.next();
      told += findRegressed(many(random, 10, { noise, likeness: 0.9 }), HOUR_MS, random).length;
    }
    expect(told).toBeLessThanOrEqual(20);
  });

  test("has an interval that holds the true ratio in nine of ten cases or more", () => {
    let held = 0;
    for (let seed = 1; seed <= 100; seed += 1) {
      const random = seededRandom(seed);
      const slow = lifeOf(random, { noise: 0.2, slower: { steps: 12, times: 2 } });
      const comparison = comparePast(slow);
      if (comparison === null) throw new Error("it was called enough");
      const { low, high } = ratioInterval(comparison, random);
      if (low <= 2 && high >= 2) held += 1;
    }
    expect(held).toBeGreaterThanOrEqual(90);
  });

  test("is found in at least nineteen of twenty cases where it became 1.75 times as slow half an hour ago", () => {
    let found = 0;
    for (let seed = 1; seed <= 100; seed += 1) {
      const random = seededRandom(seed);
      const slow = lifeOf(random, { noise: 0.1, slower: { steps: 6, times: 1.75 } });
      const [one] = findRegressed([...many(random, 10), slow], HOUR_MS, random);
      if (one?.comparison.fingerprint === "f") found += 1;
    }
    expect(found).toBeGreaterThanOrEqual(95);
  });

  test("is not told of where all of them became as slow: then the reason is elsewhere", () => {
    const random = seededRandom(3);
    const slower = { steps: 12, times: 2 };
    expect(findRegressed(many(random, 10, { slower }), HOUR_MS, random)).toEqual([]);
    const worst = lifeOf(random, { slower: { steps: 12, times: 6 } });
    const [found] = findRegressed([...many(random, 10, { slower }), worst], HOUR_MS, random);
    expect(found?.comparison.fingerprint).toBe("f");
    expect(found?.drift).toBeCloseTo(2, 0);
  });

  test("is not told of for a spike, for few calls, or for what nobody would notice", () => {
    const random = seededRandom(4);
    const healthy = many(random, 10);
    const of = (life: Life) => findRegressed([...healthy, lifeOf(random, life)], HOUR_MS, random);
    expect(of({ slower: { steps: 1, times: 20 } })).toEqual([]);
    expect(of({ calls: 3, slower: { steps: 9, times: 3 } })).toEqual([]);
    expect(of({ meanMs: 0.05, slower: { steps: 9, times: 3 } })).toEqual([]);
  });

  test("is compared with the hours before where no earlier day is known, and with nothing where they are not either", () => {
    const random = seededRandom(5);
    const slower = { steps: 9, times: 2 };
    const [found] = findRegressed(
      [...many(random, 5, { days: 0 }), lifeOf(random, { days: 0, slower })],
      HOUR_MS,
      random,
    );
    expect(found?.comparison).toMatchObject({ fingerprint: "f", against: "hours before" });
    const young = lifeOf(random, { days: 0 });
    const before = young.recent.map((window, at) => (at < 60 ? { ...window, calls: 0 } : window));
    expect(comparePast({ ...young, recent: before })).toBeNull();
  });
});

test("the past of many statements is read in parts that the history takes, and of an hour once", async () => {
  const prints = Array.from({ length: 80 }, (_, at) => at.toString(16).padStart(16, "0"));
  const asked: AggregateQuery[] = [];
  const read = async (query: AggregateQuery): Promise<readonly SeriesGroup[]> => {
    asked.push(query);
    const [, wanted] = query.selector.where;
    const of = wanted !== undefined && "matches" in wanted ? wanted.matches.split("|") : prints;
    const steps = (query.toMs - query.fromMs) / query.stepMs;
    return of.map((fingerprint, at) => ({
      labels: { fingerprint },
      series: 1,
      steps: new Array(steps).fill({ kind: "counter", increase: 100 - at, spanMs: query.stepMs }),
    }));
  };
  const reader = new PastReader("shop", read);
  const nowMs = Date.parse("2026-03-01T14:07:00Z");
  const pasts = await reader.read(nowMs);
  expect(pasts).toHaveLength(60);
  expect(pasts[0]?.recent).toHaveLength(72);
  // This hour of the day, the one before and the one after, of thirteen days and the edge of the fourteenth.
  expect(new Set(pasts[0]?.sameHour.map(({ day }) => day)).size).toBe(14);
  expect(pasts[0]?.sameHour).toHaveLength(41);
  const patterns = asked.flatMap(({ selector }) =>
    selector.where.flatMap((matcher) => ("matches" in matcher ? [matcher.matches] : [])),
  );
  expect(patterns.every((pattern) => pattern.length <= 1_000)).toBe(true);
  const before = asked.length;
  await reader.read(nowMs + 300_000);
  expect(asked.slice(before).every(({ stepMs }) => stepMs === 300_000)).toBe(true);
});

describe("what changed beside it", () => {
  const at = Date.parse("2026-03-01T14:05:00Z");
  const beginning = { fromMs: at, toMs: at + 300_000 };
  const nothing = { rowsRatio: 1, blocksRatio: 1.1 };
  const planChanges = [
    {
      notBeforeMs: at - 120_000,
      atMs: at + 180_000,
      sentences: ["orders: Index Scan using orders_customer → Seq Scan"],
    },
  ];
  const deploy = { atMs: at - 240_000, summary: "shop 2.14.0" };

  test("is a plan that became another about then, before a deploy about then", () => {
    const causes = regressionCauses(nothing, beginning, { planChanges, changes: [deploy] });
    expect(causes.map(({ words }) => words)).toEqual([
      "its plan changed: orders: Index Scan using orders_customer → Seq Scan",
      "shop 2.14.0 was at about that time",
    ]);
  });

  test("is more rows or blocks a call; what was at another time is no cause", () => {
    const early = { ...deploy, atMs: at - 7_200_000 };
    const old = planChanges.map((one) => ({ ...one, notBeforeMs: 0, atMs: at - 7_200_000 }));
    const seen = { planChanges: old, changes: [early] };
    expect(regressionCauses(nothing, beginning, seen)).toEqual([]);
    expect(regressionCauses({ rowsRatio: 4, blocksRatio: 4 }, null, seen)).toMatchObject([
      { kind: "rows", words: "a call returns 4× as many rows" },
    ]);
    expect(regressionCauses({ rowsRatio: null, blocksRatio: 2 }, null, seen)).toMatchObject([
      { kind: "blocks" },
    ]);
  });

  test("stands in the finding, beside the figures and how sure they are", () => {
    const random = seededRandom(6);
    const slow = lifeOf(random, { slower: { steps: 9, times: 3 } });
    const [found] = findRegressed([...many(random, 10), slow], HOUR_MS, random);
    if (found === undefined) throw new Error("it was made three times as slow");
    const finding = regressionFinding(found, {
      database: "shop",
      text: "select * from orders where customer = $1",
      at: new Date(at).toISOString(),
      beginning,
      causes: regressionCauses(nothing, beginning, { planChanges, changes: [] }),
    });
    expect(finding.kind).toBe("query/regressed");
    expect(finding.summary).toMatch(
      /^a call takes \d+(\.\d+)? ms, [\d.]+× \([\d.]+–[\d.]+\) its usual at this hour of the day \([\d.]+ ms\), since about 14:05 UTC; its plan changed: orders: /,
    );
    expect(finding.remedy).toContain("compare its plans");
    expect(finding.evidence.every(({ rung }) => rung === "measured")).toBe(true);
    expect(finding.statements[0]?.expectedMeanMs).toBeCloseTo(8, 0);
  });
});
