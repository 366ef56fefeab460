import { chmod, chown, cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { postgresTier } from "@streamgate/cache/postgres";
import { systemClock } from "@streamgate/core";
import { type Cluster, startCluster } from "@streamgate/pg-advisor";
import type pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { begin, load, read } from "./loading.ts";
import { openPool, type ViewOptions } from "./storage.ts";

let folder: string;
let running: Cluster[] = [];
let pools: pg.Pool[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join("/tmp", "streamgate-test-"));
  await chmod(folder, 0o755);
});

afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await Promise.all(running.map((cluster) => cluster.stop()));
  pools = [];
  running = [];
  await rm(folder, { recursive: true, force: true });
});

async function start(name: string): Promise<Cluster> {
  const cluster = await startCluster({
    folder: join(folder, name),
    sharedFolder: join("/tmp", "streamgate-test-shared"),
    settings: { wal_level: "replica", hot_standby: "on" },
  });
  running.push(cluster);
  return cluster;
}

async function stop(cluster: Cluster): Promise<void> {
  running = running.filter((other) => other !== cluster);
  await cluster.stop();
}

/** A tier whose pool goes wherever the service's address leads at the moment. */
function followingTier(cluster: Cluster, options: ViewOptions = {}) {
  let pool = openPool(cluster.url());
  pools.push(pool);
  const tier = postgresTier({
    clock: systemClock,
    purgeIntervalMs: false,
    ...options,
    pool: { query: (statement) => pool.query(statement) },
  });
  return {
    tier,
    follow: (next: Cluster) => {
      pool = openPool(next.url());
      pools.push(pool);
    },
    query: (sql: string) => pool.query(sql),
  };
}

type Following = ReturnType<typeof followingTier>;

/** Kills a server process, whereupon PostgreSQL restarts all of itself but the postmaster, as after a crash. */
async function crash(service: Following): Promise<void> {
  const { rows } = await service.query("select pg_backend_pid() as pid");
  process.kill(Number(rows[0].pid), "SIGKILL");
  await until(() =>
    service.query("select").then(
      () => true,
      () => false,
    ),
  );
  await until(() =>
    read(service.tier, "none").then(
      () => true,
      () => false,
    ),
  );
}

test("after a crash, values are kept, acknowledged invalidations hold, and loads under way are refused", async () => {
  const service = followingTier(await start("primary"));
  await load(service.tier, "kept", "v", ["kept"]);
  await load(service.tier, "gone", "stale", ["t"]);
  await service.query("checkpoint");
  const late = await begin(service.tier, "late", ["u"]);
  // The server waits for no disk (synchronous_commit is off): only the invalidation does.
  await service.tier.invalidate(["t"]);
  await crash(service);
  expect(await read(service.tier, "gone")).toBeUndefined();
  expect(await read(service.tier, "kept")).toBe("v");
  expect(await late("from before the crash")).toBe("superseded");
  expect(await load(service.tier, "late", "v", ["u"])).toBe("stored");
});

test("after a crash, unlogged tables are empty and loads under way are refused", async () => {
  const service = followingTier(await start("primary"), { isUnlogged: true });
  await load(service.tier, "1", "v");
  const late = await begin(service.tier, "2");
  await service.tier.invalidate(["t"]);
  await crash(service);
  expect(await read(service.tier, "1")).toBeUndefined();
  expect(await late("stale")).toBe("superseded");
  expect(await load(service.tier, "2", "new")).toBe("stored");
});

test("a restart keeps all values", async () => {
  const primary = await start("primary");
  const service = followingTier(primary);
  await load(service.tier, "1", "v");
  await load(service.tier, "2", "w", ["u"]);
  await service.tier.invalidate(["u"]);
  const late = await begin(service.tier, "3");
  await stop(primary);
  await expect(read(service.tier, "1")).rejects.toMatchObject({ code: /^SG_CACHE_POSTGRES_/ });
  service.follow(await start("primary"));
  expect(await read(service.tier, "1")).toBe("v");
  expect(await read(service.tier, "2")).toBeUndefined();
  expect(await late("from before the restart")).toBe("superseded");
});

