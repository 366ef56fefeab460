import { expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { memoryTier } from "../../src/memory/memory-options.ts";
import type { Namespace } from "../../src/namespace/namespace.ts";
import { gate, openCache, playedTier, turn } from "./support/caches.ts";
import { Hub } from "./support/hub-bus.ts";

let probes = 0;

/** Whether an id that nobody ever asked for is denied. */
function isDenied(users: Namespace<string | undefined>): boolean {
  probes += 1;
  return users.getOrLoad(`probe ${probes}`, () => "no row") === undefined;
}

/** A table whose rows come and go, and the namespace that knows them. */
async function openRows(hub = new Hub()) {
  const rows = new Set<number>([1, 2, 3]);
  let builds = 0;
  const bus = hub.bus();
  const source = () => {
    builds += 1;
    return [...rows];
  };
  const opened = openCache({
    bus,
    namespaces: { user: { knownIds: { source, tags: ["table:user"], expectedIds: 1_000 } } },
  });
  const users = opened.cache.namespace<string | undefined>("user");
  let loads = 0;
  const load = () => {
    loads += 1;
    return "loaded";
  };
  const denies = (id: number | string) =>
    !(users.getOrLoad(id, load) instanceof Promise) && users.peek(id) === undefined;
  await opened.cache.ready();
  await until(() => isDenied(users));
  loads = 0;
  return { ...opened, users, rows, bus, load, denies, loads: () => loads, builds: () => builds };
}

test("an absent id is answered at once and without a load, a known one is loaded", async () => {
  const { users, load, loads, cache } = await openRows();
  expect(users.getOrLoad(99, load)).toBeUndefined();
  expect(users.getOrLoad("99", load)).toBeUndefined();
  expect([...(await users.loadMany([99, 98], () => new Map()))]).toEqual([]);
  expect(loads()).toBe(0);
  expect(await users.getOrLoad(1, load)).toBe("loaded");
  expect(await users.getOrLoad("2", load)).toBe("loaded");
  expect(cache.statistics().namespaces[0]?.total.knownAbsent).toBeGreaterThanOrEqual(4);
});

test("an id that is told to be added is loaded from then on, here and in other processes", async () => {
  const hub = new Hub();
  const here = await openRows(hub);
  const there = await openRows(hub);
  expect([here.denies(50), there.denies(50)]).toEqual([true, true]);
  await here.users.added([50]);
  expect(here.denies(50)).toBe(false);
  await turn();
  expect(there.denies(50)).toBe(false);
});

test("an id that is invalidated may have been made, and is loaded", async () => {
  const hub = new Hub();
  const here = await openRows(hub);
  const there = await openRows(hub);
  await here.users.delete(50);
  await here.cache.invalidate({ keys: ["user:51"] });
  await turn();
  for (const { denies } of [here, there])
    expect([denies(50), denies("51"), denies(52)]).toEqual([false, false, true]);
});

test.each([
  [
    "a tag of the table",
    async ({ cache }: Awaited<ReturnType<typeof openRows>>) =>
      cache.invalidate({ tags: ["table:user"] }),
  ],
  ["the namespace", async ({ users }: Awaited<ReturnType<typeof openRows>>) => users.clear()],
  ["the whole cache", async ({ cache }: Awaited<ReturnType<typeof openRows>>) => cache.clear()],
  ["the bus", async ({ bus }: Awaited<ReturnType<typeof openRows>>) => bus.lose("gap")],
])("a doubt by %s denies nothing until the ids were read anew", async (_, cause) => {
  const opened = await openRows();
  opened.rows.add(60);
  expect(opened.denies(60)).toBe(true);
  const before = opened.builds();
  await cause(opened);
  expect(opened.denies(60)).toBe(false);
  await until(() => isDenied(opened.users));
  expect(opened.builds()).toBeGreaterThan(before);
  expect(opened.denies(60)).toBe(false);
});

test("another tag raises no doubt", async () => {
  const { cache, denies, builds } = await openRows();
  const before = builds();
  await cache.invalidate({ tags: ["table:feed"] });
  expect([denies(60), builds()]).toEqual([true, before]);
});

test("while memory is not trusted nothing is denied", async () => {
  const { bus, clock, denies } = await openRows();
  bus.trust(clock.monotonicMs() + 10);
  clock.advance(10);
  expect(denies(99)).toBe(false);
  bus.trust(clock.monotonicMs() + 10);
  expect(denies(98)).toBe(true);
});

test("the ids are first read when the bus is followed: what is added before that is not hidden", async () => {
  const hub = new Hub();
  const bus = hub.bus();
  const opening = gate();
  bus.opening = opening.promise;
  const rows = [1];
  const { cache } = openCache({
    tiers: [memoryTier(), await playedTier()],
    bus,
    namespaces: { user: { knownIds: { source: () => [...rows] } } },
  });
  const users = cache.namespace<string>("user");
  await turn();
  // Another process adds a row, and tells of it, before this one hears anything.
  rows.push(2);
  opening.open();
  await cache.ready();
  await until(() => isDenied(users));
  expect(await users.getOrLoad(2, () => "there")).toBe("there");
});

test("a source that fails costs loads and nothing else", async () => {
  const { cache } = openCache({
    namespaces: {
      user: {
        knownIds: {
          source: () => {
            throw new Error("no table");
          },
        },
      },
    },
  });
  await cache.ready();
  await turn();
  expect(await cache.namespace<string>("user").getOrLoad(1, () => "loaded")).toBe("loaded");
});
