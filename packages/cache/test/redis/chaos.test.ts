import { seededRandom } from "@streamgate/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ChaosProxy, startChaosProxy } from "../../../../test/support/chaos-proxy.ts";
import { startTestRedis, type TestRedis } from "../../../../test/support/redis.ts";
import type { RedisTier } from "../../src/tiers/redis/redis-tier.ts";
import { Connections } from "./clients.ts";
import { begin, fill, readText } from "./loading.ts";

let server: TestRedis;
const proxies: ChaosProxy[] = [];
const connections = new Connections();
beforeAll(async () => {
  server = await startTestRedis({ isOwn: true });
  for (let index = 0; index < 3; index += 1) proxies.push(await startChaosProxy(server.port));
});
afterAll(async () => {
  await connections.close();
  for (const proxy of proxies) await proxy.stop();
  await server.stop();
});

const KEYS = ["n:1", "n:2", "n:3"];

test.each([1, 2, 3])(
  "while connections are cut, held and slow and the server is flushed, no read is older than what was acknowledged (seed %i)",
  async (seed) => {
    const random = seededRandom(seed);
    const prefix = `chaos-${seed}`;
    const tiers = proxies.map(({ port }) => connections.tier(connections.client(port), { prefix }));
    const end = performance.now() + 2_500;
    let version = 0;
    let acknowledged = 0;
    let hits = 0;
    const pause = (most: number): Promise<void> =>
      new Promise((resolve) => setTimeout(resolve, random.integer(most)));
    const whileItLasts = async (act: () => Promise<void>): Promise<void> => {
      while (performance.now() < end) await act().catch(ignoreLostConnections);
    };
    const anyTier = (): RedisTier => random.pick(tiers);

    const loader = async (): Promise<void> => {
      const [tier, key] = [anyTier(), random.pick(KEYS)];
      const token = random.next().toString(36);
      const begun = await begin(tier, key, ["t"], { token, ttlMs: 50 });
      if (begun.claim !== "mine") return tier.claims.awaitFill(key, 50);
      const loaded = version;
      await pause(6);
      await fill(anyTier(), key, begun, String(loaded), ["t"], { claimToken: token });
    };
    const writer = async (): Promise<void> => {
      version += 1;
      const changed = version;
      await anyTier().invalidate(["t"]);
      acknowledged = Math.max(acknowledged, changed);
      await pause(25);
    };
    const reader = async (): Promise<void> => {
      const least = acknowledged;
      const found = await readText(anyTier(), random.pick(KEYS), ["t"]);
      if (found === undefined) return;
      hits += 1;
      expect(Number(found)).toBeGreaterThanOrEqual(least);
    };
    const saboteur = async (): Promise<void> => {
      const proxy = random.pick(proxies);
      random.pick([
        () => proxy.cut(),
        () => proxy.stall(),
        () => proxy.delay(random.integer(10)),
        () => {
          if (random.next() < 0.2) server.flush().catch(ignoreLostConnections);
        },
      ])();
      await pause(60);
      proxy.pass();
    };
    await Promise.all(
      [loader, loader, loader, writer, writer, reader, reader, saboteur].map(whileItLasts),
    );
    for (const proxy of proxies) proxy.pass();
    expect(hits).toBeGreaterThan(50);
    expect(acknowledged).toBeGreaterThan(20);
  },
);

function ignoreLostConnections(error: unknown): void {
  if (error instanceof Error && error.name === "AssertionError") throw error;
}
