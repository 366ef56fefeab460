import { describe, expect, test } from "vitest";
import type { Cache } from "../../src/cache.ts";
import { memoryTier } from "../../src/memory/memory-options.ts";
import type { CacheOptions } from "../../src/options/cache-options.ts";
import type { NamespaceOptions } from "../../src/options/namespace-options.ts";
import { openCache, turn } from "../core/support/caches.ts";
import { Hub } from "../core/support/hub-bus.ts";
import { TestClock } from "../core/support/test-clock.ts";
import { collect, given, stream } from "./support/collect.ts";

const EXACT: NamespaceOptions = { ttl: 60_000, jitter: 0, refreshAhead: 0 };

/** A cache after a restart: the wall clock goes on, the monotonic one begins anew. */
class RestartedClock extends TestClock {
  private readonly wallAheadMs: number;

  constructor(wallAheadMs: number) {
    super();
    this.wallAheadMs = wallAheadMs;
  }

  override now(): Date {
    return new Date(super.now().getTime() + this.wallAheadMs);
  }
}

function restarted(downtimeMs: number, options: CacheOptions = {}): ReturnType<typeof openCache> {
  return openCache({ ...options, clock: new RestartedClock(downtimeMs) });
}

async function restored(
  snapshot: Buffer,
  downtimeMs: number,
  options: NamespaceOptions = EXACT,
): Promise<{ cache: Cache; clock: TestClock; report: Awaited<ReturnType<Cache["restore"]>> }> {
  const { cache, clock } = restarted(downtimeMs);
  cache.namespace("user", options);
  return { cache, clock, report: await cache.restore(stream(snapshot)) };
}

const VALUES: readonly unknown[] = [
  "text",
  "",
  0,
  -0,
  1.5,
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  true,
  12345678901234567890n,
  new Date(86_400_000),
  new Map<unknown, unknown>([[{ key: 1 }, new Set([1, "2"])]]),
  new Set([new Date(1)]),
  new Uint8Array([1, 2, 3]),
  new Float64Array([1.5, -2]),
  Buffer.from("bytes"),
  Object.assign(new Array<number>(3), [1]),
  { nested: { list: [null, undefined, { big: 1n }] }, __proto__x: 1 },
  "x".repeat(100_000),
  null,
  undefined,
];

describe("what is restored from a snapshot", () => {
  test.each(["frozen", "cloned", "shared"] as const)("every kind of value, %s", async (values) => {
    const { cache } = openCache();
    const options = { ...EXACT, values };
    const users = cache.namespace("user", options);
    for (const [id, value] of VALUES.entries()) await users.getOrLoad(id, () => value);
    const after = await restored(await collect(cache.snapshot()), 1_000, options);
    expect(after.report).toMatchObject({ restored: VALUES.length, ended: "complete" });
    for (const [id, value] of VALUES.entries()) {
      const read = await after.cache.namespace("user").getOrLoad(id, () => "loaded anew");
      expect(read, `value ${id}`).toStrictEqual(value);
    }
  });

  test("values that are held as bytes, and their compressed bytes", async () => {
    const { cache } = openCache();
    const options = { ...EXACT, hold: "bytes" } as const;
    const users = cache.namespace("user", options);
    await users.getOrLoad(1, () => ({ name: "Ada" }));
    await users.getOrLoad(2, () => "y".repeat(200_000));
    const after = await restored(await collect(cache.snapshot()), 0, options);
    expect(after.cache.namespace("user").peek(1)).toEqual({ name: "Ada" });
    expect(after.cache.namespace("user").peek(2)).toBe("y".repeat(200_000));
  });

  test("ids keep their kind, variants their name, and nothing its own meaning", async () => {
    const { cache } = openCache();
    const users = cache.namespace<string | null>("user", EXACT);
    await users.getOrLoad(42, () => "the number");
    await users.getOrLoad("42", () => "the text");
    await users.getOrLoad("ü:%", () => "in German", { variant: "de:AT" });
    await users.getOrLoad("nobody", () => null);
    const after = await restored(await collect(cache.snapshot()), 0);
    const read = after.cache.namespace("user");
    expect(read.peek(42)).toBe("the number");
    expect(read.peek("42")).toBe("the text");
    expect(read.peek("ü:%", { variant: "de:AT" })).toBe("in German");
    expect(await read.has("nobody")).toBe(false);
    expect(await read.getOrLoad("nobody", () => "somebody")).toBeNull();
  });

  test("tags, by which the restored falls", async () => {
    const { cache } = openCache();
    const users = cache.namespace("user", EXACT);
    await users.getOrLoad(1, () => 1, { tags: ["team:7", "office"] });
    await users.getOrLoad(2, () => 2, { tags: ["office"] });
    await users.getOrLoad(3, () => 3);
    const after = await restored(await collect(cache.snapshot()), 0);
    const read = after.cache.namespace("user");
    await after.cache.invalidate({ tags: ["team:7"] });
    expect([read.peek(1), read.peek(2), read.peek(3)]).toEqual([undefined, 2, 3]);
    await after.cache.invalidate({ keys: ["user:2"] });
    expect([read.peek(2), read.peek(3)]).toEqual([undefined, 3]);
    await read.clear();
    expect(read.peek(3)).toBeUndefined();
  });

  test("what cannot be told in bytes is left out, and all else is there", async () => {
    class Connection {}
    const { cache } = openCache();
    const options = { ...EXACT, values: "shared" } as const;
    const users = cache.namespace("user", options);
    await users.getOrLoad(1, () => new Connection());
    await users.getOrLoad(2, () => "plain");
    const after = await restored(await collect(cache.snapshot()), 0, options);
    expect(after.report).toMatchObject({ restored: 1, ended: "complete" });
    expect(after.cache.namespace("user").peek(2)).toBe("plain");
  });
});

