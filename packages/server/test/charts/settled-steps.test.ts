import { type Clock, seededRandom, systemClock } from "@streamgate/core";
import { type AggregateQuery, aggregateWindows, type SeriesGroup } from "@streamgate/monitor";
import { describe, expect, test } from "vitest";
import { keepSettledSteps } from "../../src/charts/settled-steps.ts";

const STEP_MS = 60_000;
const ROOMY = 1e9;

/** A clock that stands until it is moved. */
function steppedClock(): Clock & { advance(ms: number): void } {
  let nowMs = 0;
  return {
    now: () => new Date(nowMs),
    monotonicMs: () => nowMs,
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

/** A history of two services, one of which was not there in the first ten steps; its steps say which they are. */
function history() {
  const asked: AggregateQuery[] = [];
  const windows = ["shop", "late"].map((service, position) => ({
    key: { name: "load", labels: { service } },
    points: Array.from({ length: 100 }, (_, step) => ({
      kind: "counter" as const,
      atMs: (step + 1) * STEP_MS,
      spanMs: STEP_MS,
      increase: (position + 1) * (step + 1),
    })).filter((_, step) => position === 0 || step >= 10),
  }));
  const groupsOf = (query: AggregateQuery): readonly SeriesGroup[] =>
    aggregateWindows(windows, query).filter(({ steps }) =>
      steps.some((step) => step !== undefined),
    );
  const read = async (query: AggregateQuery): Promise<readonly SeriesGroup[]> => {
    asked.push(query);
    return groupsOf(query);
  };
  return { asked, read, groupsOf };
}

function query(fromStep: number, toStep: number): AggregateQuery {
  const selector = { name: "load", where: [] };
  return {
    selector,
    fromMs: fromStep * STEP_MS,
    toMs: toStep * STEP_MS,
    stepMs: STEP_MS,
    by: ["service"],
  };
}

describe("steps that do not change any more", () => {
  test("are read once; a range that moved on reads only what is new", async () => {
    const { asked, read, groupsOf } = history();
    const settled = keepSettledSteps(read, steppedClock(), ROOMY);
    for (const [from, to] of [
      [0, 20],
      [3, 23],
      [3, 23],
      [23, 30],
    ] as const)
      expect(await settled.of(query(from, to))).toEqual(groupsOf(query(from, to)));
    expect(asked.map(({ fromMs, toMs }) => [fromMs / STEP_MS, toMs / STEP_MS])).toEqual([
      [0, 20],
      [20, 23],
      [23, 30],
    ]);
  });

  test("say the same as the history, whatever is asked in whatever order, at once or one by one", async () => {
    const random = seededRandom(7);
    const { read, groupsOf } = history();
    const clock = steppedClock();
    const settled = keepSettledSteps(read, clock, 6_000);
    for (let round = 0; round < 100; round += 1) {
      const queries = Array.from({ length: 1 + random.integer(4) }, () => {
        const from = random.integer(80);
        return query(from, from + 1 + random.integer(19));
      });
      const answers = await Promise.all(queries.map((one) => settled.of(one)));
      expect(answers).toEqual(queries.map(groupsOf));
      clock.advance(random.integer(120_000));
    }
  });

  test("are read anew after ten minutes, for points that came very late", async () => {
    const { asked, read } = history();
    const clock = steppedClock();
    const settled = keepSettledSteps(read, clock, ROOMY);
    await settled.of(query(0, 20));
    clock.advance(10 * 60_000);
    await settled.of(query(0, 20));
    expect(asked).toHaveLength(2);
  });

  test("are not remembered where the history failed, and whoever asked meanwhile hears of it", async () => {
    const { read, groupsOf } = history();
    let isGone = true;
    const settled = keepSettledSteps(
      async (one) => {
        if (isGone) throw new Error("the store is gone");
        return read(one);
      },
      steppedClock(),
      ROOMY,
    );
    const answers = await Promise.allSettled([settled.of(query(0, 20)), settled.of(query(0, 21))]);
    expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    isGone = false;
    expect(await settled.of(query(0, 20))).toEqual(groupsOf(query(0, 20)));
  });

  test("are whole for who asked for the first of them while others made the range move on", async () => {
    const { read, groupsOf } = history();
    const settled = keepSettledSteps(read, steppedClock(), ROOMY);
    await settled.of(query(0, 400));
    const [late, early] = await Promise.all([
      settled.of(query(399, 500)),
      settled.of(query(0, 100)),
    ]);
    expect(late).toEqual(groupsOf(query(399, 500)));
    expect(early).toEqual(groupsOf(query(0, 100)));
  });

  test("make room for what is asked now when there are too many", async () => {
    const { asked, read } = history();
    const settled = keepSettledSteps(read, steppedClock(), 1);
    await settled.of(query(0, 20));
    await settled.of(query(0, 20));
    expect(asked).toHaveLength(2);
  });
});
