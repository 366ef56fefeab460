import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type ChaosProxy, startChaosProxy } from "../../../../test/support/chaos-proxy.ts";
import {
  startTestRedis,
  startTestRedisCluster,
  type TestRedis,
} from "../../../../test/support/redis.ts";
import { Connections } from "./clients.ts";
import { begin, fill, LONG_MS, load, readText, tagsOf } from "./loading.ts";

let server: TestRedis;
let proxy: ChaosProxy;
const connections = new Connections();
beforeAll(async () => {
  server = await startTestRedis({ isOwn: true });
  proxy = await startChaosProxy(server.port);
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});
afterEach(async () => {
  await connections.close();
  proxy.pass();
  await server.flush();
});

async function calls(command: string): Promise<number> {
  const text = await server.connect().info("commandstats");
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(text)?.[1] ?? 0);
}

test("a hundred reads of one turn share one MGET, and every epoch is read once", async () => {
  const tier = connections.tier(connections.client(server.port));
  const ids = Array.from({ length: 100 }, (_, id) => id);
  await Promise.all(ids.map((id) => load(tier, `n:${id}`, `value ${id}`, ["t"])));
  const before = await calls("mget");
  const monitor = await server.connect().monitor();
  const seen: string[][] = [];
  monitor.on("monitor", (_: string, words: string[]) => seen.push(words));
  const found = await Promise.all(ids.map((id) => readText(tier, `n:${id}`, ["t"])));
  expect(found).toEqual(ids.map((id) => `value ${id}`));
  expect((await calls("mget")) - before).toBe(1);
  monitor.disconnect();
  const words = seen.find(([name]) => name?.toUpperCase() === "MGET");
  // A hundred values and as many epochs of their own, of the namespace and of the tag.
  expect(words?.length).toBe(1 + 100 + 100 + 2);
});

test("reads of several callbacks share a trip while another is under way", async () => {
  const tier = connections.tier(connections.client(server.port));
  await load(tier, "n:1", "v");
  const before = await calls("mget");
  const reads = [readText(tier, "n:1")];
  await new Promise<void>((resolve) => {
    process.nextTick(() => {
      for (let index = 0; index < 5; index += 1)
        queueMicrotask(() => reads.push(readText(tier, "n:1")));
      setImmediate(resolve);
    });
  });
  await Promise.all(reads);
  expect((await calls("mget")) - before).toBe(2);
});

test("a thousand and one keys in one call come back in their order", async () => {
  const tier = connections.tier(connections.client(server.port));
  await load(tier, "n:0", "first");
  await load(tier, "n:1000", "last");
  const reads = Array.from({ length: 1_001 }, (_, id) => ({
    key: `n:${id}`,
    tags: tagsOf(`n:${id}`),
  }));
  const found = await tier.read(reads);
  expect(found.length).toBe(1_001);
  expect(found[0]?.payload.bytes.toString()).toBe("first");
  expect(found[1_000]?.payload.bytes.toString()).toBe("last");
  expect(found.filter((value) => value !== undefined).length).toBe(2);
});

test("tags that the readers of a batch did not expect cost one more trip for all of them", async () => {
  const tier = connections.tier(connections.client(server.port));
  for (let id = 0; id < 10; id += 1) await load(tier, `n:${id}`, "v", ["hidden"]);
  const before = await calls("mget");
  const read = () => Promise.all(Array.from({ length: 10 }, (_, id) => readText(tier, `n:${id}`)));
  expect(await read()).toEqual(Array(10).fill("v"));
  expect((await calls("mget")) - before).toBe(2);
  await tier.invalidate(["hidden"]);
  expect(await read()).toEqual(Array(10).fill(undefined));
});

test("bytes under a key that are no value are a miss, and are overwritten", async () => {
  const client = connections.client(server.port);
  const tier = connections.tier(client);
  for (const bytes of ["", "x", "\u0001", "\u0001".repeat(60), "{}"]) {
    await client.call("SET", "test:v1:{:n:1}", bytes);
    expect(await readText(tier, "n:1")).toBeUndefined();
    expect(await load(tier, "n:1", "v")).toBe("stored");
    expect(await readText(tier, "n:1")).toBe("v");
  }
});

test("an epoch outlives every value that depends on it, and is renewed by loads", async () => {
  const client = connections.client(server.port);
  const tier = connections.tier(client, { epochTtlMs: 10_000 });
  const ttl = async (): Promise<number> => Number(await client.call("PTTL", "{test}:e:t"));
  const begun = await begin(tier, "n:1", ["t"]);
  expect(await ttl()).toBeLessThanOrEqual(10_000);
  await fill(tier, "n:1", begun, "v", ["t"], { ttlMs: LONG_MS, graceMs: LONG_MS });
  expect(await ttl()).toBeGreaterThan(2 * LONG_MS - 10_000);
  await tier.invalidate(["t"]);
  expect(await ttl()).toBeGreaterThan(2 * LONG_MS - 10_000);
  await client.call("PEXPIRE", "{test}:e:t", "4000");
  await begin(tier, "n:2", ["t"]);
  expect(await ttl()).toBeGreaterThan(9_000);
});

