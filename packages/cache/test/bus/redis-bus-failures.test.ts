import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ChaosProxy, startChaosProxy } from "../../../../test/support/chaos-proxy.ts";
import { startTestRedis, type TestRedis } from "../../../../test/support/redis.ts";
import { until } from "../../../../test/support/until.ts";
import type { Bus } from "../../src/bus/bus.ts";
import { redisBus } from "../../src/bus/redis/redis-bus.ts";
import { Recorder } from "./support/recorder.ts";

const LEASE_MS = 400;
const STREAM = "{p}:bus";
let redis: TestRedis;
let proxy: ChaosProxy;
let sender: Bus;
let hearer: Bus;
let told: Recorder;

/** One follower behind a proxy; the sender has a connection of its own and does not follow. */
beforeEach(async () => {
  redis = await startTestRedis({ isOwn: true });
  proxy = await startChaosProxy(redis.port);
  const client = redis.connect({ port: proxy.port });
  sender = redisBus({ client: redis.connect(), prefix: "p", leaseMs: LEASE_MS, streamLength: 100 });
  hearer = redisBus({ client, prefix: "p", leaseMs: LEASE_MS, streamLength: 100 });
  told = new Recorder();
  await hearer.open(told);
  await until(() => told.isTrusting);
  told.clear();
});

afterEach(async () => {
  await Promise.all([sender.close(), hearer.close()]);
  await proxy.stop();
  await redis.stop();
});

async function untilRenewed(): Promise<void> {
  const { renewals } = told;
  await until(() => told.renewals > renewals + 1 && told.isTrusting);
}

async function publish(...tags: readonly string[]): Promise<void> {
  for (const tag of tags) await sender.publish({ tags: [tag] });
}

describe("A follower whose connection was lost", () => {
  it("catches up from the stream and forgets nothing", async () => {
    await publish("a");
    await until(() => told.tags.length === 1);
    await redis.connect().client("KILL", "TYPE", "normal");
    await publish("b");
    proxy.cut();
    await publish("c", "d");
    await until(() => told.tags.length === 4);
    await untilRenewed();
    expect([told.tags, told.losses]).toEqual([["a", "b", "c", "d"], []]);
  });

  it("is not trusted while it is cut off, and is again once it has caught up", async () => {
    await proxy.refuse();
    await until(() => !told.isTrusting);
    await publish("a", "b");
    proxy.pass();
    await until(() => told.isTrusting);
    expect([told.tags, told.losses]).toEqual([["a", "b"], []]);
  });

  it("is not trusted behind a silent connection, and leaves it for a new one", async () => {
    proxy.blackhole();
    await until(() => !told.isTrusting);
    const published = await sender.publish({ tags: ["a"] });
    await published.everywhere();
    expect([told.tags, told.isTrusting]).toEqual([[], false]);
    proxy.pass();
    await until(() => told.isTrusting);
    expect([told.tags, told.losses]).toEqual([["a"], []]);
  });

  it("is not trusted while a server is stopped, and catches up when it goes on", async () => {
    redis.pause();
    await until(() => !told.isTrusting);
    redis.resume();
    await publish("a");
    await until(() => told.isTrusting && told.tags.includes("a"));
    expect(told.losses).toEqual([]);
  });

  it("counts its lease from the question, however late the answer", async () => {
    proxy.delay(70);
    await untilRenewed();
    told.clear();
    await untilRenewed();
    expect(told.longestTrustMs).toBeLessThanOrEqual(LEASE_MS - 2 * 70);
    proxy.pass();
  });

  it("is told of a gap when the stream does not reach back to it", async () => {
    await proxy.refuse();
    for (let index = 0; index < 500; index += 1) await publish(String(index));
    proxy.pass();
    await until(() => told.isTrusting && told.losses.length > 0);
    expect([told.losses, told.tags]).toEqual([["gap"], []]);
    await publish("after");
    await until(() => told.tags.includes("after"));
  });
});

