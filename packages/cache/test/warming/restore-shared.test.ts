import { describe, expect, test } from "vitest";
import { memoryTier } from "../../src/memory/memory-options.ts";
import type { NamespaceOptions } from "../../src/options/namespace-options.ts";
import { openCache, twoPlayedViews } from "../core/support/caches.ts";
import { Hub } from "../core/support/hub-bus.ts";
import type { PlayedTier } from "../core/support/played-tier.ts";
import { collect, given, stream } from "./support/collect.ts";
import { driven } from "./support/drive.ts";

const EXACT: NamespaceOptions = { ttl: 60_000, jitter: 0, refreshAhead: 0 };
const IDS = Array.from({ length: 200 }, (_, id) => id);

/** What a process left behind: its tier, seen by the next one and by a third, and its snapshot. */
async function left(): Promise<{ next: PlayedTier; third: PlayedTier; snapshot: Buffer }> {
  const [third, next] = await twoPlayedViews();
  const former = openCache({ tiers: [memoryTier(), third], bus: "none" });
  const users = former.cache.namespace<string>("user", EXACT);
  await Promise.all(
    IDS.map((id) => users.getOrLoadAsync(id, () => `user ${id}`, { tags: [`team:${id % 5}`] })),
  );
  return { next, third, snapshot: await collect(former.cache.snapshot()) };
}

describe("a restore in front of a shared tier", () => {
  test("takes the keys from the snapshot and the values from the tier, many a trip, without a load or a fill", async () => {
    const { next, snapshot } = await left();
    expect(snapshot.includes("user 17")).toBe(false);
    const { cache, clock } = openCache({ tiers: [memoryTier(), next], bus: "none" });
    const users = cache.namespace<string>("user", EXACT);
    const report = await driven(clock, cache.restore(stream(snapshot)));
    expect(report).toMatchObject({ restored: 200, ended: "complete" });
    expect(IDS.map((id) => users.peek(id))).toEqual(IDS.map((id) => `user ${id}`));
    const reads = next.calls.filter(({ call }) => call === "read").length;
    expect(reads).toBeLessThanOrEqual(5);
    expect(next.count("begin") + next.count("fill")).toBe(0);
    expect(cache.statistics().namespaces[0]?.total.lookups).toBe(0);
  });

  test("does not bring in what was invalidated while the process was down", async () => {
    const { next, third, snapshot } = await left();
    await third.invalidate(["team:3", "#user:10"]);
    const { cache, clock } = openCache({ tiers: [memoryTier(), next], bus: "none" });
    const users = cache.namespace<string>("user", EXACT);
    const report = await driven(clock, cache.restore(stream(snapshot)));
    const isGone = (id: number): boolean => id % 5 === 3 || id === 10;
    expect(report.restored).toBe(IDS.filter((id) => !isGone(id)).length);
    expect(given(report.leftOut)).toEqual({ gone: IDS.filter(isGone).length });
    for (const id of IDS) expect(users.peek(id) === undefined, `user ${id}`).toBe(isGone(id));
    expect(await users.getOrLoad(3, () => "new")).toBe("new");
  });

  test("brings in what took the place of the old value", async () => {
    const { next, third, snapshot } = await left();
    const other = openCache({ tiers: [memoryTier(), third], bus: "none" });
    await other.cache.namespace<string>("user", EXACT).set(7, "renamed");
    const { cache, clock } = openCache({ tiers: [memoryTier(), next], bus: "none" });
    const users = cache.namespace<string>("user", EXACT);
    await driven(clock, cache.restore(stream(snapshot)));
    expect(users.peek(7)).toBe("renamed");
  });

  test("does not bring in what another process invalidates during the fetch", async () => {
    const { next, third, snapshot } = await left();
    const hub = new Hub();
    const { cache, clock } = openCache({ tiers: [memoryTier(), next], bus: hub.bus() });
    const writer = openCache({ tiers: [memoryTier(), third], bus: hub.bus() });
    await Promise.all([cache.ready(), writer.cache.ready()]);
    writer.cache.namespace("user", EXACT);
    const users = cache.namespace<string>("user", EXACT);
    const fallen = new Set<number>();
    const read = next.read.bind(next);
    next.read = async (reads) => {
      const found = await read(reads);
      // It was read, and is not yet in memory.
      const id = reads.find(({ key }) => key.startsWith("user:"))?.key.slice(5);
      if (id !== undefined && !fallen.has(Number(id))) {
        fallen.add(Number(id));
        await writer.cache.invalidate({ keys: [`user:${id}`] });
      }
      return found;
    };
    const report = await driven(clock, cache.restore(stream(snapshot)));
    expect(fallen.size).toBeGreaterThan(2);
    expect(report.leftOut.invalidated).toBe(fallen.size);
    for (const id of fallen) expect(users.peek(id)).toBeUndefined();
  });

  test("asks for no more keys a second than allowed", async () => {
    const { next, snapshot } = await left();
    const { cache, clock } = openCache({ tiers: [memoryTier(), next], bus: "none" });
    cache.namespace("user", EXACT);
    const report = await driven(clock, cache.restore(stream(snapshot), { perSecond: 100 }), 10);
    expect(report.restored).toBe(200);
    expect(report.tookMs).toBeGreaterThanOrEqual(((200 - 64) / 100) * 1_000 - 640);
  });

  test("leaves a tier that fails alone after a few rests, and goes on when it comes back", async () => {
    const { next, snapshot } = await left();
    const { cache, clock } = openCache({ tiers: [memoryTier(), next], bus: "none" });
    cache.namespace("user", EXACT);
    next.playAll("rejecting");
    const dead = await driven(clock, cache.restore(stream(snapshot)), 20);
    expect(dead).toMatchObject({ restored: 0, ended: "unavailable" });
    const again = await left();
    const second = openCache({ tiers: [memoryTier(), again.next], bus: "none" });
    second.cache.namespace("user", EXACT);
    again.next.playAll("rejecting");
    const work = second.cache.restore(stream(again.snapshot));
    void driven(second.clock, second.clock.sleep(800), 20).then(() => {
      again.next.play = {};
    });
    const report = await driven(second.clock, work, 20);
    expect(report.ended).toBe("complete");
    expect(report.restored).toBe(200);
  });

  test("the caller's veto and the room in memory hold here too", async () => {
    const { next, snapshot } = await left();
    const { cache, clock } = openCache({
      tiers: [memoryTier({ maxEntries: 100 }), next],
      bus: "none",
    });
    cache.namespace("user", EXACT);
    const report = await driven(
      clock,
      cache.restore(stream(snapshot), { changedSince: ({ tags }) => tags.includes("team:1") }),
    );
    expect(report.leftOut.changed).toBeGreaterThan(0);
    expect(report.restored).toBeGreaterThanOrEqual(100);
    expect(report.leftOut.noRoom).toBeGreaterThan(0);
  });
});
