import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Herd } from "../../../../bench/cache-stampede/herd.ts";
import { startTestRedis, type TestRedis } from "../../../../test/support/redis.ts";

const RUSH = { groups: [4], callers: 100, loadMs: 20 } as const;
/** A busy machine must not look like a slow Redis. */
const PATIENT_MS = 5_000;

let redis: TestRedis;
let herd: Herd;

beforeAll(async () => {
  redis = await startTestRedis({ isOwn: true });
  herd = new Herd("streamgate", 4);
});
afterAll(async () => {
  herd.end();
  await redis.stop();
});

describe("four processes with a hundred callers each on one cold key", () => {
  test("load it once", async () => {
    const setup = { redisPort: redis.port, tierTimeoutMs: PATIENT_MS };
    await herd.settle(setup);
    for (let trial = 0; trial < 5; trial += 1) {
      const [result] = await herd.trial({ ...RUSH, ...setup });
      expect(result).toMatchObject({ loads: 1, failures: 0 });
    }
  });

  test("load it once more when the one that loads is killed", async () => {
    const setup = { redisPort: redis.port, tierTimeoutMs: PATIENT_MS };
    await herd.settle(setup);
    const rush = { ...RUSH, ...setup, loadMs: 500, killsHolder: true };
    const [result] = await herd.trial(rush);
    expect(result).toMatchObject({ isHolderKilled: true, loads: 2, failures: 0 });
  });

  test("load it at most once each when Redis dies, and nobody fails", async () => {
    const setup = { redisPort: redis.port };
    await herd.settle(setup);
    const [result] = await herd.trial({ ...RUSH, ...setup, meanwhile: () => redis.kill() });
    expect(result).toMatchObject({ mostLoadsOfProcess: 1, failures: 0 });
    expect(herd.unhandled).toEqual([]);
  });
});
