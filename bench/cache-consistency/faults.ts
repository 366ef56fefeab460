import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "@streamgate/core";
import type { ChaosProxy } from "../../test/support/chaos-proxy.ts";
import type { Worker } from "./worker.ts";
import type { World } from "./world.ts";

export const FAULTS = [
  "delay",
  "partition",
  "drop",
  "cut",
  "refuse",
  "stop",
  "kill",
  "flush",
  "restart",
  "failover",
  "slow",
  "evict",
] as const;
export type Fault = (typeof FAULTS)[number];

/** The share of what Redis holds that still fits. */
const EVICTION_KEEPS = 0.8;

/** What faults act on. */
export interface Victims {
  readonly world: World;
  readonly workers: readonly Worker[];
  readonly random: Random;
}

/** Does one thing wrong, for a random time, and puts it right again. */
export async function inflict(fault: Fault, victims: Victims): Promise<void> {
  const { world, random } = victims;
  const between = (leastMs: number, mostMs: number): number =>
    leastMs + random.next() * (mostMs - leastMs);
  const lasts = (leastMs: number, mostMs: number): Promise<void> => sleep(between(leastMs, mostMs));
  const proxies = someOf(world.proxies, random);
  const worker = random.pick(victims.workers);
  switch (fault) {
    case "delay":
      for (const proxy of proxies) proxy.delay(between(1, 40));
      await lasts(100, 1_500);
      return mend(proxies);
    case "partition":
      for (const proxy of proxies) proxy.stall();
      await lasts(100, 3_000);
      return mend(proxies);
    case "drop":
      for (const proxy of proxies) {
        if (random.next() < 0.5) proxy.blackhole();
        else proxy.drop(random.pick(["server", "client"] as const));
      }
      await lasts(100, 3_000);
      mend(proxies);
      for (const proxy of proxies) proxy.cut();
      return;
    case "cut":
      for (const proxy of proxies) proxy.cut();
      return;
    case "refuse":
      await Promise.all(proxies.map((proxy) => proxy.refuse()));
      await lasts(50, 2_000);
      return mend(proxies);
    case "stop":
      worker.pause();
      await lasts(200, 3_000);
      return worker.resume();
    case "kill":
      if (!worker.isUp) return;
      await worker.kill();
      return worker.start();
    case "flush":
      return world.redis.flush();
    case "restart":
      return world.restart();
    case "failover":
      return world.failOver(between(20, 800));
    case "slow": {
      const { redis } = world;
      redis.pause();
      await lasts(20, 1_500);
      return redis.resume();
    }
    case "evict":
      return evict(world, between(100, 1_000));
  }
}

/** Leaves Redis too little memory for what it holds, so that anything may go. */
async function evict(world: World, lastsMs: number): Promise<void> {
  const client = world.redis.connect();
  try {
    await client.config("SET", "maxmemory-policy", "allkeys-random");
    const memory = await client.info("memory");
    const bytesOf = (name: string): number =>
      Number(new RegExp(`^${name}:(\\d+)`, "m").exec(memory)?.[1] ?? 0);
    const emptyBytes = bytesOf("used_memory_startup");
    const keptBytes = emptyBytes + (bytesOf("used_memory") - emptyBytes) * EVICTION_KEEPS;
    await client.config("SET", "maxmemory", String(Math.floor(keptBytes)));
    await sleep(lastsMs);
    await client.config("SET", "maxmemory", "0");
  } finally {
    client.disconnect();
  }
}

function mend(proxies: readonly ChaosProxy[]): void {
  for (const proxy of proxies) proxy.pass();
}

/** One of them, or all. */
function someOf(proxies: readonly ChaosProxy[], random: Random): readonly ChaosProxy[] {
  return random.next() < 0.3 ? proxies : [random.pick(proxies)];
}
