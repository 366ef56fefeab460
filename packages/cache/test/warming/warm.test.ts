import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { CHANNELS, systemClock } from "@streamgate/core";
import { afterEach, describe, expect, test } from "vitest";
import { type Cache, createCache } from "../../src/cache.ts";
import { memoryTier } from "../../src/memory/memory-options.ts";
import type { WarmProgress, WarmTarget } from "../../src/warming/warm-options.ts";
import { plainTierUnderTest } from "../contract/plain-tier.ts";
import { gate, openCache, twoPlayedViews } from "../core/support/caches.ts";
import { driven } from "./support/drive.ts";

const EXACT = { ttl: 60_000, jitter: 0, refreshAhead: 0 } as const;
const numbers = (count: number): number[] => Array.from({ length: count }, (_, id) => id);

const open: Cache[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((cache) => cache.close()));
});

describe("what is warmed", () => {
  test("a list is loaded in its order, and read without a load from then on", async () => {
    const { cache, clock } = openCache();
    const users = cache.namespace<string>("user", EXACT);
    const loaded: unknown[] = [];
    const load = (id: unknown): string => {
      loaded.push(id);
      return `user ${String(id)}`;
    };
    const report = await driven(clock, users.warm([3, 1, "2"], load, { concurrency: 1 }));
    expect(report).toMatchObject({ loaded: 3, alreadyThere: 0, failed: 0, ended: "complete" });
    expect(loaded).toEqual([3, 1, "2"]);
    expect([users.peek(3), users.peek(1), users.peek("2")]).toEqual(["user 3", "user 1", "user 2"]);
    expect(users.peek(2)).toBeUndefined();
  });

  test("a target brings its variant and its tags, by which it falls", async () => {
    const { cache, clock } = openCache();
    const pages = cache.namespace<string>("page", EXACT);
    const targets: WarmTarget[] = [
      { id: 1, variant: "de", tags: ["menu"] },
      { id: 1, variant: "fr" },
    ];
    await driven(
      clock,
      pages.warm(targets, (_, __, target) => `in ${String(target.variant)}`),
    );
    expect(pages.peek(1, { variant: "de" })).toBe("in de");
    await cache.invalidate({ tags: ["menu"] });
    expect(pages.peek(1, { variant: "de" })).toBeUndefined();
    expect(pages.peek(1, { variant: "fr" })).toBe("in fr");
  });

  test("a stream of ids is read only as fast as it is warmed", async () => {
    const { cache, clock } = openCache();
    const users = cache.namespace<number>("user", EXACT);
    let given = 0;
    let loaded = 0;
    let most = 0;
    async function* ids(): AsyncGenerator<number> {
      for (const id of numbers(50)) {
        given += 1;
        most = Math.max(most, given - loaded);
        yield id;
      }
    }
    const report = await driven(
      clock,
      users.warm(
        ids(),
        () => {
          loaded += 1;
          return loaded;
        },
        { concurrency: 3 },
      ),
    );
    expect(report.loaded).toBe(50);
    expect(most).toBeLessThanOrEqual(4);
  });

  test("what memory or a shared tier holds fresh is not loaded, and takes no turn of the rate", async () => {
    const [one, other] = await twoPlayedViews();
    const former = openCache({ tiers: [memoryTier(), one], bus: "none" });
    const writer = former.cache.namespace<string>("user", EXACT);
    await Promise.all(numbers(100).map((id) => writer.getOrLoadAsync(id, () => `stored ${id}`)));
    await former.cache.close();
    const { cache, clock } = openCache({ tiers: [memoryTier(), other], bus: "none" });
    const users = cache.namespace<string>("user", EXACT);
    await users.getOrLoad("here", () => "in memory");
    const fillsBefore = other.fills.length;
    const report = await users.warm([...numbers(100), "here"], () => "loaded", { perSecond: 1 });
    expect(report).toMatchObject({ loaded: 0, alreadyThere: 101, failed: 0, tookMs: 0 });
    expect(clock.monotonicMs()).toBe(10_000);
    expect(users.peek(99)).toBe("stored 99");
    expect(other.fills.length).toBe(fillsBefore);
  });

  test("a value that was absent counts as known", async () => {
    const { cache, clock } = openCache();
    const users = cache.namespace<string | null>("user", EXACT);
    await users.getOrLoad(1, () => null);
    const report = await driven(
      clock,
      users.warm([1], () => "made"),
    );
    expect(report).toMatchObject({ loaded: 0, alreadyThere: 1 });
  });

  test("two processes that warm the same list load each id once between them", async () => {
    const { views } = await plainTierUnderTest();
    let loads = 0;
    const caches = views.map((view) =>
      createCache({ tiers: [memoryTier(), view], bus: "none", clock: systemClock }),
    );
    open.push(...caches);
    const reports = await Promise.all(
      caches.map((cache) =>
        cache.namespace<number>("user", EXACT).warm(
          numbers(40),
          async (id) => {
            loads += 1;
            await systemClock.sleep(2);
            return Number(id);
          },
          { perSecond: 10_000 },
        ),
      ),
    );
    expect(loads).toBe(40);
    const loaded = reports.reduce((sum, report) => sum + report.loaded, 0);
    const there = reports.reduce((sum, report) => sum + report.alreadyThere, 0);
    expect([loaded, there]).toEqual([40, 40]);
  });
});

