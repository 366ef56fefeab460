import { afterEach, expect, test } from "vitest";
import { startChaosProxy } from "../../../../test/support/chaos-proxy.ts";
import {
  startTestRedis,
  startTestRedisCluster,
  startTestSentinel,
  type TestRedis,
} from "../../../../test/support/redis.ts";
import { until } from "../../../../test/support/until.ts";
import { Connections } from "./clients.ts";
import { begin, fill, load, readText } from "./loading.ts";

const open: { stop(): Promise<void> }[] = [];
function closeLater<T extends { stop(): Promise<void> }>(thing: T): T {
  open.push(thing);
  return thing;
}
const connections = new Connections();
afterEach(async () => {
  await connections.close();
  for (const thing of open.splice(0).reverse()) await thing.stop();
});

/** A server, a proxy in front of it, and a replica that lost touch with it after `prepare`. */
async function severedPair(prepare: (port: number) => Promise<void>) {
  const master = closeLater(await startTestRedis({ isOwn: true }));
  const replica = closeLater(await startTestRedis({ replicaOf: master }));
  const proxy = closeLater(await startChaosProxy(master.port));
  await prepare(proxy.port);
  await master.connect().wait(1, 5_000);
  await replica.connect().replicaof("NO", "ONE");
  return { master, replica, proxy };
}

test("FLUSHALL moves the generation, and a fill that began before it does not land", async () => {
  const server = closeLater(await startTestRedis());
  const tier = connections.tier(connections.client(server.port), { verifiedForMs: 600_000 });
  await load(tier, "n:1", "old");
  const begun = await begin(tier, "n:2");
  await server.flush();
  expect(await readText(tier, "n:1")).toBeUndefined();
  expect(await fill(tier, "n:2", begun, "old")).toBe("superseded");
  expect(await load(tier, "n:1", "new")).toBe("stored");
  expect(await readText(tier, "n:1")).toBe("new");
  expect(await readText(tier, "n:2")).toBeUndefined();
});

test("a restart without persistence leaves nothing valid", async () => {
  const server = closeLater(await startTestRedis({ isOwn: true }));
  const tier = connections.tier(connections.client(server.port));
  const begun = await begin(tier, "n:2");
  await load(tier, "n:1", "old");
  await server.restart();
  expect(await readText(tier, "n:1")).toBeUndefined();
  expect(await fill(tier, "n:2", begun, "old")).toBe("superseded");
  expect(await load(tier, "n:1", "new")).toBe("stored");
});

test("a restart from an old snapshot brings nothing back", async () => {
  const server = closeLater(
    await startTestRedis({ isOwn: true, settings: { dbfilename: "snapshot.rdb" } }),
  );
  const admin = server.connect({ maxRetriesPerRequest: null });
  const tier = connections.tier(connections.client(server.port));
  await load(tier, "n:1", "old", ["t"]);
  await admin.call("SAVE");
  await tier.invalidate(["t"]);
  await server.restart();
  expect(await admin.exists("{test}:state")).toBe(1);
  expect(await readText(tier, "n:1", ["t"])).toBeUndefined();
});

test("a failover to a replica that lacks the last invalidation is no way back for the old value", async () => {
  const { replica, proxy } = await severedPair(async (port) => {
    await load(connections.tier(connections.client(port)), "n:1", "old", ["t"]);
  });
  const one = connections.tier(connections.client(proxy.port), { verifiedForMs: 600_000 });
  const two = connections.tier(connections.client(proxy.port), { verifiedForMs: 600_000 });
  expect(await readText(two, "n:1", ["t"])).toBe("old");
  await one.invalidate(["t"]);
  expect(await readText(two, "n:1", ["t"])).toBeUndefined();
  proxy.retarget(replica.port);
  proxy.cut();
  for (const tier of [one, two, one]) expect(await readText(tier, "n:1", ["t"])).toBeUndefined();
  expect(await load(one, "n:1", "new", ["t"])).toBe("stored");
  expect(await readText(two, "n:1", ["t"])).toBe("new");
});

