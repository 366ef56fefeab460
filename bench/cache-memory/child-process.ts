import { createCache, memoryTier } from "@streamgate/cache";
import { LRUCache } from "lru-cache";

declare const gc: () => void;

const [task = "", kind = "", amountText = "0"] = process.argv.slice(2);
const amount = Number(amountText);
/** Kept until the end, so that nothing that was measured is collected before. */
const kept: unknown[] = [];
const MOST_VALUES = 5_000_000;
const LOT = 512;

/** As a driver or a parser gives it: no part is shared with another value. */
function asRead(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

type Maker = (number: number) => unknown;
const makers: Readonly<Record<string, Maker>> = {
  "short strings": (number) => asRead(`a short string, number ${number}`),
  "long strings": (number) => asRead(`${number} `.repeat(500)),
  objects: (number) =>
    asRead({ id: number, name: `name ${number}`, isActive: true, score: number / 7 }),
  rows: (number) =>
    asRead(
      Array.from({ length: 20 }, (_, place) => ({
        id: number * 20 + place,
        title: `row ${place} of page ${number}`,
        tags: ["one", `tag ${number}`],
        owner: { id: place, country: "NO" },
        createdAt: "2026-01-01T00:00:00.000Z",
      })),
    ),
  Buffers: (number) => Buffer.alloc(2_000 + (number % 1_000), number),
};

if (task === "fill") console.log(await fill());
else console.log(await overhead());
if (kept.length === 0) throw new Error("nothing was kept");

/** Fills the bound twice over with values of a kind. */
async function fill(): Promise<number> {
  const make = makers[kind];
  if (make === undefined) throw new Error(`there is no kind ${kind}`);
  const warm = createCache();
  await warm.namespace("warm").getOrLoad("warm", () => make(0));
  const before = await usedBytes();
  const cache = createCache({ tiers: [memoryTier({ maxBytes: amount, maxEntries: 2 ** 24 })] });
  const values = cache.namespace("value");
  kept.push(cache);
  // Twice the bound by what the cache believes, and so well beyond it in any case.
  for (let number = 0; number < MOST_VALUES; number += 1) {
    await values.getOrLoad(number, () => make(number));
    if (number % LOT !== 0) continue;
    await new Promise((resolve) => setImmediate(resolve));
    const { evictions } = cache.statistics().namespaces[0]?.total ?? { evictions: undefined };
    if ((evictions?.size ?? 0) > cache.statistics().memory.entries) break;
  }
  return (await usedBytes()) - before;
}

/** The same small whole number for every key, so that all that is taken is what keeps it; the keys are there before. */
async function overhead(): Promise<number> {
  const keys = Array.from({ length: amount }, (_, number) => `key-${number}`);
  kept.push(keys);
  const before = await usedBytes();
  if (kind === "Map") {
    const map = new Map<string, number>();
    for (const key of keys) map.set(key, 1);
    kept.push(map);
  } else if (kind === "streamgate") {
    const cache = createCache({ tiers: [memoryTier({ maxEntries: amount, maxBytes: "1gb" })] });
    const values = cache.namespace<number>("value");
    for (const key of keys) await values.getOrLoad(key, () => 1);
    kept.push(cache);
  } else {
    const lru = new LRUCache<string, number>({ max: amount, ttl: 300_000 });
    for (const key of keys) lru.set(key, 1);
    kept.push(lru);
  }
  return (await usedBytes()) - before;
}

async function usedBytes(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
