import { type Random, seededRandom, systemClock } from "@streamgate/core";
import { describe, expect, it } from "vitest";
import { type ChaosProxy, startChaosProxy } from "../../../../test/support/chaos-proxy.ts";
import { startTestRedis, type TestRedis } from "../../../../test/support/redis.ts";
import { until } from "../../../../test/support/until.ts";
import type { Bus, BusListener } from "../../src/bus/bus.ts";
import { redisBus } from "../../src/bus/redis/redis-bus.ts";

const LEASE_MS = 150;
const FOLLOWERS = 3;
const MESSAGES = 400;

interface Sent {
  readonly tag: string;
  /** When publish was called. */
  readonly beganMs: number;
  /** When it resolved. */
  readonly atMs: number;
}

/** A follower that knows which messages it has neither heard nor forgotten its memory for. */
class Witness implements BusListener {
  readonly heardTags = new Set<string>();
  lostAtMs = Number.NEGATIVE_INFINITY;
  trustedUntilMs = Number.NEGATIVE_INFINITY;

  heard({ tags }: { readonly tags: readonly string[] }): void {
    for (const tag of tags) this.heardTags.add(tag);
  }

  trusted(untilMs: number): void {
    this.trustedUntilMs = untilMs;
  }

  lost(): void {
    this.lostAtMs = performance.now();
  }

  /** Whether its memory may still hold what the message invalidated, and be served. */
  isStaleFor({ tag, beganMs }: Sent): boolean {
    const isTrusting = performance.now() < this.trustedUntilMs;
    return isTrusting && !this.heardTags.has(tag) && this.lostAtMs < beganMs;
  }
}

describe("A bus among cut, silent and slow connections, stopped and flushed servers", () => {
  it.each([1, 2, 3])(
    "lets nobody trust what was invalidated a lease ago (seed %i)",
    async (seed) => {
      const random = seededRandom(seed);
      const redis = await startTestRedis({ isOwn: true });
      const proxies = await Promise.all(
        Array.from({ length: FOLLOWERS }, () => startChaosProxy(redis.port)),
      );
      const witnesses = proxies.map(() => new Witness());
      const buses = proxies.map(({ port }) => makeBus(redis, port));
      const sender = makeBus(redis, redis.port);
      await Promise.all(buses.map((bus, index) => bus.open(witnesses[index] ?? new Witness())));

      const sent: Sent[] = [];
      const violations: string[] = [];
      const judge = (message: Sent, after: string): void => {
        for (const [index, witness] of witnesses.entries())
          if (witness.isStaleFor(message))
            violations.push(`${message.tag} ${after}, follower ${index}`);
      };
      const waits: Promise<void>[] = [];
      for (let index = 0; index < MESSAGES; index += 1) {
        if (index % 8 === 0) await disturb(random, redis, proxies);
        const tag = String(index);
        const beganMs = performance.now();
        const published = await sender.publish({ tags: [tag] });
        const message = { tag, beganMs, atMs: performance.now() };
        sent.push(message);
        if (index % 5 === 0)
          waits.push(published.everywhere().then(() => judge(message, "everywhere")));
        await systemClock.sleep(random.integer(12));
        for (const old of sent.slice(-100))
          if (performance.now() - old.atMs > LEASE_MS) judge(old, "after a lease");
      }
      await Promise.all(waits);
      for (const proxy of proxies) proxy.pass();
      await until(() =>
        witnesses.every(({ trustedUntilMs }) => performance.now() < trustedUntilMs),
      );
      for (const message of sent) judge(message, "in the end");
      expect(violations).toEqual([]);

      await Promise.all([sender, ...buses].map((bus) => bus.close()));
      await Promise.all(proxies.map((proxy) => proxy.stop()));
      await redis.stop();
    },
  );
});

function makeBus(redis: TestRedis, port: number): Bus {
  const client = redis.connect({ port });
  return redisBus({ client, prefix: "chaos", leaseMs: LEASE_MS, streamLength: 100 });
}

async function disturb(
  random: Random,
  redis: TestRedis,
  proxies: readonly ChaosProxy[],
): Promise<void> {
  const proxy = random.pick(proxies);
  const disturbances: readonly (() => Promise<void> | void)[] = [
    () => proxy.cut(),
    () => proxy.blackhole(),
    () => proxy.refuse(),
    () => proxy.delay(random.integer(60)),
    () => proxy.pass(),
    () => proxy.pass(),
    () => redis.flush(),
    async () => {
      await redis.connect().del("{chaos}:bus");
    },
    async () => {
      redis.pause();
      await systemClock.sleep(random.integer(2 * LEASE_MS));
      redis.resume();
    },
  ];
  await random.pick(disturbances)();
}