describe("what the source is spared", () => {
  test("loads begin at the rate at the most, whatever the concurrency", async () => {
    const { cache, clock } = openCache();
    const users = cache.namespace<number>("user", EXACT);
    const starts: number[] = [];
    const load = async (id: unknown): Promise<number> => {
      starts.push(clock.monotonicMs());
      await clock.sleep(Number(id) % 7);
      return Number(id);
    };
    await driven(clock, users.warm(numbers(120), load, { concurrency: 16, perSecond: 50 }));
    for (const [at, start] of starts.entries()) {
      const inASecond = starts.filter((other) => other >= start && other < start + 1_000).length;
      expect(inASecond, `from load ${at}`).toBeLessThanOrEqual(50);
    }
    expect(starts).toHaveLength(120);
  });

  test("no more loads run at once than allowed, even behind values that are served stale", async () => {
    const { cache, clock } = openCache({ maxConcurrentRefreshes: 100 });
    const users = cache.namespace<number>("user", { ...EXACT, staleWhileRevalidate: 600_000 });
    await Promise.all(numbers(60).map((id) => users.getOrLoadAsync(id, () => id)));
    clock.advance(60_001);
    let running = 0;
    let most = 0;
    let loads = 0;
    const load = async (id: unknown): Promise<number> => {
      running += 1;
      loads += 1;
      most = Math.max(most, running);
      await clock.sleep(50);
      running -= 1;
      return Number(id);
    };
    await driven(clock, users.warm(numbers(120), load, { concurrency: 3, perSecond: 1_000 }));
    await driven(clock, clock.sleep(2_000), 10);
    expect(most).toBe(3);
    expect(loads).toBe(120);
  });

  test("a source that fails is left to rest, longer each time, and in the end let alone", async () => {
    const { cache, clock } = openCache();
    const users = cache.namespace<number>("user", EXACT);
    const rests: number[] = [];
    const report = await driven(
      clock,
      users.warm(
        numbers(10_000),
        () => {
          throw new Error("the source is down");
        },
        {
          rests: 2,
          concurrency: 1,
          onProgress: ({ resting, elapsedMs }) => {
            if (resting === "failing") rests.push(elapsedMs);
          },
        },
      ),
      5,
    );
    expect(report).toMatchObject({
      loaded: 0,
      failed: 15,
      ended: "source failing",
      firstFailure: { id: 0, reason: "the source is down" },
    });
    expect(rests).toHaveLength(2);
    expect((rests[1] ?? 0) - (rests[0] ?? 0)).toBeGreaterThanOrEqual(1_000);
    expect(report.tookMs).toBeGreaterThanOrEqual(3_000);
  });

  test("a source that gets slower is left to rest, and goes on at half the rate when it has recovered", async () => {
    const { cache, clock } = openCache();
    const users = cache.namespace<number>("user", EXACT);
    const starts: number[] = [];
    let restedAtMs = 0;
    const report = await driven(
      clock,
      users.warm(
        numbers(140),
        async (id) => {
          starts.push(clock.monotonicMs());
          await clock.sleep(restedAtMs === 0 && starts.length > 40 ? 200 : 5);
          return Number(id);
        },
        {
          perSecond: 100,
          concurrency: 8,
          onProgress: ({ resting }) => {
            if (resting === "slower") restedAtMs = clock.monotonicMs();
          },
        },
      ),
    );
    expect(report).toMatchObject({ loaded: 140, ended: "complete" });
    expect(restedAtMs).toBeGreaterThan(0);
    const after = starts.filter((start) => start > restedAtMs + 100);
    expect(Math.min(...after)).toBeGreaterThanOrEqual(restedAtMs + 1_000);
    for (const [at, start] of after.slice(1).entries()) {
      expect(start - (after[at] ?? 0)).toBeGreaterThanOrEqual(19);
    }
  });

  test("a load that hangs is given up, and the rest goes on", async () => {
    const own = createCache({ clock: systemClock, onWarning: () => undefined });
    open.push(own);
    const warmed = own.namespace<number>("user", { ...EXACT, hardTimeout: 20 });
    const report = await warmed.warm(
      [1, 2, 3],
      (id) => (id === 2 ? new Promise<number>(() => undefined) : Number(id)),
      { concurrency: 1, perSecond: 1_000 },
    );
    expect(report).toMatchObject({ loaded: 2, failed: 1, firstFailure: { id: 2 } });
  });

  test("a load that fails behind a stale value counts as failed", async () => {
    const { cache, clock } = openCache();
    const users = cache.namespace<number>("user", { ...EXACT, staleIfError: 600_000 });
    await users.getOrLoad(1, () => 1);
    clock.advance(60_001);
    const report = await driven(
      clock,
      users.warm([1], () => {
        throw new Error("down");
      }),
    );
    expect(report).toMatchObject({ loaded: 0, alreadyThere: 0, failed: 1 });
  });
});