describe("the time that went by", () => {
  test("the time to live goes on while the process is down", async () => {
    const { cache, clock } = openCache();
    await cache.namespace("user", EXACT).getOrLoad(1, () => "old");
    clock.advance(20_000);
    const snapshot = await collect(cache.snapshot());
    const after = await restored(snapshot, 50_000);
    const users = after.cache.namespace("user");
    expect(users.peek(1)).toBe("old");
    after.clock.advance(9_999);
    expect(users.peek(1)).toBe("old");
    after.clock.advance(1);
    expect(users.peek(1)).toBeUndefined();
    const late = await restored(snapshot, 60_000);
    expect(late.report.restored).toBe(0);
    expect(given(late.report.leftOut)).toEqual({ expired: 1 });
  });

  test("a shorter time to live of today counts", async () => {
    const { cache } = openCache();
    await cache.namespace("user", EXACT).getOrLoad(1, () => "old");
    const after = await restored(await collect(cache.snapshot()), 0, { ...EXACT, ttl: 5_000 });
    after.clock.advance(5_000);
    expect(after.cache.namespace("user").peek(1)).toBeUndefined();
  });

  test("a wall clock before the snapshot brings nothing in", async () => {
    const { cache } = openCache();
    await cache.namespace("user", EXACT).getOrLoad(1, () => "old");
    const after = await restored(await collect(cache.snapshot()), -1);
    expect(given(after.report.leftOut)).toEqual({ clockWentBack: 1 });
  });

  test("a wall clock that was set back while the snapshot was taken brings nothing in", async () => {
    const clock = new SteppingClock();
    const { cache } = openCache({ clock });
    const users = cache.namespace("user", EXACT);
    for (let id = 0; id < 10; id += 1) await users.getOrLoad(id, () => "v".repeat(30_000));
    const chunks: Buffer[] = [];
    for await (const chunk of cache.snapshot()) {
      chunks.push(chunk);
      if (chunks.length === 1) clock.wallAheadMs = -5;
    }
    expect(chunks.length).toBeGreaterThan(2);
    const after = await restored(Buffer.concat(chunks), 1_000);
    expect(after.report.restored).toBe(0);
    expect(given(after.report.leftOut)).toEqual({ clockWentBack: 10 });
  });

  test("a wall clock that is set back during the restore brings nothing in", async () => {
    const { cache } = openCache();
    await cache.namespace("user", EXACT).getOrLoad(1, () => "old");
    const snapshot = await collect(cache.snapshot());
    const clock = new SteppingClock();
    clock.wallAheadMs = 1_000;
    const after = openCache({ clock });
    after.cache.namespace("user", EXACT);
    async function* slow(): AsyncGenerator<Buffer> {
      yield snapshot.subarray(0, -10);
      clock.wallAheadMs = 500;
      yield snapshot.subarray(-10);
    }
    const report = await after.cache.restore(slow());
    expect(given(report.leftOut)).toEqual({ clockWentBack: 1 });
  });
});

/** A wall clock that may be set. */
class SteppingClock extends TestClock {
  wallAheadMs = 0;

  override now(): Date {
    return new Date(super.now().getTime() + this.wallAheadMs);
  }
}

