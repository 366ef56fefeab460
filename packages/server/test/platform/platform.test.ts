import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LiveEvent, SourceHealth } from "@streamgate/contract";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type ChaosProxy, startChaosProxy } from "../../../../test/support/chaos-proxy.ts";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { startTestRedis, type TestRedis } from "../../../../test/support/redis.ts";
import { until } from "../../../../test/support/until.ts";
import { dataFolderAt } from "../../src/configuration/data-folder.ts";
import { openPlatform } from "../../src/platform/open-platform.ts";
import type { Platform } from "../../src/platform/platform.ts";
import { readPlatformConfiguration } from "../../src/platform/read-platform-configuration.ts";
import { healthOf, readinessOf } from "../../src/status/health.ts";
import { reloadByRequest } from "../../src/status/reload.ts";
import { statusOf } from "../../src/status/status-view.ts";

let postgres: TestPostgres;
let redis: TestRedis;
let proxy: ChaosProxy;
let folder: string;
let path: string;
const open: Platform[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join("/tmp", "streamgate-platform-"));
  path = join(folder, "streamgate.watch.json");
  [postgres, redis] = await Promise.all([
    startTestPostgres({ settings: { max_connections: "100" } }),
    startTestRedis(),
  ]);
  proxy = await startChaosProxy(postgres.cluster.port);
});
afterEach(async () => {
  proxy.pass();
  await Promise.all(open.splice(0).map((platform) => platform.stop()));
});
afterAll(async () => {
  await proxy.stop();
  await Promise.all([postgres.stop(), redis.stop()]);
  await rm(folder, { recursive: true, force: true });
});

function watching(
  change: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    databases: [{ name: "main", url: postgres.url(), intervalMs: 1_000, adviseEveryMs: 0 }],
    redis: [{ name: "cache", url: redis.url, intervalMs: 1_000 }],
    ...change,
  };
}

/** @param store the name of a database of this test's own, reached through the proxy */
async function start(store: string, lines: string[] = []): Promise<Platform> {
  const url = postgres.url(store).replace(/@127\.0\.0\.1:\d+/, `@127.0.0.1:${proxy.port}`);
  const platform = await openPlatform({
    readConfiguration: () => readPlatformConfiguration(path, {}),
    version: "1.2.3",
    folder: dataFolderAt(folder),
    storeUrl: url,
    log: (line) => lines.push(line),
  });
  open.push(platform);
  return platform;
}

function source(platform: Platform, id: string): SourceHealth | undefined {
  return platform.sources.list(platform.clock.now().getTime()).find((one) => one.id === id);
}

const isFresh = (platform: Platform, id: string) => () => source(platform, id)?.state === "fresh";

function listen(platform: Platform): LiveEvent[] {
  const heard: LiveEvent[] = [];
  platform.live.subscribe((text) => {
    const kind = /^event: (\w+)$/m.exec(text)?.[1];
    const data = /^data: (.*)$/m.exec(text)?.[1] ?? "{}";
    heard.push({ kind, ...JSON.parse(data) } as LiveEvent);
  }, undefined);
  return heard;
}

async function pointsOf(platform: Platform, name: string): Promise<number> {
  const nowMs = platform.clock.now().getTime();
  const windows = await platform.monitor().history?.read({
    selector: { name, where: [] },
    fromMs: nowMs - 600_000,
    toMs: nowMs + 60_000,
  });
  return (windows ?? []).reduce((sum, { points }) => sum + points.length, 0);
}