describe("A follower whose server forgot", () => {
  it("everything, by FLUSHALL, is told that the generation ended", async () => {
    await publish("a", "b", "c");
    await until(() => told.tags.length === 3);
    await redis.flush();
    await untilRenewed();
    expect(told.losses).toEqual(["generation"]);
    await publish("d");
    await until(() => told.tags.includes("d"));
  });

  it("everything, and has counted further since, is told so too", async () => {
    await publish("a", "b");
    await until(() => told.tags.length === 2);
    proxy.cut();
    await proxy.refuse();
    await redis.flush();
    await publish("c", "d", "e", "f");
    proxy.pass();
    await until(() => told.isTrusting && told.losses.length > 0);
    expect([told.tags, told.losses]).toEqual([["a", "b"], ["generation"]]);
  });

  it("everything, by a restart, is told that the generation ended", async () => {
    await publish("a");
    await redis.kill();
    await until(() => !told.isTrusting);
    await redis.restart();
    await untilRenewed();
    expect(told.losses).toEqual(["generation"]);
  });

  it("the last messages, by a failover, is told that the generation ended", async () => {
    await publish("a", "b");
    const replica = await startTestRedis({ replicaOf: redis });
    await replica.connect().call("REPLICAOF", "NO", "ONE");
    await publish("lost");
    await until(() => told.tags.includes("lost"));
    await redis.kill();
    proxy.retarget(replica.port);
    proxy.cut();
    const late = redisBus({ client: replica.connect(), prefix: "p", leaseMs: LEASE_MS });
    await late.publish({ tags: ["instead of lost"] });
    await late.publish({ tags: ["next"] });
    await until(() => told.losses.length > 0 && told.isTrusting);
    expect(told.losses).toEqual(["generation"]);
    await late.publish({ tags: ["after"] });
    await until(() => told.tags.includes("after"));
    expect(told.tags).toEqual(["a", "b", "lost", "after"]);
    await late.close();
    await hearer.close();
    await replica.stop();
  });

  it("its stream only, hears on when nothing was missed and is told of a gap otherwise", async () => {
    await publish("a");
    await until(() => told.tags.includes("a"));
    await redis.connect().del(STREAM);
    await publish("b");
    await until(() => told.tags.includes("b"));
    expect(told.losses).toEqual([]);
    await proxy.refuse();
    await publish("missed");
    await redis.connect().del(STREAM);
    await publish("c");
    proxy.pass();
    await until(() => told.losses.length > 0);
    await publish("d");
    await until(() => told.tags.includes("d"));
    expect([told.tags, told.losses]).toEqual([["a", "b", "d"], ["gap"]]);
  });
});

describe("A stream that somebody else wrote to", () => {
  it.each([
    ["an entry with a foreign id", ["XADD", STREAM, "*", "p", "x", "m", "y"]],
    ["an entry that cannot be read", ["XADD", STREAM, "1-0", "p", "x", "m", "{"]],
    ["an entry of other fields", ["XADD", STREAM, "1-0", "some", "thing"]],
  ])("costs the memory by %s, and then works again", async (_, command) => {
    const [name = "", ...words] = command;
    await redis.connect().call(name, ...words);
    await until(() => told.losses.length > 0);
    await publish("a", "b");
    await until(() => told.tags.includes("b") && told.isTrusting);
    expect(told.losses.every((reason) => reason === "gap")).toBe(true);
  });

  it("gives way when it is no stream at all", async () => {
    await redis.connect().set(STREAM, "mine");
    await publish("a");
    await until(() => told.tags.includes("a"));
    await untilRenewed();
    expect(told.losses).toEqual([]);
  });
});

describe("A server that refuses to write", () => {
  it("for want of memory gives no trust until it has some", async () => {
    const client = redis.connect();
    await client.config("SET", "maxmemory", "1");
    await expect(sender.publish({ tags: ["a"] })).rejects.toMatchObject({
      code: "SG_CACHE_BUS_PUBLISH",
    });
    await until(() => !told.isTrusting);
    await client.config("SET", "maxmemory", "0");
    await publish("b");
    await until(() => told.isTrusting && told.tags.includes("b"));
    expect(told.losses).toEqual([]);
  });

  it("as a replica gives no trust until it is a master again", async () => {
    const client = redis.connect();
    await client.call("REPLICAOF", "127.0.0.1", "1");
    await expect(sender.publish({ tags: ["a"] })).rejects.toMatchObject({
      code: "SG_CACHE_BUS_PUBLISH",
    });
    await until(() => !told.isTrusting);
    await client.call("REPLICAOF", "NO", "ONE");
    await publish("b");
    await until(() => told.isTrusting && told.tags.includes("b"));
  });
});