test("an answer to a read that the client sent again to the new server is discarded", async () => {
  const { replica, proxy } = await severedPair(async (port) => {
    await load(connections.tier(connections.client(port)), "n:1", "old", ["t"]);
  });
  const tier = connections.tier(connections.client(proxy.port), { verifiedForMs: 600_000 });
  await tier.invalidate(["t"]);
  expect(await readText(tier, "n:1", ["t"])).toBeUndefined();
  proxy.stall();
  const read = readText(tier, "n:1", ["t"]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  proxy.retarget(replica.port);
  proxy.cut();
  proxy.pass();
  expect(await read).toBeUndefined();
});

test("a load that began before a failover does not land after it", async () => {
  const { replica, proxy } = await severedPair(async (port) => {
    await load(connections.tier(connections.client(port)), "n:1", "old", ["t"]);
  });
  const tier = connections.tier(connections.client(proxy.port), { verifiedForMs: 600_000 });
  const begun = await begin(tier, "n:1", ["t"]);
  await tier.invalidate(["t"]);
  proxy.retarget(replica.port);
  proxy.cut();
  expect(await fill(tier, "n:1", begun, "old", ["t"])).toBe("superseded");
  expect(await readText(tier, "n:1", ["t"])).toBeUndefined();
});

test("a demoted server that keeps its connections open is found out when the verification lapses", async () => {
  const { master, replica, proxy } = await severedPair(async (port) => {
    await load(connections.tier(connections.client(port)), "n:1", "old", ["t"]);
  });
  const left = connections.tier(connections.client(proxy.port), { verifiedForMs: 200 });
  expect(await readText(left, "n:1", ["t"])).toBe("old");
  await master.connect().replicaof("127.0.0.1", String(replica.port));
  await connections.tier(connections.client(replica.port)).invalidate(["t"]);
  await until(() =>
    left.read([{ key: "n:1", tags: ["#n:1", "@n", "t"] }]).then(
      () => false,
      (error: unknown) => String(error).includes("READONLY"),
    ),
  );
});

test("Sentinels fail over: what was loaded before is forgotten, and loading goes on", async () => {
  const sentinel = closeLater(await startTestSentinel());
  const tier = connections.tier(sentinel.connect({ maxRetriesPerRequest: null }));
  await load(tier, "n:1", "old");
  expect(await readText(tier, "n:1")).toBe("old");
  await sentinel.master.connect().wait(1, 5_000);
  await sentinel.master.kill();
  await until(async () => (await sentinel.masterPort()) === sentinel.replica.port);
  expect(await readText(tier, "n:1")).toBeUndefined();
  await until(async () => (await load(tier, "n:1", "new")) === "stored");
  expect(await readText(tier, "n:1")).toBe("new");
});

test("on a cluster, a slot that moves without a word to a node that lacks an invalidation is noticed", async () => {
  const cluster = closeLater(await startTestRedisCluster({ masters: 3, replicas: 1 }));
  const ports = cluster.nodes.map(({ port }) => port);
  const tier = connections.tier(connections.cluster(ports), { verifiedForMs: 600_000 });
  await load(tier, "n:1", "old", ["t"]);
  expect(await readText(tier, "n:1", ["t"])).toBe("old");
  const master = await cluster.masterOf("{test}:state");
  const id = String(await cluster.command(master, "CLUSTER", "MYID"));
  const replicas = await Promise.all(
    cluster.nodes.map(async (node) => {
      const self = String(await cluster.command(node, "CLUSTER", "NODES"));
      return self
        .split("\n")
        .some((line) => line.includes("myself") && line.includes(`slave ${id}`));
    }),
  );
  const replica = cluster.nodes[replicas.indexOf(true)];
  if (replica === undefined) throw new Error("the master has no replica");
  replica.pause();
  await cluster.command(master, "CLIENT", "KILL", "TYPE", "replica");
  await tier.invalidate(["t"]);
  master.pause();
  replica.resume();
  await cluster.command(replica, "CLUSTER", "FAILOVER", "TAKEOVER");
  master.resume();
  await until(async () => (await cluster.masterOf("{test}:state")) === replica);
  expect(await cluster.command(replica, "GET", "{test}:e:t")).not.toBeNull();
  for (let round = 0; round < 20; round += 1) {
    expect(await readText(tier, "n:1", ["t"]).catch(() => undefined)).toBeUndefined();
  }
  await until(() =>
    load(tier, "n:1", "new", ["t"]).then(
      (outcome) => outcome === "stored",
      () => false,
    ),
  );
  expect(await readText(tier, "n:1", ["t"])).toBe("new");
});

test("scripts that the server forgot are sent again", async () => {
  const server = closeLater(await startTestRedis());
  const tier = connections.tier(connections.client(server.port));
  await load(tier, "n:1", "v");
  await server.connect().script("FLUSH");
  expect(await load(tier, "n:1", "w")).toBe("stored");
  await server.connect().script("FLUSH");
  await tier.invalidate(["@n"]);
  expect(await readText(tier, "n:1")).toBeUndefined();
});

test("a lost state hash moves the generation even while the verification lasts", async () => {
  const server = closeLater(await startTestRedis());
  const tier = connections.tier(connections.client(server.port), { verifiedForMs: 600_000 });
  await load(tier, "n:1", "old", ["t"]);
  await server.connect().del("{test}:state");
  await tier.invalidate(["t"]);
  expect(await readText(tier, "n:1", ["t"])).toBeUndefined();
  expect(await load(tier, "n:1", "new", ["t"])).toBe("stored");
});

test.each(["allkeys-random", "allkeys-lru", "volatile-ttl"])(
  "while Redis evicts by %s no read is older than what was acknowledged",
  async (policy) => {
    const server = closeLater(
      await startTestRedis({ settings: { maxmemory: "4mb", "maxmemory-policy": policy } }),
    );
    const tier = connections.tier(connections.client(server.port));
    const versions = new Map<string, number>();
    let hits = 0;
    for (let round = 0; round < 3_000; round += 1) {
      const key = `n:${(round * 7) % 40}`;
      const version = versions.get(key) ?? 0;
      await load(tier, key, `${version} ${"x".repeat(2_000)}`, [`t${key}`]).catch(() => undefined);
      await load(tier, `filler:${round}`, "x".repeat(2_000)).catch(() => undefined);
      if (round % 3 === 0) {
        versions.set(key, version + 1);
        await tier.invalidate([`t${key}`]);
      }
      const old = `n:${(round * 11) % 40}`;
      const found = await readText(tier, old, [`t${old}`]);
      if (found !== undefined) {
        hits += 1;
        expect(Number.parseInt(found, 10)).toBe(versions.get(old) ?? 0);
      }
    }
    expect(hits).toBeGreaterThan(0);
    expect(await evictedKeys(server)).toBeGreaterThan(100);
  },
);

async function evictedKeys(server: TestRedis): Promise<number> {
  const text = await server.connect().info("stats");
  return Number(/evicted_keys:(\d+)/.exec(text)?.[1]);
}

test("a server that is full and evicts nothing refuses fills, gives their claims up, and still invalidates", async () => {
  const server = closeLater(
    await startTestRedis({ settings: { "maxmemory-policy": "noeviction" } }),
  );
  const tier = connections.tier(connections.client(server.port));
  await load(tier, "n:1", "old", ["t"]);
  const begun = await begin(tier, "n:2", [], { token: "a", ttlMs: 60_000 });
  const admin = server.connect();
  await admin.config("SET", "maxmemory", "1");
  await expect(fill(tier, "n:2", begun, "v", [], { claimToken: "a" })).rejects.toThrow("OOM");
  await tier.invalidate(["t"]);
  expect(await readText(tier, "n:1", ["t"])).toBeUndefined();
  await admin.config("SET", "maxmemory", "0");
  expect((await begin(tier, "n:2", [], { token: "b", ttlMs: 60_000 })).claim).toBe("mine");
});