test("an invalidation writes nothing for tags that nobody depends on", async () => {
  const client = connections.client(server.port);
  const tier = connections.tier(client);
  await load(tier, "n:1", "v", ["t"]);
  const before = await client.call("DBSIZE");
  await tier.invalidate(Array.from({ length: 1_200 }, (_, index) => `tag ${index}`));
  expect(await client.call("DBSIZE")).toBe(before);
  expect(await readText(tier, "n:1", ["t"])).toBe("v");
});

test("a fill that arrives long after an invalidation, held by a partition, does not land", async () => {
  const late = connections.tier(connections.client(proxy.port));
  const tier = connections.tier(connections.client(server.port));
  const begun = await begin(late, "n:1", ["t"]);
  proxy.stall();
  const outcome = fill(late, "n:1", begun, "old", ["t"]);
  await tier.invalidate(["t"]);
  proxy.pass();
  expect(await outcome).toBe("superseded");
  expect(await readText(tier, "n:1", ["t"])).toBeUndefined();
});

test("a silent server is given a bounded number of commands and bytes", async () => {
  const client = connections.client(proxy.port);
  const tier = connections.tier(client, { maxOutstanding: 20, maxOutstandingBytes: 10_000 });
  const begun = await begin(tier, "n:1");
  proxy.blackhole();
  const big = {
    payload: { format: "bytes", compression: "none", bytes: Buffer.alloc(6_000) },
  } as const;
  const fills = [1, 2].map(() => fill(tier, "n:1", begun, "", [], big));
  await expect(fills[1]).rejects.toMatchObject({ code: "SG_CACHE_REDIS_OVERLOADED" });
  const others = Array.from({ length: 40 }, (_, id) => begin(tier, `n:${id}`));
  const refused = await Promise.race(
    others.map((other) =>
      other.then(
        () => undefined,
        (error: unknown) => error,
      ),
    ),
  );
  expect(refused).toMatchObject({ code: "SG_CACHE_REDIS_OVERLOADED" });
  await expect(readText(tier, "n:1")).rejects.toMatchObject({ code: "SG_CACHE_REDIS_OVERLOADED" });
  client.disconnect();
  await Promise.allSettled([...fills, ...others]);
});

test("a call rejects with the client's own error", async () => {
  const tier = connections.tier(connections.client(proxy.port, { commandTimeout: 50 }));
  await load(tier, "n:1", "v");
  proxy.blackhole();
  await expect(readText(tier, "n:1")).rejects.toThrow("Command timed out");
  await expect(begin(tier, "n:1")).rejects.toThrow("Command timed out");
  await expect(tier.invalidate(["t"])).rejects.toThrow("Command timed out");
});

test("options that cannot be are refused with their names", () => {
  const client = connections.client(server.port);
  for (const [options, name] of [
    [{ prefix: "a{b}" }, "prefix"],
    [{ prefix: "" }, "prefix"],
    [{ name: "" }, "name"],
    [{ pollMs: 0 }, "pollMs"],
    [{ maxOutstanding: 1.5 }, "maxOutstanding"],
  ] as const) {
    expect(() => connections.tier(client, options)).toThrow(`with ${name} =`);
  }
  const prefixed = connections.client(server.port, { keyPrefix: "app:" });
  expect(() => connections.tier(prefixed)).toThrow("keyPrefix");
});

test("a stamp of another tier is refused", async () => {
  const tier = connections.tier(connections.client(server.port));
  const begun = { stamp: { tier: "postgres" }, claim: "free" } as const;
  await expect(fill(tier, "n:1", begun, "v")).rejects.toMatchObject({
    code: "SG_CACHE_REDIS_FOREIGN_STAMP",
  });
});

test("on a cluster, a lost node of values costs its own values and no more", async () => {
  const cluster = await startTestRedisCluster({ masters: 3 });
  try {
    const tier = connections.tier(connections.cluster(cluster.nodes.map(({ port }) => port)));
    const ids = Array.from({ length: 30 }, (_, id) => id);
    for (const id of ids) await load(tier, `n:${id}`, "v", ["t"]);
    const epochs = await cluster.masterOf("{test}:state");
    const other = cluster.nodes.find((node) => node !== epochs);
    if (other === undefined) throw new Error("there is but one node");
    await cluster.command(other, "FLUSHALL");
    const found = await Promise.all(ids.map((id) => readText(tier, `n:${id}`, ["t"])));
    const kept = found.filter((text) => text === "v").length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(ids.length);
    await tier.invalidate(["t"]);
    for (const id of ids) expect(await readText(tier, `n:${id}`, ["t"])).toBeUndefined();
    await cluster.command(epochs, "FLUSHALL");
    for (const id of ids) expect(await readText(tier, `n:${id}`, ["t"])).toBeUndefined();
    expect(await load(tier, "n:1", "new", ["t"])).toBe("stored");
  } finally {
    await connections.close();
    await cluster.stop();
  }
});