describe("what was invalidated", () => {
  test("while the snapshot runs it is left out, whether its turn has come or not", async () => {
    const { cache } = openCache();
    const users = cache.namespace<string>("user", EXACT);
    const tags = (id: number): string[] => (id % 10 === 0 ? ["tenth"] : []);
    for (let id = 0; id < 40; id += 1) {
      await users.getOrLoad(id, () => "v".repeat(10_000), { tags: tags(id) });
    }
    const chunks: Buffer[] = [];
    for await (const chunk of cache.snapshot()) {
      chunks.push(chunk);
      if (chunks.length === 2) {
        await cache.invalidate({ tags: ["tenth"], keys: ["user:1", "user:39"] });
        await users.getOrLoad(1, () => "new");
      }
    }
    expect(chunks.length).toBeGreaterThan(4);
    const after = await restored(Buffer.concat(chunks), 0);
    const read = after.cache.namespace<string>("user");
    const there = Array.from({ length: 40 }, (_, id) => id).filter(
      (id) => read.peek(id) !== undefined,
    );
    const isGone = (id: number): boolean => id % 10 === 0 || id === 39;
    const expected = Array.from({ length: 40 }, (_, id) => id).filter((id) => !isGone(id));
    expect(there.filter((id) => id !== 1)).toEqual(expected.filter((id) => id !== 1));
    expect([undefined, "new"]).toContain(read.peek(1));
  });

  test("all of it, by one invalidation more than are written down", async () => {
    const { cache } = openCache();
    const users = cache.namespace<string>("user", EXACT);
    for (let id = 0; id < 20; id += 1) await users.getOrLoad(id, () => "v".repeat(10_000));
    const chunks: Buffer[] = [];
    for await (const chunk of cache.snapshot()) {
      chunks.push(chunk);
      if (chunks.length !== 2) continue;
      await cache.invalidate({ tags: Array.from({ length: 10_001 }, (_, tag) => `tag:${tag}`) });
    }
    const after = await restored(Buffer.concat(chunks), 0);
    // What had its turn before falls, since nobody knows of what it was made; the rest is valid.
    expect(after.report.leftOut.invalidated).toBeGreaterThan(0);
    expect(after.report.restored + after.report.leftOut.invalidated).toBe(20);
  });

  test("in this process before the restore, so that nothing comes in", async () => {
    const { cache } = openCache();
    await cache.namespace("user", EXACT).getOrLoad(1, () => "old");
    const snapshot = await collect(cache.snapshot());
    const after = restarted(0);
    after.cache.namespace("user", EXACT);
    await after.cache.invalidate({ tags: ["anything"] });
    const report = await after.cache.restore(stream(snapshot));
    expect(given(report.leftOut)).toEqual({ invalidated: 1 });
  });

  test.each(["by key", "by tag", "by namespace", "by a new value"])(
    "in this process during the restore does not come in: %s",
    async (way) => {
      const { cache } = openCache();
      const users = cache.namespace<string>("user", EXACT);
      await users.getOrLoad(1, () => "old", { tags: ["team"] });
      await users.getOrLoad(2, () => "kept");
      const snapshot = await collect(cache.snapshot());
      const after = restarted(0);
      const read = after.cache.namespace<string>("user", EXACT);
      async function* slow(): AsyncGenerator<Buffer> {
        yield snapshot.subarray(0, -10);
        await turn();
        if (way === "by key") await after.cache.invalidate({ keys: ["user:1"] });
        if (way === "by tag") await after.cache.invalidate({ tags: ["team"] });
        if (way === "by namespace") await after.cache.invalidate({ namespace: "user" });
        if (way === "by a new value") await read.set(1, "new");
        yield snapshot.subarray(-10);
      }
      await after.cache.restore(slow());
      expect(read.peek(1)).toBe(way === "by a new value" ? "new" : undefined);
      expect(read.peek(2)).toBe(way === "by namespace" ? undefined : "kept");
    },
  );

  test("by other processes, unheard: nothing comes in where there is a bus, unless the caller vouches", async () => {
    const hub = new Hub();
    const { cache } = openCache({ bus: hub.bus() });
    await cache.ready();
    await cache.namespace("user", EXACT).getOrLoad(1, () => "old");
    await cache.namespace("user", EXACT).getOrLoad(2, () => "changed");
    const snapshot = await collect(cache.snapshot());
    const after = restarted(5, { bus: hub.bus() });
    const users = after.cache.namespace("user", EXACT);
    const refused = await after.cache.restore(stream(snapshot));
    expect(given(refused.leftOut)).toEqual({ unprovable: 2 });
    const asked: unknown[] = [];
    const vouched = await after.cache.restore(stream(snapshot), {
      changedSince: (entry) => {
        asked.push(entry);
        return entry.id === 2;
      },
    });
    expect(vouched.restored).toBe(1);
    expect(given(vouched.leftOut)).toEqual({ changed: 1 });
    expect(asked).toContainEqual({
      namespace: "user",
      id: 1,
      variant: "",
      tags: [],
      takenAt: new Date(10_000),
    });
    expect(users.peek(1)).toBe("old");
  });
});

