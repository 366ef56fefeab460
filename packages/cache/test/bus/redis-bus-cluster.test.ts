import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  startTestRedisCluster,
  startTestSentinel,
  type TestRedisCluster,
  type TestSentinel,
} from "../../../../test/support/redis.ts";
import { until } from "../../../../test/support/until.ts";
import { redisBus } from "../../src/bus/redis/redis-bus.ts";
import { Recorder } from "./support/recorder.ts";

const LEASE_MS = 500;

describe("On a Redis Cluster", () => {
  let cluster: TestRedisCluster;
  beforeAll(async () => {
    cluster = await startTestRedisCluster({ masters: 3, replicas: 1 });
  });
  afterAll(() => cluster.stop());

  it("messages are heard and waited for, from the master even where reads go to replicas", async () => {
    const told = new Recorder();
    const client = cluster.connect({ scaleReads: "slave", redisOptions: { commandTimeout: 100 } });
    const hearer = redisBus({ client, prefix: "p", leaseMs: LEASE_MS });
    const sender = redisBus({ client: cluster.connect(), prefix: "p", leaseMs: LEASE_MS });
    await hearer.open(told);
    for (let index = 0; index < 50; index += 1) {
      const published = await sender.publish({ tags: [String(index)] });
      await published.everywhere();
      expect(told.tags).toHaveLength(index + 1);
    }
    expect(told.losses).toEqual(["gap"]);
    await Promise.all([hearer.close(), sender.close()]);
  });

  it("a failover ends the generation, and the bus goes on with the new master", async () => {
    const told = new Recorder();
    const hearer = redisBus({ client: cluster.connect(), prefix: "q", leaseMs: LEASE_MS });
    const sender = redisBus({ client: cluster.connect(), prefix: "q", leaseMs: LEASE_MS });
    await hearer.open(told);
    await sender.publish({ tags: ["before"] });
    await until(() => told.isTrusting && told.tags.includes("before"));
    const master = await cluster.masterOf("{q}:any");
    await master.kill();
    await until(() => !told.isTrusting);
    await until(() => told.isTrusting);
    expect(told.losses).toEqual(["gap", "generation"]);
    await sender.publish({ tags: ["after"] });
    await until(() => told.tags.includes("after"));
    await Promise.all([hearer.close(), sender.close()]);
  });
});

describe("Behind Sentinels", () => {
  let sentinel: TestSentinel;
  beforeAll(async () => {
    sentinel = await startTestSentinel();
  });
  afterAll(() => sentinel.stop());

  it("a failover ends the generation, and the bus goes on with the new master", async () => {
    const told = new Recorder();
    const hearer = redisBus({ client: sentinel.connect(), prefix: "p", leaseMs: LEASE_MS });
    const sender = redisBus({ client: sentinel.connect(), prefix: "p", leaseMs: LEASE_MS });
    await hearer.open(told);
    await sender.publish({ tags: ["before"] });
    await until(() => told.isTrusting && told.tags.includes("before"));
    await sentinel.master.kill();
    await until(() => !told.isTrusting);
    await until(() => told.isTrusting);
    expect(told.losses).toEqual(["gap", "generation"]);
    await sender.publish({ tags: ["after"] });
    await until(() => told.tags.includes("after"));
    await Promise.all([hearer.close(), sender.close()]);
  });
});