describe("the platform", () => {
  test("reads what its configuration names, keeps its series, and ticks for those who look", async () => {
    await writeFile(path, JSON.stringify(watching()));
    await postgres.createDatabase("whole");
    const platform = await start("whole");
    const heard = listen(platform);
    for (const id of ["store", "database:main", "redis:cache", "monitor"])
      await until(isFresh(platform, id));
    await until(async () => (await pointsOf(platform, "streamgate_database_connections")) > 0);
    await until(async () => (await pointsOf(platform, "streamgate_redis_keys")) > 0);
    await until(() => heard.some(({ kind }) => kind === "tick"));
    expect(heard.find((event) => event.kind === "tick")).toMatchObject({
      figures: { latency: null, throughput: null },
    });
    await until(() => platform.monitor().health().alerting.isLeading);
    const status = await statusOf(platform);
    expect(status).toMatchObject({ version: "1.2.3", isLeading: true, viewers: 1 });
    expect(status.store.schemaVersion).toBeGreaterThanOrEqual(4);
    expect(status.process.memory.value).toBeGreaterThan(1e6);
    const sources = platform.sources.list(platform.clock.now().getTime());
    expect(healthOf("1.2.3", sources).status).toBe("ok");
    expect(JSON.stringify(healthOf("1.2.3", sources))).not.toContain("127.0.0.1");
  });

  test("takes another file over without disturbing what stays; a wrong one changes nothing", async () => {
    await writeFile(path, JSON.stringify(watching()));
    await postgres.createDatabase("reloading");
    const platform = await start("reloading");
    await until(isFresh(platform, "database:main"));
    const connection = async (): Promise<unknown> =>
      (
        await postgres.query(
          "select pid from pg_stat_activity where application_name = 'streamgate collector'",
        )
      ).map(({ pid }) => pid);
    const before = await connection();
    const other = await postgres.createDatabase("second");
    await writeFile(
      path,
      JSON.stringify(
        watching({
          databases: [
            { name: "main", url: postgres.url(), intervalMs: 1_000, adviseEveryMs: 0 },
            { name: "second", url: other, intervalMs: 1_000, adviseEveryMs: 0 },
          ],
          redis: [],
          history: { limitBytes: 1e9 },
        }),
      ),
    );
    expect(await reloadByRequest(platform, {})).toEqual({
      outcome: "reloaded",
      detail: "from the next start: history",
    });
    await until(isFresh(platform, "database:second"));
    expect(source(platform, "redis:cache")).toBeUndefined();
    expect(await connection()).toEqual(expect.arrayContaining(before as unknown[]));
    expect((await reloadByRequest(platform, {})).outcome).toBe("unchanged");

    const inForce = platform.configuration();
    await writeFile(path, '{ "databases": [{ "name": "main" }] }');
    const refused = await reloadByRequest(platform, { actor: "token ci" });
    expect(refused.outcome).toBe("refused");
    expect(refused.detail).toContain('its key "url" is missing');
    expect(platform.configuration()).toBe(inForce);
    await until(isFresh(platform, "database:second"));
    const noted = await platform.tables.query(
      "select from streamgate.audit_log where actor = 'token ci' and act = 'reload the configuration'",
    );
    expect(noted).toHaveLength(1);
  });

  test("of several instances one reads; the others tell the age of what it reads, and one takes over when it ends", async () => {
    await writeFile(path, JSON.stringify(watching()));
    await postgres.createDatabase("shared");
    const first = await start("shared");
    await until(() => first.monitor().health().alerting.isLeading);
    await until(isFresh(first, "database:main"));
    const second = await start("shared");
    const watchers = async (): Promise<number> =>
      (
        await postgres.query(
          "select from pg_stat_activity where application_name = 'streamgate collector'",
        )
      ).length;
    await until(isFresh(second, "database:main"));
    expect(second.monitor().health().alerting.isLeading).toBe(false);
    expect(await watchers()).toBe(1);
    await first.stop();
    await until(() => second.monitor().health().alerting.isLeading);
    const readAt = source(second, "database:main")?.readAt ?? "";
    await until(() => (source(second, "database:main")?.readAt ?? "") > readAt);
    expect(await watchers()).toBe(1);
  });

  test("goes on while its store is gone, says so, and what was read meanwhile is in the history afterwards", async () => {
    await writeFile(path, JSON.stringify(watching()));
    await postgres.createDatabase("leaving");
    const platform = await start("leaving");
    await until(isFresh(platform, "database:main"));
    await until(isFresh(platform, "store"));
    const heard = listen(platform);
    await proxy.refuse();
    await until(() => source(platform, "store")?.state === "lost");
    expect(source(platform, "store")?.problem).toBeTruthy();
    const sources = platform.sources.list(platform.clock.now().getTime());
    expect(readinessOf("1", sources, false).status).toBe("failing");
    expect(healthOf("1", sources).status).toBe("failing");
    // Nobody leads now, and yet what happens is read.
    const lostAt = source(platform, "database:main")?.readAt ?? "";
    await until(() => (source(platform, "database:main")?.readAt ?? "") > lostAt);
    const readWhileGoneMs = Date.parse(source(platform, "database:main")?.readAt ?? "");
    expect(
      heard.some((event) => event.kind === "changed" && event.topics.includes("sources")),
    ).toBe(true);
    proxy.pass();
    await until(isFresh(platform, "store"));
    await until(async () => {
      const windows = await platform.monitor().history?.read({
        selector: { name: "streamgate_database_transactions", where: [] },
        fromMs: readWhileGoneMs - 1_600,
        toMs: readWhileGoneMs + 600,
      });
      return (windows ?? []).some(({ points }) => points.length > 0);
    });
    await until(() => platform.monitor().health().alerting.isLeading);
    expect(platform.monitor().health().points?.dropped).toBe(0);
  });

  test("says that its store takes no writes, as one whose disk is full, and loses nothing of what waits", async () => {
    await writeFile(path, JSON.stringify(watching()));
    await postgres.createDatabase("full");
    const platform = await start("full");
    await until(isFresh(platform, "database:main"));
    await until(isFresh(platform, "store"));
    await postgres.query('alter database "full" set default_transaction_read_only = on');
    await postgres.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'full'",
    );
    await until(() => (source(platform, "store")?.problem ?? "").includes("takes no writes"));
    const waiting = (): number => platform.monitor().health().points?.waiting ?? 0;
    await until(() => waiting() > 300, 60_000);
    const sources = platform.sources.list(platform.clock.now().getTime());
    expect(healthOf("1", sources).status).toBe("degraded");
    await postgres.query('alter database "full" reset default_transaction_read_only');
    await postgres.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'full'",
    );
    await until(() => source(platform, "store")?.problem === null);
    await until(() => waiting() < 300);
    expect(platform.monitor().health().points?.dropped).toBe(0);
  });

  test("follows an embedded store that ends with the instance that started it", async () => {
    await writeFile(path, JSON.stringify({ redis: [{ name: "cache", url: redis.url }] }));
    const embedded = (): Promise<Platform> =>
      openPlatform({
        readConfiguration: () => readPlatformConfiguration(path, {}),
        version: "1.2.3",
        folder: dataFolderAt(join(folder, "data")),
        storeUrl: undefined,
        log: () => undefined,
      });
    await chmod(folder, 0o755);
    const owner = await embedded();
    const joined = await embedded();
    open.push(joined);
    await until(isFresh(joined, "store"));
    const before = owner.store.address;
    await owner.stop();
    await until(async () => {
      const rows = await joined.tables
        .query<{ readonly port: number }>("select inet_server_port() as port")
        .catch(() => []);
      return rows[0] !== undefined && !before.includes(`:${rows[0].port}/`);
    });
    await until(() => joined.monitor().health().alerting.isLeading);
    await until(isFresh(joined, "redis:cache"));
    await until(isFresh(joined, "store"));
    await joined.store.note({ act: "look", target: "the store that moved" });
  });

  test("leaves nothing behind when it ends", async () => {
    await writeFile(path, JSON.stringify(watching()));
    await postgres.createDatabase("ending");
    const platform = await start("ending");
    await until(isFresh(platform, "database:main"));
    await platform.stop();
    await until(
      async () =>
        (
          await postgres.query(
            "select from pg_stat_activity where application_name like 'streamgate %' and pid <> pg_backend_pid()",
          )
        ).length === 0,
    );
    expect(platform.live.listeners).toBe(0);
  });
});
