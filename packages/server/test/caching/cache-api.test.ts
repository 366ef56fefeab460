import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Principal } from "@streamgate/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import { startTestPlatform, type TestPlatform } from "../support/platform.ts";

const TOKEN = "token-of-the-cache-tests";
const PROGRAM = fileURLToPath(new URL("./cached-service-process.ts", import.meta.url));
const READER: Principal = { kind: "token", name: "wall", scopes: ["read"], expiresAt: null };

interface CachedService {
  readonly child: ChildProcess;
  readonly url: string;
  readonly agentUrl: string;
}

let postgres: TestPostgres;
let services: readonly CachedService[];
let server: TestPlatform;

beforeAll(async () => {
  [postgres, ...services] = await Promise.all([
    startTestPostgres({ hasStatementCounters: false }),
    startService("shop-1"),
    startService("shop-2"),
  ]);
  server = await startTestPlatform(postgres.url(), {
    targets: services.map(({ agentUrl }) => ({ url: agentUrl, token: TOKEN })),
  });
  await until(() => shops().length === 2);
});

afterAll(async () => {
  await server?.stop();
  for (const { child } of services ?? []) child.kill("SIGKILL");
  await postgres?.stop();
});

async function startService(instance: string): Promise<CachedService> {
  const child = fork(PROGRAM, [TOKEN, instance], {
    execArgv: ["--conditions=source", "--import", "tsx"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const [{ url, agentUrl }] = (await once(child, "message")) as [{ url: string; agentUrl: string }];
  return { child, url, agentUrl };
}

function shops(): readonly string[] {
  return server.platform
    .processes()
    .filter(({ service }) => service === "shop")
    .map(({ instance }) => instance);
}

interface Said {
  readonly version: number;
  readonly warmed?: { readonly version: number };
}

async function ask(path: string): Promise<readonly Said[]> {
  return Promise.all(
    services.map(async ({ url }) => (await (await fetch(`${url}${path}`)).json()) as Said),
  );
}

test("a namespace is shown with what it did over the range, in all processes together", async () => {
  await ask("/read");
  const query = { service: "shop", from: "-5m" };
  await until(async () => {
    const { namespaces } = await server.call("getCacheStatistics", { query });
    // A report that was taken while they loaded has counted the loads, and not yet their time.
    const [{ loads, loadMean } = { loads: null, loadMean: null }] = namespaces;
    return (loads?.value ?? 0) >= 6 && (loadMean?.value ?? 0) > 0;
  });
  const view = await server.call("getCacheStatistics", {
    query: { ...query, compare: "previous" },
  });
  const [user] = view.namespaces;
  expect(user).toMatchObject({
    service: "shop",
    namespace: "user",
    entries: { value: 6, rung: "measured" },
    loads: { value: 6, compared: null },
    timeSaved: { unit: "ms", rung: "estimated" },
    hitRatio: { objective: { kind: "at least", value: 0.98, isMet: true } },
  });
  expect(user?.hitRatio.value).toBeGreaterThan(0.98);
  expect(user?.timeSaved.value).toBeGreaterThan(1_000);
  expect(user?.loadMean.value).toBeGreaterThanOrEqual(4);
  expect(user?.tiers).toMatchObject([{ tier: "memory", state: "closed" }]);
  expect(view.sources.every(({ kind }) => kind === "agent")).toBe(true);
});

test("the hottest keys are shown whole to those who may act, and hidden from those who look", async () => {
  const query = { service: "shop" };
  await until(async () => {
    await ask("/read");
    return (await server.call("getCacheStatistics", { query })).hotKeys.length > 0;
  });
  const shown = await server.call("getCacheStatistics", { query });
  expect(shown.hotKeys[0]).toMatchObject({ service: "shop", namespace: "user", key: "1" });
  const hidden = await server.call("getCacheStatistics", { query, principal: READER });
  expect(hidden.hotKeys.map(({ key }) => key)).not.toContain("1");
  expect(hidden.hotKeys[0]?.key).toMatch(/…[0-9a-f]{8}$/);
});

test("an invalidation reaches every process of the service", async () => {
  const before = await ask("/read");
  await ask("/change");
  expect(await ask("/read")).toEqual(before);
  const result = await server.call("invalidateCache", {
    body: { service: "shop", tags: ["team:7"] },
  });
  expect(result.instances).toEqual([
    { instance: "shop-1", isDone: true, detail: "shop: invalidated" },
    { instance: "shop-2", isDone: true, detail: "shop: invalidated" },
  ]);
  const after = await ask("/read");
  expect(after.map(({ version }) => version)).toEqual(before.map(({ version }) => version + 1));
  const { items } = await server.call("listAuditEntries", { query: { target: "shop" } });
  expect(items[0]).toMatchObject({ act: "invalidate the cache", actor: "person ana" });
});

test("single keys and whole namespaces are invalidated, too", async () => {
  for (const what of [
    { namespace: "user", keys: ["1"] },
    { keys: ["user:1"] },
    { namespace: "user" },
  ]) {
    const before = await ask("/change");
    await server.call("invalidateCache", { body: { service: "shop", ...what } });
    const after = await ask("/read");
    expect(after.map(({ version }) => version)).toEqual(before.map(({ version }) => version + 1));
  }
});

test("values are loaded before anybody asks, where the application said how", async () => {
  const result = await server.call("warmCache", {
    body: { service: "shop", namespace: "user", keys: ["99"] },
  });
  expect(result.instances.map(({ isDone }) => isDone)).toEqual([true, true]);
  expect(result.instances[0]?.detail).toContain("1 loaded");
  expect((await ask("/read")).every(({ warmed }) => warmed !== undefined)).toBe(true);
  const unknown = await server.call("warmCache", { body: { service: "shop", namespace: "other" } });
  expect(unknown.instances[0]).toMatchObject({ isDone: false });
});

test("what names nothing, or no service, is refused", async () => {
  const nothing = server.call("invalidateCache", { body: { service: "shop" } });
  await expect(nothing).rejects.toMatchObject({ status: 400 });
  const nobody = server.call("invalidateCache", { body: { service: "x", tags: ["a"] } });
  await expect(nobody).rejects.toMatchObject({ status: 404 });
  const wrong = await server.call("invalidateCache", { body: { service: "shop", tags: ["#x"] } });
  expect(wrong.instances[0]).toMatchObject({ isDone: false });
});

test("a process that has gone is one line of the answer, and the others act", async () => {
  services[1]?.child.kill("SIGKILL");
  const result = await server.call("invalidateCache", { body: { service: "shop", tags: ["a"] } });
  expect(result.instances).toMatchObject([
    { instance: "shop-1", isDone: true },
    { instance: "shop-2", isDone: false, detail: expect.stringContaining("cannot be reached") },
  ]);
  const view = await server.call("getCacheStatistics", { query: { service: "shop" } });
  expect(view.namespaces[0]?.entries.value).toBeGreaterThan(0);
});
