import { Redis } from "ioredis";
import { Redis as Redis6 } from "ioredis-6";
import { Redis as Valkey } from "iovalkey";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startTestRedis, type TestRedis } from "../../../../test/support/redis.ts";
import { until } from "../../../../test/support/until.ts";
import type { Bus } from "../../src/bus/bus.ts";
import { redisBus } from "../../src/bus/redis/redis-bus.ts";
import type { RedisClient } from "../../src/redis/client.ts";
import { Recorder } from "./support/recorder.ts";

const LEASE_MS = 300;
let redis: TestRedis;
const buses: Bus[] = [];
let tests = 0;

beforeAll(async () => {
  redis = await startTestRedis({ isOwn: true });
});
afterEach(async () => {
  await Promise.all(buses.splice(0).map((bus) => bus.close()));
  tests += 1;
});
afterAll(() => redis.stop());

function makeBus(client: RedisClient = redis.connect()): Bus {
  const bus = redisBus({ client, prefix: `test${tests}`, leaseMs: LEASE_MS });
  buses.push(bus);
  return bus;
}

async function follow(client?: RedisClient): Promise<{ bus: Bus; told: Recorder }> {
  const bus = makeBus(client);
  const told = new Recorder();
  await bus.open(told);
  expect(told.losses).toEqual(["gap"]);
  told.clear();
  return { bus, told };
}

/** Until the roll is older than a lease, a wait for everybody cannot be short. */
async function untilRollIsOld(): Promise<void> {
  const client = redis.connect();
  await until(async () => {
    const since = await client.zscore(`{test${tests}}:leases`, "");
    const [seconds] = await client.time();
    return since !== null && Number(seconds) * 1000 + Number(since) > LEASE_MS;
  });
}

describe("A message on the bus over Redis", () => {
  it("is heard by all others, in order, and not by its own process", async () => {
    const [first, second, third] = [await follow(), await follow(), await follow()];
    for (let index = 0; index < 100; index += 1) {
      const { bus } = index % 2 === 0 ? first : second;
      await bus.publish({ tags: [String(index)] });
    }
    const numbers = Array.from({ length: 100 }, (_, index) => String(index));
    await until(() => third.told.tags.length === 100);
    expect(third.told.tags).toEqual(numbers);
    await until(() => first.told.tags.length === 50 && second.told.tags.length === 50);
    expect(first.told.tags).toEqual(numbers.filter((_, index) => index % 2 === 1));
    expect(second.told.tags).toEqual(numbers.filter((_, index) => index % 2 === 0));
    expect([first, second, third].flatMap(({ told }) => told.losses)).toEqual([]);
  });

  it("brings the ids that were added", async () => {
    const [sender, hearer] = [await follow(), await follow()];
    const message = { tags: ["@user"], added: { namespace: "user", ids: ["1", "ü"] } };
    await sender.bus.publish(message);
    await until(() => hearer.told.messages.length > 0);
    expect(hearer.told.messages).toEqual([message]);
  });

  it("may have ten thousand tags", async () => {
    const [sender, hearer] = [await follow(), await follow()];
    const tags = Array.from({ length: 10_000 }, (_, index) => `content:of:somebody:${index}`);
    await sender.bus.publish({ tags });
    await until(() => hearer.told.tags.length === tags.length);
    expect(hearer.told.tags).toEqual(tags);
  });

  it("may come from a process that does not follow", async () => {
    const { told } = await follow();
    await makeBus().publish({ tags: ["a"] });
    await until(() => told.tags.includes("a"));
  });

  it("that says nothing is not sent", async () => {
    const published = await makeBus().publish({ tags: [] });
    await published.everywhere();
    expect(await redis.connect().exists(`{test${tests}}:bus`)).toBe(0);
  });

  it("is refused with a code when Redis does not take it", async () => {
    const client = redis.connect({ retryStrategy: () => null, port: 1 });
    await expect(makeBus(client).publish({ tags: ["a"] })).rejects.toMatchObject({
      code: "SG_CACHE_BUS_PUBLISH",
    });
  });

  it("starts no loss when the server has forgotten its scripts", async () => {
    const [sender, hearer] = [await follow(), await follow()];
    await redis.connect().script("FLUSH");
    await sender.bus.publish({ tags: ["a"] });
    await until(() => hearer.told.tags.includes("a"));
    const { renewals } = hearer.told;
    await until(() => hearer.told.renewals > renewals + 2);
    expect(hearer.told.losses).toEqual([]);
  });
});

describe("Trust", () => {
  it("is renewed in a flood of messages too", async () => {
    const [sender, hearer] = [await follow(), await follow()];
    const { renewals } = hearer.told;
    let count = 0;
    while (hearer.told.renewals < renewals + 6) {
      const tags = Array.from({ length: 50 }, (_, index) => String(count + index));
      await Promise.all(tags.map((tag) => sender.bus.publish({ tags: [tag] })));
      count += tags.length;
    }
    await until(() => hearer.told.tags.length === count);
    expect(hearer.told.tags.map(Number)).toEqual(
      Array.from({ length: count }, (_, index) => index),
    );
    expect(hearer.told.losses).toEqual([]);
  });

  it("never reaches further than a lease from now", async () => {
    const { told } = await follow();
    const { renewals } = told;
    await until(() => told.renewals > renewals + 5);
    expect(told.trustedUntilMs - performance.now()).toBeLessThanOrEqual(LEASE_MS);
  });
});