/** A standby that lags for ever: it never hears of what the primary does after it was made. */
async function startStandby(
  primary: Cluster,
): Promise<{ readOnly: Cluster; promoted: Promise<Cluster> }> {
  await stop(primary);
  const standby = join(folder, "standby");
  await cp(primary.folder, standby, { recursive: true });
  await writeFile(join(standby, "data", "standby.signal"), "");
  await chownAll(standby, primary.serverUser.uid, primary.serverUser.gid);
  // It counts as started when it is promoted; until then its port is in its lock file.
  const promoted = start("standby");
  const port = async () => {
    const lock = await readFile(join(standby, "data", "postmaster.pid"), "utf8").catch(() => "");
    const [, , , line, , , , status] = lock.split("\n");
    return status?.trim() === "standby" || status?.trim() === "ready" ? line : undefined;
  };
  await until(async () => (await port()) !== undefined);
  const url = primary.url().replace(`:${primary.port}/`, `:${await port()}/`);
  return { readOnly: { ...primary, url: () => url }, promoted };
}

async function chownAll(path: string, uid?: number, gid?: number): Promise<void> {
  if (uid === undefined || gid === undefined) return;
  await chown(path, uid, gid);
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (entry.isDirectory()) await chownAll(join(path, entry.name), uid, gid);
    else await chown(join(path, entry.name), uid, gid);
  }
}

test.each([
  { failover: "flush", expected: undefined },
  { failover: "keep", expected: "stale or not, nobody knows" },
] as const)(
  "after a failover that lost an invalidation, $failover means a read of $expected",
  async ({ failover, expected }) => {
    const primary = await start("primary");
    const service = followingTier(primary, { failover });
    await load(service.tier, "1", "stale or not, nobody knows");
    const { readOnly, promoted } = await startStandby(primary);
    service.follow(await start("primary"));
    const late = await begin(service.tier, "2");
    await service.tier.invalidate(["t"]);
    expect(await read(service.tier, "1")).toBeUndefined();

    service.follow(readOnly);
    await expect(read(service.tier, "1")).rejects.toMatchObject({
      code: "SG_CACHE_POSTGRES_FAILED",
    });
    await service.query("select pg_promote()");
    await promoted;
    expect(await read(service.tier, "1")).toBe(expected);
    expect(await late("stale")).toBe("superseded");
    expect(await load(service.tier, "1", "new")).toBe("stored");
    expect(await read(service.tier, "1")).toBe("new");
  },
);

test("tables that came by a dump from another cluster, with numbers from its future, start anew", async () => {
  const service = followingTier(await start("primary"));
  await load(service.tier, "1", "from elsewhere");
  await service.query(`
    update streamgate_cache.state set server = 'another', floor = '900000000';
    update streamgate_cache.incarnation set started_at = started_at - interval '1 day';
    insert into streamgate_cache.epochs (tag, epoch) values ('t', '800000000')`);
  expect(await read(service.tier, "1")).toBeUndefined();
  expect(await load(service.tier, "1", "ours")).toBe("stored");
  expect(await read(service.tier, "1")).toBe("ours");
});

test("a service that hides which server it is loses its values in a crash and not in a restart", async () => {
  const primary = await start("primary");
  const service = followingTier(primary);
  await service.query("revoke execute on function pg_control_system() from public");
  await service.query("create role app login superuser password 'app'");
  await service.query("alter role app nosuperuser");
  await service.query("grant all on database postgres to app");
  const url = (cluster: Cluster) => cluster.url().replace(/\/\/[^@]*@/, "//app:app@");
  const hidden = { ...primary, url: () => url(primary) };
  const app = followingTier(hidden);
  await load(app.tier, "1", "v");
  await service.query("checkpoint");
  await stop(primary);
  const again = await start("primary");
  service.follow(again);
  app.follow({ ...again, url: () => url(again) });
  expect(await read(app.tier, "1")).toBe("v");
  await crash({ ...app, query: service.query });
  expect(await read(app.tier, "1")).toBeUndefined();
});

test("all is forgotten on demand, loads under way too", async () => {
  const service = followingTier(await start("primary"));
  await load(service.tier, "1", "v");
  const late = await begin(service.tier, "2");
  await service.tier.forgetAll();
  expect(await read(service.tier, "1")).toBeUndefined();
  expect(await late("stale")).toBe("superseded");
  expect(await load(service.tier, "2", "v")).toBe("stored");
});
