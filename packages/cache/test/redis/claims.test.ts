import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type ChaosProxy, startChaosProxy } from "../../../../test/support/chaos-proxy.ts";
import { startTestRedis, type TestRedis } from "../../../../test/support/redis.ts";
import { until } from "../../../../test/support/until.ts";
import { CLIENT_LIBRARIES, Connections } from "./clients.ts";
import { begin, fill, LONG_MS, load, readText } from "./loading.ts";

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

const NEVER_POLL = { pollMs: LONG_MS } as const;

async function untilListed(key: string, processes: number): Promise<void> {
  const client = server.connect();
  await until(async () => (await client.scard(`test:w1:{:${key}}`)) === processes);
}

test.each(CLIENT_LIBRARIES.map(({ name }, library) => ({ name, library })))(
  "waiters of several processes over $name are woken by a fill, without a look of their own",
  async ({ library }) => {
    const tiers = [0, 1, 2].map(() =>
      connections.tier(connections.client(server.port, {}, library), NEVER_POLL),
    );
    const [holder, ...others] = tiers;
    if (holder === undefined) throw new Error("no holder");
    const begun = await begin(holder, "n:1", [], { token: "a", ttlMs: LONG_MS });
    const waits = others.map((tier) => tier.claims?.awaitFill("n:1", LONG_MS));
    await untilListed("n:1", others.length);
    await fill(holder, "n:1", begun, "v", [], { claimToken: "a" });
    await Promise.all(waits);
    for (const tier of others) expect(await readText(tier, "n:1")).toBe("v");
    expect(await server.connect().exists("test:w1:{:n:1}")).toBe(0);
  },
);

test("a fill that is refused wakes those who wait too", async () => {
  const holder = connections.tier(connections.client(server.port), NEVER_POLL);
  const other = connections.tier(connections.client(server.port), NEVER_POLL);
  const begun = await begin(holder, "n:1", ["t"], { token: "a", ttlMs: LONG_MS });
  const wait = other.claims.awaitFill("n:1", LONG_MS);
  await untilListed("n:1", 1);
  await other.invalidate(["t"]);
  expect(await fill(holder, "n:1", begun, "old", ["t"], { claimToken: "a" })).toBe("superseded");
  await wait;
});

test("a fill without a claim wakes those who wait for the one with it", async () => {
  const holder = connections.tier(connections.client(server.port), NEVER_POLL);
  await begin(holder, "n:1", [], { token: "a", ttlMs: LONG_MS });
  const wait = holder.claims.awaitFill("n:1", LONG_MS);
  await untilListed("n:1", 1);
  expect(await load(holder, "n:1", "v")).toBe("stored");
  await wait;
});

test("when the holder is gone, who waits goes on as soon as its claim lapses, and is the one to load", async () => {
  const holder = connections.tier(connections.client(proxy.port), NEVER_POLL);
  const waiter = connections.tier(connections.client(server.port), NEVER_POLL);
  const late = await begin(holder, "n:1", [], { token: "a", ttlMs: 300 });
  proxy.stall();
  const outcome = fill(holder, "n:1", late, "late", [], { claimToken: "a", ageMs: 10 });
  expect((await begin(waiter, "n:1", [], { token: "b", ttlMs: LONG_MS })).claim).toBe("taken");
  await waiter.claims.awaitFill("n:1", LONG_MS);
  const begun = await begin(waiter, "n:1", [], { token: "b", ttlMs: LONG_MS });
  expect(begun.claim).toBe("mine");
  proxy.pass();
  expect(await outcome).toBe("fenced");
  expect(await fill(waiter, "n:1", begun, "v", [], { claimToken: "b" })).toBe("stored");
  expect(await readText(holder, "n:1")).toBe("v");
});

test("a lapsed claim that nobody else took does not cost its load", async () => {
  const tier = connections.tier(connections.client(server.port));
  const begun = await begin(tier, "n:1", [], { token: "a", ttlMs: 1 });
  const client = server.connect();
  await until(async () => (await client.exists("test:c1:{:n:1}")) === 0);
  expect(await fill(tier, "n:1", begun, "v", [], { claimToken: "a" })).toBe("stored");
});

test("a wake-up that is lost costs a look, not the whole wait", async () => {
  const holder = connections.tier(connections.client(server.port));
  const waiter = connections.tier(connections.client(server.port), { pollMs: 50 });
  const begun = await begin(holder, "n:1", [], { token: "a", ttlMs: LONG_MS });
  const wait = waiter.claims.awaitFill("n:1", LONG_MS);
  await untilListed("n:1", 1);
  const admin = server.connect();
  await admin.call("CLIENT", "KILL", "TYPE", "pubsub");
  await fill(holder, "n:1", begun, "v", [], { claimToken: "a" });
  await wait;
});

test("who waits for a load that nobody makes goes on at once", async () => {
  const tier = connections.tier(connections.client(server.port), NEVER_POLL);
  await tier.claims.awaitFill("n:1", LONG_MS);
});

test("tokens are told apart whatever is in them", async () => {
  const tier = connections.tier(connections.client(server.port));
  const tokens = ["a", "a b", "a 1 b", "", "ž {}", "a\nb"].filter((token) => token !== "");
  for (const [index, token] of tokens.entries()) {
    const key = `n:${index}`;
    expect((await begin(tier, key, [], { token, ttlMs: LONG_MS })).claim).toBe("mine");
    for (const other of tokens) {
      expect(await tier.claims.renew(key, other, LONG_MS)).toBe(other === token);
    }
  }
});

test("the holder may ask again, as a client does that was not answered", async () => {
  const tier = connections.tier(connections.client(server.port));
  const first = await begin(tier, "n:1", [], { token: "a", ttlMs: LONG_MS });
  expect((await begin(tier, "n:1", [], { token: "a", ttlMs: LONG_MS })).claim).toBe("mine");
  expect(await fill(tier, "n:1", first, "v", [], { claimToken: "a" })).toBe("stored");
});

test("closing lets those go who wait and gives the connection back", async () => {
  const tier = connections.tier(connections.client(server.port), NEVER_POLL);
  await begin(tier, "n:1", [], { token: "a", ttlMs: LONG_MS });
  const wait = tier.claims.awaitFill("n:1", LONG_MS);
  await untilListed("n:1", 1);
  await tier.close();
  await wait;
  const admin = server.connect();
  await until(async () => !String(await admin.call("CLIENT", "LIST")).includes("cmd=subscribe"));
});
