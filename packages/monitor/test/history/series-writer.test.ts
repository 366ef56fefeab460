import { createSeriesWriter, openHistory, type SeriesPoint } from "@streamgate/monitor";
import { afterEach, describe, expect, test } from "vitest";
import { startMortalPostgres } from "../../../../test/support/mortal-postgres.ts";
import { until } from "../../../../test/support/until.ts";
import { type Batch, encodeBatch } from "../../src/history/journal-frame.ts";
import { counterPoint, KEY, totalOf } from "./history-fixture.ts";
import { steppedClock } from "./stepped-clock.ts";

const START_MS = 1_780_000_000_000;

/** `count` points, each one second after the other. */
function points(from: number, count: number): SeriesPoint[] {
  return Array.from({ length: count }, (_, at) => ({
    key: KEY,
    point: counterPoint(START_MS + (from + at) * 1_000, 1),
  }));
}

/** A store that takes what it is given, as long as `fault` is undefined. */
function fakeStore(): {
  fault: Error | undefined;
  taken: Batch[];
  encode: typeof encodeBatch;
  append: (batch: Batch) => Promise<void>;
} {
  const store = {
    fault: undefined as Error | undefined,
    taken: [] as Batch[],
    encode: encodeBatch,
    append: async (batch: Batch): Promise<void> => {
      if (store.fault !== undefined) throw store.fault;
      store.taken.push(batch);
    },
  };
  return store;
}

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

describe("a series writer", () => {
  test("writes once an interval, all that was added in it", async () => {
    const store = fakeStore();
    const clock = steppedClock();
    const writer = createSeriesWriter({ history: store, clock });
    writer.add(points(0, 5));
    writer.add(points(5, 5));
    expect(store.taken).toHaveLength(0);
    clock.advance(1_000);
    await until(() => writer.counts().acknowledged === 10);
    expect(store.taken).toHaveLength(1);
    await writer.close();
  });

  test("keeps what the store does not take, tries again, and loses nothing", async () => {
    const store = fakeStore();
    const problems: unknown[] = [];
    const writer = createSeriesWriter({
      history: store,
      intervalMs: 5,
      longestPauseMs: 20,
      onProblem: (error) => problems.push(error),
    });
    store.fault = new Error("the store is away");
    for (let at = 0; at < 20; at += 1) writer.add(points(at, 1));
    await until(() => problems.length >= 3);
    expect(writer.counts()).toEqual({ acknowledged: 0, waiting: 20, dropped: 0, refused: 0 });
    store.fault = undefined;
    await writer.flush();
    expect(writer.counts()).toEqual({ acknowledged: 20, waiting: 0, dropped: 0, refused: 0 });
    await writer.close();
  });

  test("drops the oldest that waits when memory is full, and counts it", async () => {
    const store = fakeStore();
    const writer = createSeriesWriter({
      history: store,
      intervalMs: 1,
      limitBytes: 400_000,
      longestPauseMs: 5,
    });
    store.fault = new Error("the store is away");
    for (let at = 0; at < 30; at += 1) {
      writer.add(points(at * 500, 500));
      const { waiting, dropped } = writer.counts();
      expect(waiting + dropped).toBe((at + 1) * 500);
    }
    await until(() => writer.counts().dropped > 0);
    store.fault = undefined;
    await writer.flush();
    expect(writer.counts()).toMatchObject({
      acknowledged: 15_000 - writer.counts().dropped,
      waiting: 0,
    });
    // The newest are among those that were kept.
    const newest = store.taken.at(-1)?.frames.at(-1)?.seen.at(-1)?.lastMs;
    expect(newest).toBe(START_MS + 14_999_000);
    await writer.close();
  });

  test("what no store can keep is refused alone", async () => {
    const store = fakeStore();
    const writer = createSeriesWriter({ history: store, intervalMs: 1 });
    writer.add([{ key: KEY, point: counterPoint(Number.NaN, 1) }, ...points(0, 2)]);
    await writer.flush();
    expect(writer.counts()).toEqual({ acknowledged: 2, waiting: 0, dropped: 0, refused: 1 });
    await writer.close();
  });

  test("a metric that the store refuses does not take the others with it", async () => {
    const store = fakeStore();
    const refused = Object.assign(new Error("value too long"), { code: "22001" });
    const append = async (batch: Batch): Promise<void> => {
      if (batch.frames.some(({ name }) => name === "poison")) throw refused;
      await store.append(batch);
    };
    const writer = createSeriesWriter({ history: { ...store, append }, intervalMs: 1 });
    const poison = { key: { name: "poison", labels: {} }, point: counterPoint(START_MS, 1) };
    writer.add([poison, ...points(0, 3)]);
    await writer.flush();
    expect(writer.counts()).toEqual({ acknowledged: 3, waiting: 0, dropped: 0, refused: 1 });
    await writer.close();
  });

  test("closing writes what waits; where the store is away it gives up in time, and says what was dropped", async () => {
    const store = fakeStore();
    const writer = createSeriesWriter({ history: store, closePatienceMs: 50 });
    writer.add(points(0, 7));
    await writer.close();
    expect(writer.counts().acknowledged).toBe(7);

    store.fault = new Error("the store is away");
    const other = createSeriesWriter({ history: store, closePatienceMs: 50 });
    other.add(points(0, 7));
    await other.close();
    expect(other.counts()).toEqual({ acknowledged: 0, waiting: 0, dropped: 7, refused: 0 });
    expect(() => other.add(points(0, 1))).toThrow(/closed/);
  });
});

describe("a store that is killed", () => {
  test("and comes up again on another port has all that was acknowledged, once", async () => {
    const server = await startMortalPostgres();
    cleanUps.push(() => server.stop());
    const clock = steppedClock(START_MS);
    const history = await openHistory({
      database: server.locate,
      clock,
      maintenanceIntervalMs: Number.POSITIVE_INFINITY,
    });
    cleanUps.push(() => history.close());
    const writer = createSeriesWriter({ history, intervalMs: 10, longestPauseMs: 100 });
    cleanUps.push(() => writer.close());

    let written = 0;
    const add = (count: number): void => {
      writer.add(points(written + 1, count));
      written += count;
      clock.advance(count * 1_000);
    };
    for (let life = 0; life < 3; life += 1) {
      for (let batch = 0; batch < 5; batch += 1) {
        add(120);
        await until(() => writer.counts().acknowledged > life * 900 + batch * 120);
      }
      // In the middle of sealing, rolling up and writing.
      const maintenance = history.maintain().catch(() => undefined);
      add(150);
      await server.kill();
      add(150);
      await maintenance;
      await server.restart();
    }
    await writer.flush();
    await history.maintain();
    expect(writer.counts()).toEqual({ acknowledged: written, waiting: 0, dropped: 0, refused: 0 });
    for (const stepMs of [1_000, 10_000]) {
      const windows = await history.read({
        selector: { name: KEY.name, where: [] },
        fromMs: START_MS,
        toMs: clock.nowMs,
        stepMs,
      });
      expect(totalOf(windows)).toBe(written);
    }
  });
});
