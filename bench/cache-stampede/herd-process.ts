// A process of a herd, with a cache of its own: `node herd-process.ts CONTENDER`.
import { setTimeout as sleep } from "node:timers/promises";
import { type Contender, contenderNamed, type OpenContender } from "./contender.ts";
import type { Order, Rush, Served, Setup, Tiding } from "./messages.ts";

const [name = ""] = process.argv.slice(2);
const contender: Contender = await contenderNamed(name);
const caches = new Map<string, Promise<OpenContender>>();
const loadMsOf = new Map<string, number>();
let settlings = 0;

const tell = (tiding: Tiding): void => void process.send?.(tiding);
const unhandled = (error: unknown): void => tell({ tiding: "unhandled", text: String(error) });
process.on("unhandledRejection", unhandled);
process.on("uncaughtException", unhandled);
process.on("disconnect", () => process.exit());
process.on("message", (message) => void obey(message as Order));
tell({ tiding: "ready" });

async function obey(order: Order): Promise<void> {
  const cache = await cacheOf(order);
  if (order.order === "rush") tell({ tiding: "served", ...(await rush(cache, order)) });
  else {
    await settle(cache);
    tell({ tiding: "settled" });
  }
}

function cacheOf({ redisPort, tierTimeoutMs }: Setup): Promise<OpenContender> {
  const setup = `${redisPort} ${tierTimeoutMs}`;
  const cache = caches.get(setup) ?? contender.open({ redisPort, tierTimeoutMs, load });
  caches.set(setup, cache);
  return cache;
}

/** The source: counted by whoever hears. */
async function load(key: string): Promise<string> {
  const loadMs = loadMsOf.get(key);
  if (loadMs === undefined) return key;
  tell({ tiding: "loading", key });
  await sleep(loadMs);
  tell({ tiding: "loaded", key });
  return key;
}

async function settle(cache: OpenContender): Promise<void> {
  do {
    settlings += 1;
    await cache.read(`settle:${process.pid}:${settlings}`);
    await sleep(10);
  } while (cache.usesRedis?.() === false);
}

async function rush(
  cache: OpenContender,
  { key, callers, loadMs, startNs }: Rush,
): Promise<Served> {
  loadMsOf.set(key, loadMs);
  await sleep(Number(BigInt(startNs) - process.hrtime.bigint()) / 1e6);
  const startedMs = performance.now();
  const values = await Promise.allSettled(
    Array.from({ length: callers }, async () => cache.read(key)),
  );
  const failures = values.filter((one) => one.status === "rejected" || one.value !== key).length;
  return { key, failures, longestMs: performance.now() - startedMs };
}
