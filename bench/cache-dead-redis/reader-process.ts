// A process that reads through caches and measures how long it takes: `node reader-process.ts CONTENDER`.
import { subscribe } from "node:diagnostics_channel";
import { setTimeout as sleep } from "node:timers/promises";
import { type CacheBreaker, CHANNELS } from "@streamgate/core";
import { contenderNamed, type OpenContender } from "../cache-stampede/contender.ts";
import { LoopWatch } from "./loop-watch.ts";
import { type Few, nowMs, type Order, type Read, type Tiding, type Turn } from "./messages.ts";

const [name = ""] = process.argv.slice(2);
const contender = await contenderNamed(name);
const caches = new Map<number, Promise<OpenContender>>();
const watch = new LoopWatch();
let keys = 0;
let pace: NodeJS.Timeout | undefined;
let running: Promise<void>[] = [];
let reads: Read[] = [];
let breaker: Turn[] = [];

subscribe(CHANNELS.cacheBreaker, (message) => {
  breaker.push({ atMs: nowMs(), state: (message as CacheBreaker).to });
});

const tell = (tiding: Tiding): void => void process.send?.(tiding);
const unhandled = (error: unknown): void => tell({ tiding: "unhandled", text: String(error) });
process.on("unhandledRejection", unhandled);
process.on("uncaughtException", unhandled);
process.on("disconnect", () => process.exit());
process.on("message", (message) => void obey(message as Order));
tell({ tiding: "ready" });

async function obey(order: Order): Promise<void> {
  switch (order.order) {
    case "settle":
      await settle(await cacheOn(order.redisPort));
      return tell({ tiding: "settled" });
    case "read": {
      const cache = await cacheOn(order.redisPort);
      pace = setInterval(() => running.push(readOnce(cache)), 1_000 / order.aSecond);
      return;
    }
    case "stop":
      return stop();
    case "invalidate":
      return tell(await invalidate(await cacheOn(order.redisPort), order.key));
    case "try":
      return tell({
        tiding: "tried",
        readsMs: await Promise.all(
          order.redisPorts.map(async (port, index) => {
            // Not all at one instant: they would wait for each other.
            await sleep((order.everyMs * index) / order.redisPorts.length);
            return readFew(await cacheOn(port), order);
          }),
        ),
      });
  }
}

function cacheOn(redisPort: number): Promise<OpenContender> {
  const cache =
    caches.get(redisPort) ?? contender.open({ redisPort, load: (key) => Promise.resolve(key) });
  caches.set(redisPort, cache);
  return cache;
}

/** The next key is new to memory and to Redis. */
function nextKey(): string {
  keys += 1;
  return `${process.pid}:${keys}`;
}

async function settle(cache: OpenContender): Promise<void> {
  do {
    await cache.read(nextKey());
    await sleep(10);
  } while (cache.usesRedis?.() === false);
}

async function readOnce(cache: OpenContender): Promise<void> {
  const beganMs = nowMs();
  await cache.read(nextKey());
  const endedMs = nowMs();
  const stalledMs = watch.stalledMs(beganMs, endedMs);
  reads.push({ beganMs, tookMs: endedMs - beganMs, stalledMs });
}

async function stop(): Promise<void> {
  clearInterval(pace);
  await Promise.all(running);
  tell({ tiding: "stopped", reads, breaker });
  running = [];
  reads = [];
  breaker = [];
}

async function invalidate(cache: OpenContender, key: string): Promise<Tiding> {
  const beganMs = nowMs();
  let code = "acknowledged";
  try {
    await cache.invalidate?.(key);
  } catch (error) {
    code = String((error as { readonly code?: unknown }).code);
  }
  return { tiding: "invalidated", code, tookMs: nowMs() - beganMs };
}

/** How long each took; who was given up took as long as patience lasted. */
async function readFew(
  cache: OpenContender,
  { reads: count, everyMs, patienceMs }: Few,
): Promise<readonly number[]> {
  const measured = Array.from({ length: count }, async (_, index) => {
    await sleep(index * everyMs);
    const beganMs = nowMs();
    const answer = Promise.resolve(cache.read(nextKey())).catch(() => undefined);
    const giveUp = new AbortController();
    await Promise.race([answer, sleep(patienceMs, undefined, giveUp).catch(() => undefined)]);
    giveUp.abort();
    return nowMs() - beganMs;
  });
  return Promise.all(measured);
}