describe("Everywhere", () => {
  it("resolves at once when nobody else follows", async () => {
    const { bus } = await follow();
    await untilRollIsOld();
    const published = await bus.publish({ tags: ["a"] });
    await published.everywhere();
  });

  it("resolves when all others have heard, long before a lease is over", async () => {
    const [sender, one, two] = [await follow(), await follow(), await follow()];
    await untilRollIsOld();
    const tookMs: number[] = [];
    for (let index = 0; index < 20; index += 1) {
      const published = await sender.bus.publish({ tags: [String(index)] });
      const startedMs = performance.now();
      await published.everywhere();
      tookMs.push(performance.now() - startedMs);
      expect([one.told.tags.at(-1), two.told.tags.at(-1)]).toEqual([String(index), String(index)]);
    }
    expect(Math.min(...tookMs)).toBeLessThan(LEASE_MS / 4);
  });

  it("serves many who wait at the same time", async () => {
    const [sender, other, hearer] = [await follow(), await follow(), await follow()];
    await untilRollIsOld();
    await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const { bus } = index % 2 === 0 ? sender : other;
        const published = await bus.publish({ tags: [`x${index}`] });
        await published.everywhere();
        expect(hearer.told.tags).toContain(`x${index}`);
      }),
    );
  });

  it("waits a lease where the roll is young or was lost, as somebody may be missing from it", async () => {
    const [sender, hearer] = [await follow(), await follow()];
    await untilRollIsOld();
    await redis.connect().del(`{test${tests}}:leases`);
    const published = await sender.bus.publish({ tags: ["a"] });
    const startedMs = performance.now();
    await published.everywhere();
    expect(performance.now() - startedMs).toBeGreaterThan(LEASE_MS / 2);
    expect(hearer.told.tags).toEqual(["a"]);
  });

  it("resolves though Redis died after the message", async () => {
    const own = await startTestRedis({ isOwn: true });
    const bus = makeBus(own.connect());
    const published = await bus.publish({ tags: ["a"] });
    await own.kill();
    await published.everywhere();
    await own.stop();
  });
});

describe("A closed bus", () => {
  it("holds nobody up, says nothing more and takes nothing more", async () => {
    const [sender, gone] = [await follow(), await follow()];
    await untilRollIsOld();
    await Promise.all([gone.bus.close(), gone.bus.close()]);
    expect(await redis.connect().zcard(`{test${tests}}:leases`)).toBe(2);
    const { renewals } = gone.told;
    const published = await sender.bus.publish({ tags: ["a"] });
    await published.everywhere();
    expect([gone.told.tags, gone.told.renewals]).toEqual([[], renewals]);
    await expect(gone.bus.publish({ tags: ["b"] })).rejects.toMatchObject({
      code: "SG_CACHE_BUS_CLOSED",
    });
    await expect(gone.bus.open(gone.told)).rejects.toMatchObject({ code: "SG_CACHE_BUS_CLOSED" });
  });

  it("has given its connection back", async () => {
    const client = redis.connect();
    const connections = async () =>
      String(await client.client("LIST"))
        .trim()
        .split("\n").length;
    const before = await connections();
    const { bus } = await follow(client);
    expect(await connections()).toBe(before + 1);
    await bus.close();
    await until(async () => (await connections()) === before);
    expect(client.status).toBe("ready");
  });

  it.each(["dead", "silent"])("closes while Redis is %s", async (state) => {
    const own = await startTestRedis({ isOwn: true });
    const { bus } = await follow(own.connect());
    if (state === "dead") await own.kill();
    else own.pause();
    await bus.close();
    await own.stop();
  });
});

describe("A bus that is opened while Redis is away", () => {
  it("resolves all the same and follows as soon as Redis is back", async () => {
    const own = await startTestRedis({ isOwn: true });
    await own.kill();
    const told = new Recorder();
    await makeBus(own.connect()).open(told);
    expect(told.renewals).toBe(0);
    await own.restart();
    await until(() => told.isTrusting);
    expect(told.losses).toEqual(["gap"]);
    await own.stop();
  });
});

describe("The options", () => {
  it.each([
    ["leaseMs", 5],
    ["leaseMs", 1.5],
    ["streamLength", 3],
    ["prefix", "{a}"],
    ["prefix", ""],
  ])("refuse %s = %s and name it", (name, value) => {
    const client = redis.connect({ lazyConnect: true });
    expect(() => redisBus({ client, prefix: "p", [name]: value })).toThrow(`${name} = ${value}`);
  });
});

describe.each([
  ["ioredis 5", () => new Redis(redis.port)],
  ["ioredis 6", () => new Redis6(redis.port)],
  ["ioredis 6 in RESP3", () => new Redis6({ port: redis.port, protocol: 3 })],
  ["iovalkey", () => new Valkey(redis.port)],
  [
    "a client with options of its owner",
    () =>
      new Redis(redis.port, {
        lazyConnect: true,
        enableOfflineQueue: true,
        commandTimeout: 50,
        keyPrefix: "mine:",
        maxRetriesPerRequest: null,
        db: 3,
      }),
  ],
])("Over %s", (_, connect) => {
  it("messages are heard, trust is renewed, and everybody is waited for", async () => {
    const clients = [connect(), connect()] as const;
    const [sender, hearer] = [await follow(clients[0]), await follow(clients[1])];
    const published = await sender.bus.publish({ tags: ["a", "b"] });
    await published.everywhere();
    expect(hearer.told.tags).toEqual(["a", "b"]);
    const { renewals } = hearer.told;
    await until(() => hearer.told.renewals > renewals + 5);
    expect(hearer.told.losses).toEqual([]);
    await Promise.all([sender.bus.close(), hearer.bus.close()]);
    for (const client of clients) client.disconnect();
  });
});