describe("how it ends and what it tells", () => {
  test("when aborted it begins nothing more, and waits for what is under way", async () => {
    const { cache, clock } = openCache();
    const users = cache.namespace<number>("user", EXACT);
    const abort = new AbortController();
    const started: unknown[] = [];
    const release = gate();
    const work = users.warm(
      numbers(100),
      async (id) => {
        started.push(id);
        if (started.length === 2) abort.abort();
        await release.promise;
        return Number(id);
      },
      { concurrency: 4, signal: abort.signal },
    );
    void driven(clock, clock.sleep(1_000)).then(() => release.open());
    const report = await driven(clock, work);
    expect(started).toEqual([0, 1]);
    expect(report).toMatchObject({ loaded: 2, failed: 0, ended: "aborted" });
  });

  test("a list that hangs does not keep an aborted warm-up", async () => {
    const { cache, clock } = openCache();
    const abort = new AbortController();
    async function* hanging(): AsyncGenerator<number> {
      yield 1;
      await new Promise(() => undefined);
    }
    const work = cache
      .namespace<number>("user", EXACT)
      .warm(hanging(), (id) => Number(id), { signal: abort.signal });
    void driven(clock, clock.sleep(100)).then(() => abort.abort());
    expect(await driven(clock, work)).toMatchObject({ loaded: 1, ended: "aborted" });
  });

  test("a cache that is closed ends it", async () => {
    const { cache, clock } = openCache();
    const users = cache.namespace<number>("user", EXACT);
    let loads = 0;
    let closed: Promise<unknown> | undefined;
    const report = await driven(
      clock,
      users.warm(numbers(1_000), () => {
        loads += 1;
        if (loads === 10) closed = cache.close();
        return loads;
      }),
    );
    await closed;
    expect(report.ended).toBe("closed");
    expect(loads).toBeLessThan(20);
    await expect(users.warm([1], () => 1)).rejects.toMatchObject({ code: "SG_CACHE_CLOSED" });
  });

  test("progress is told to the callback and on the channels", async () => {
    const { cache, clock } = openCache();
    const users = cache.namespace<number>("user", EXACT);
    const told: WarmProgress[] = [];
    const published: unknown[] = [];
    const refreshed: unknown[] = [];
    const hear = (message: unknown): unknown => published.push(message);
    const hearRefresh = (message: unknown): unknown => refreshed.push(message);
    subscribe(CHANNELS.progress, hear);
    subscribe(CHANNELS.cacheRefresh, hearRefresh);
    try {
      await driven(
        clock,
        users.warm([1, 2], (id) => Number(id), {
          concurrency: 1,
          onProgress: (progress) => told.push(progress),
        }),
      );
    } finally {
      unsubscribe(CHANNELS.progress, hear);
      unsubscribe(CHANNELS.cacheRefresh, hearRefresh);
    }
    expect(told.map(({ done, total, loaded }) => [done, total, loaded])).toEqual([
      [1, 2, 1],
      [2, 2, 2],
    ]);
    expect(published).toEqual([
      { activity: "warming user", done: 1, total: 2, unit: "entries" },
      { activity: "warming user", done: 2, total: 2, unit: "entries" },
    ]);
    expect(refreshed).toMatchObject([
      { namespace: "user", key: "user:1", reason: "warming", outcome: "changed" },
      { namespace: "user", key: "user:2", reason: "warming", outcome: "changed" },
    ]);
  });

  test("a callback that throws, and a list that breaks off, end it with an error of this package", async () => {
    const { cache, clock } = openCache();
    const users = cache.namespace<number>("user", EXACT);
    const throwing = users.warm(numbers(100), (id) => Number(id), {
      onProgress: () => {
        throw new Error("no");
      },
    });
    await expect(driven(clock, throwing)).rejects.toMatchObject({
      code: "SG_CACHE_WARM_PROGRESS_FAILED",
    });
    function* breaking(): Generator<number> {
      yield 500;
      throw new Error("the cursor is gone");
    }
    const broken = users.warm(breaking(), (id) => Number(id));
    await expect(driven(clock, broken)).rejects.toMatchObject({
      code: "SG_CACHE_WARM_TARGETS_FAILED",
      happened: "the cursor is gone",
    });
    expect(users.peek(500)).toBe(500);
  });

  test.each([
    ["concurrency", { concurrency: 0 }],
    ["perSecond", { perSecond: 0.5 }],
    ["rests", { rests: -1 }],
    ["limit", { limit: Number.NaN }],
  ])("an option that cannot be is named: %s", async (name, options) => {
    const { cache } = openCache();
    const warmed = cache.namespace("user").warm([1], () => 1, options);
    await expect(warmed).rejects.toMatchObject({
      code: "SG_CACHE_BAD_OPTION",
      tried: expect.stringContaining(name),
    });
  });

  test("a name is not taken for a list of letters", async () => {
    const { cache } = openCache();
    await expect(cache.namespace("user").warm("populer", () => 1)).rejects.toMatchObject({
      code: "SG_CACHE_BAD_OPTION",
    });
  });
});