describe("what is most valuable", () => {
  test("comes first, so that a smaller memory keeps the best", async () => {
    const { cache, clock } = openCache();
    const users = cache.namespace<number>("user", EXACT);
    const dear = [7, 23, 55, 81];
    for (let id = 0; id < 100; id += 1) {
      await users.getOrLoad(id, () => {
        if (dear.includes(id)) clock.advance(500);
        return id;
      });
    }
    const after = restarted(5_000, { tiers: [memoryTier({ maxEntries: 10 })] });
    const read = after.cache.namespace<number>("user", EXACT);
    const report = await after.cache.restore(cache.snapshot());
    expect(report.restored).toBe(10);
    expect(report.leftOut.noRoom).toBe(90);
    expect(dear.map((id) => read.peek(id))).toEqual(dear);
  });

  test("is what was asked for often, as popularity knows it", async () => {
    const { cache } = openCache();
    const users = cache.namespace<number>("user", EXACT);
    for (let id = 0; id < 100; id += 1) await users.getOrLoad(id, () => id);
    for (let hit = 0; hit < 1_000; hit += 1) await users.getOrLoad(42, () => -1);
    const after = restarted(0, { tiers: [memoryTier({ maxEntries: 1 })] });
    const read = after.cache.namespace<number>("user", EXACT);
    await after.cache.restore(cache.snapshot());
    expect(read.peek(42)).toBe(42);
  });

  test("never pushes out what is there, and leaves a value that is there alone", async () => {
    const { cache } = openCache();
    const users = cache.namespace<string>("user", EXACT);
    for (let id = 0; id < 10; id += 1) await users.getOrLoad(id, () => "old");
    const after = restarted(0, { tiers: [memoryTier({ maxEntries: 5 })] });
    const read = after.cache.namespace<string>("user", EXACT);
    await read.getOrLoad("here", () => "mine");
    await read.getOrLoad(3, () => "new");
    const report = await after.cache.restore(cache.snapshot());
    expect(report).toMatchObject({ restored: 3, alreadyThere: 1 });
    expect([read.peek("here"), read.peek(3)]).toEqual(["mine", "new"]);
  });
});

describe("the stream of a snapshot", () => {
  test("is in small chunks however large memory is, and others have their turn between", async () => {
    const { cache } = openCache();
    const users = cache.namespace("user", EXACT);
    for (let id = 0; id < 2_000; id += 1) await users.getOrLoad(id, () => "v".repeat(500));
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    const sizes: number[] = [];
    for await (const chunk of cache.snapshot()) sizes.push(chunk.length);
    isOver = true;
    expect(sizes.length).toBeGreaterThan(10);
    expect(Math.max(...sizes)).toBeLessThan(70_000);
    expect(turns).toBeGreaterThanOrEqual(sizes.length - 1);
  });

  test("ends with an error when the cache is closed, so that nobody takes it for whole", async () => {
    const { cache } = openCache();
    const users = cache.namespace("user", EXACT);
    for (let id = 0; id < 100; id += 1) await users.getOrLoad(id, () => "v".repeat(5_000));
    const snapshot = cache.snapshot();
    await snapshot.next();
    await cache.close();
    await expect(collect(snapshot)).rejects.toMatchObject({ code: "SG_CACHE_CLOSED" });
    await expect(collect(cache.snapshot())).rejects.toMatchObject({ code: "SG_CACHE_CLOSED" });
    await expect(cache.restore(stream(Buffer.alloc(0)))).rejects.toMatchObject({
      code: "SG_CACHE_CLOSED",
    });
  });

  test("of something else is told as such, and a restore may be aborted", async () => {
    const { cache } = openCache();
    await cache.namespace("user", EXACT).getOrLoad(1, () => 1);
    const snapshot = await collect(cache.snapshot());
    const foreign = await restored(Buffer.from('{"json": true}'), 0);
    expect(foreign.report.ended).toBe("not a snapshot");
    const later = Buffer.from(snapshot);
    later[7] = 2;
    expect((await restored(later, 0)).report.ended).toBe("of another version");
    const after = restarted(0);
    after.cache.namespace("user", EXACT);
    const aborted = await after.cache.restore(stream(snapshot), { signal: AbortSignal.abort() });
    expect(aborted).toMatchObject({ restored: 0, ended: "aborted" });
    const unknown = await restarted(0).cache.restore(stream(snapshot));
    expect(given(unknown.leftOut)).toEqual({ unknown: 1 });
  });
});
