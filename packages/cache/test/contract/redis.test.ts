import { tierContract } from "@streamgate/cache/contract";
import { systemClock } from "@streamgate/core";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, test } from "vitest";
import { startTestRedis, type TestRedis } from "../../../../test/support/redis.ts";
import { redisTier } from "../../src/tiers/redis/redis-tier.ts";

let server: TestRedis;
let prefixes = 0;

beforeAll(async () => {
  server = await startTestRedis();
});

afterAll(() => server?.stop());

async function forgetEpochs(client: Redis, prefix: string): Promise<void> {
  const names = await client.keys(`{${prefix}}:e*`);
  if (names.length > 0) await client.del(...names);
}

describe("the Redis tier", () => {
  for (const rule of tierContract) {
    test(`keeps the contract: ${rule.name}`, () =>
      rule.run(async () => {
        prefixes += 1;
        const prefix = `contract-${process.pid}-${prefixes}`;
        const clients = [server.connect(), server.connect()] as const;
        const [first, second] = clients;
        const views = [
          redisTier({ client: first, prefix, clock: systemClock }),
          redisTier({ client: second, prefix, clock: systemClock }),
        ] as const;
        return {
          views,
          forgetEpochs: () => forgetEpochs(first, prefix),
          dispose: async () => {
            await Promise.all(views.map((view) => view.close()));
            for (const client of clients) client.disconnect();
          },
        };
      }));
  }
});
