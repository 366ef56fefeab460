import { seededRandom } from "@streamgate/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Cache, createCache } from "../../src/cache.ts";
import { memoryTier } from "../../src/memory/memory-options.ts";
import type { NamespaceOptions } from "../../src/options/namespace-options.ts";
import { plainTierUnderTest } from "../contract/plain-tier.ts";
import { withoutClaims } from "./support/caches.ts";
import { Hub } from "./support/hub-bus.ts";
import { PlayedTier } from "./support/played-tier.ts";
import {
  DEPENDENCIES,
  invalidateBy,
  READ,
  Rows,
  rowOf,
  type Snapshot,
  staleRows,
  WAYS,
} from "./support/rows.ts";
import { TestClock } from "./support/test-clock.ts";

const RUNS = 300;

const seldom = fc.nat(6).map((number) => number === 0);
const entity = seldom.map((is) => (is ? 1 : 0));
const process = fc.constantFrom(0, 0, 0, 1, 1, 2);

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("read" as const),
      process,
      entity,
      how: fc.constantFrom("getOrLoad", "getOrLoad", "getOrLoad", "loadMany", "get"),
      variant: seldom.map((is) => (is ? "short" : undefined)),
      isText: seldom,
      tagged: fc.constantFrom("first", "last"),
      isFailing: seldom,
      pauses: fc.nat(3),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("write" as const),
      process,
      entity,
      way: fc.constantFrom(...WAYS),
      everywhere: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      ms: fc.constantFrom(30, 80, 200),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never;
type Read = Extract<Step, { kind: "read" }>;

const KEPT: NamespaceOptions = { ttl: 100, jitter: 0 };
const STALE_KEPT: NamespaceOptions = { ...KEPT, staleWhileRevalidate: 50, staleIfError: 150 };

/** Three processes: two with memory before the shared tier, and one that asks it every time. */
async function openProcesses(
  options: NamespaceOptions,
  isShared: boolean,
  delay: (label: string) => Promise<void>,
): Promise<{ readonly caches: readonly Cache[]; readonly advance: (ms: number) => Promise<void> }> {
  const clock = new TestClock();
  const plain = await plainTierUnderTest();
  const hub = new Hub(delay);
  const caches = [0, 1, 2].map((process) => {
    const view = plain.views[Math.min(process, 1)];
    const tier = new PlayedTier(withoutClaims(view));
    tier.delay = delay;
    const shared = isShared ? [tier] : [];
    return createCache({
      tiers: process === 2 && isShared ? shared : [memoryTier({ maxEntries: 100 }), ...shared],
      bus: isShared ? hub.bus() : "none",
      dependencies: DEPENDENCIES,
      namespaces: { entity: options },
      tierTimeout: "1d",
      invalidationTimeout: "1d",
      clock,
      random: seededRandom(process),
    });
  });
  await Promise.all(caches.map((cache) => cache.ready()));
  const advance = async (ms: number): Promise<void> => {
    await plain.advance?.(ms);
    clock.advance(ms);
  };
  return { caches, advance };
}

async function read(
  cache: Cache,
  rows: Rows,
  delay: (label: string) => Promise<void>,
  { entity, how, variant, isText, tagged, isFailing, pauses }: Read,
): Promise<Snapshot | undefined> {
  const id = isText ? String(entity) : entity;
  const options = { ...READ, ...(variant === undefined ? {} : { variant }) };
  const load = async (context: { tag(...tags: string[]): void }): Promise<Snapshot> => {
    if (tagged === "first") context.tag("owner");
    for (let pause = 0; pause < pauses; pause += 1) await delay("load begins");
    const snapshot = rows.snapshot(entity);
    for (let pause = 0; pause < pauses; pause += 1) await delay("load ends");
    if (tagged === "last") context.tag("owner");
    if (isFailing) throw new Error("the source failed");
    return snapshot;
  };
  const namespace = cache.namespace<Snapshot>("entity");
  if (how === "get") return namespace.get(id, options);
  if (how === "loadMany") {
    const found = await namespace.loadMany(
      [id],
      async (ids, context) => {
        const snapshot = await load({ tag: (...tags) => context.tag(id, ...tags) });
        return new Map(ids.map((each) => [each, snapshot]));
      },
      options,
    );
    return found.get(id);
  }
  return namespace.getOrLoad(id, load, options);
}

for (const { name, isShared, options } of [
  { name: "in one process's memory", isShared: false, options: KEPT },
  { name: "in memory that keeps stale values", isShared: false, options: STALE_KEPT },
  { name: "in three processes on a shared tier and a bus", isShared: true, options: KEPT },
  { name: "in three processes that keep stale values", isShared: true, options: STALE_KEPT },
]) {
  test(`no order of loads, fills and invalidations gives an old value ${name}`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 5 }),
        async (scheduler, threads) => {
          let isOver = false;
          const delay = async (label: string): Promise<void> => {
            if (!isOver) await scheduler.schedule(Promise.resolve(), label);
          };
          const rows = new Rows(3);
          const { caches, advance } = await openProcesses(options, isShared, delay);
          const found: string[] = [];
          const run = async (one: Step): Promise<void> => {
            await delay(one.kind);
            if (one.kind === "wait") return advance(one.ms);
            const process = isShared ? one.process : 0;
            const cache = caches[process];
            if (cache === undefined) return;
            if (one.kind === "write") {
              const row = rowOf(one.way, one.entity);
              const version = rows.change(row);
              await invalidateBy(cache, one.way, one.entity, one.everywhere);
              // The third process has no memory, so what it is told by the tier is bound by everybody's invalidations.
              rows.promise(row, version, one.everywhere ? [0, 1, 2] : [process, 2]);
              return;
            }
            // Who joins a load in another process than that of the invalidation did not ask the tier itself.
            const how = process === 2 ? "get" : one.how;
            const bound = rows.boundOf(process, one.entity);
            const given = await read(cache, rows, delay, { ...one, how }).catch(() => undefined);
            const old = given === undefined ? [] : staleRows(given, bound);
            for (const row of old) found.push(`${row} ${given?.[row]} < ${bound[row]}`);
          };
          const runAll = async (steps: readonly Step[]): Promise<void> => {
            for (const one of steps) await run(one);
          };
          await scheduler.waitFor(Promise.all(threads.map(runAll)));
          isOver = true;
          await scheduler.waitAll();
          await Promise.all(caches.map((cache) => cache.close()));
          expect(found).toEqual([]);
        },
      ),
      { numRuns: RUNS },
    );
  });
}
