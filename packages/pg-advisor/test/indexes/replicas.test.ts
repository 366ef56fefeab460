import { type ChildProcess, spawn } from "node:child_process";
import { chmod, chown, cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { findBinaries } from "../../src/cluster/binaries.ts";
import { type Cluster, startCluster } from "../../src/cluster/cluster.ts";
import { findFreePort } from "../../src/cluster/free-port.ts";
import { addUpUsage } from "../../src/indexes/add-up-usage.ts";
import { type IndexObservation, observeIndexes } from "../../src/indexes/observe-indexes.ts";
import { findUnusedIndexes } from "../../src/indexes/unused-indexes.ts";

const SHARED_FOLDER = join("/tmp", "streamgate-test-shared");
const SCHEMA = `
create table songs (id int primary key, title text not null, plays int not null);
insert into songs select g, 'title ' || g, g % 9 from generate_series(1, 3000) g;
create index songs_title on songs (title);
create index songs_plays on songs (plays);
create unlogged table notes (id int, text text);
insert into notes select g, 'note ' || g from generate_series(1, 3000) g;
create index notes_text on notes (text);
analyze`;

async function ask(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function chownAll(path: string, uid: number, gid: number): Promise<void> {
  await chown(path, uid, gid);
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) await chownAll(join(path, entry.name), uid, gid);
}

describe("a primary with a standby", () => {
  let folder: string;
  let primary: Cluster;
  let standby: ChildProcess | undefined;
  let standbyUrl = "";
  let alone: IndexObservation;

  beforeAll(async () => {
    folder = await mkdtemp("/tmp/streamgate-replicas-");
    await chmod(folder, 0o755);
    const options = {
      folder: join(folder, "primary"),
      sharedFolder: SHARED_FOLDER,
      settings: { wal_level: "replica", max_wal_senders: "4" },
    };
    primary = await startCluster(options);
    await ask(primary.url(), SCHEMA);
    await primary.stop();
    await cp(join(folder, "primary"), join(folder, "standby"), { recursive: true });
    primary = await startCluster(options);
    alone = await observeIndexes(primary.url());
    standbyUrl = await startStandby();
    await until(async () => (await observeIndexes(primary.url())).counting.replicas === 1);
  }, 60_000);
  afterAll(async () => {
    standby?.kill("SIGINT");
    await primary?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function startStandby(): Promise<string> {
    const data = join(folder, "standby", "data");
    await writeFile(join(data, "standby.signal"), "");
    const { uid, gid } = primary.serverUser;
    if (uid !== undefined && gid !== undefined) await chownAll(join(folder, "standby"), uid, gid);
    const { postgres } = await findBinaries(primary.serverUser, SHARED_FOLDER);
    const port = await findFreePort();
    const source = new URL(primary.url());
    const settings = [
      `port=${port}`,
      "listen_addresses=127.0.0.1",
      "unix_socket_directories=",
      "max_connections=40",
      "max_wal_senders=4",
      `primary_conninfo=host=127.0.0.1 port=${source.port} user=${source.username} password=${source.password} application_name=standby`,
    ].flatMap((setting) => ["-c", setting]);
    standby = spawn(postgres, ["-D", data, ...settings], {
      ...(uid === undefined || gid === undefined ? {} : { uid, gid }),
      cwd: "/",
      stdio: "ignore",
    });
    const url = primary.url().replace(`:${source.port}/`, `:${port}/`);
    await until(() =>
      ask(url, "select 1").then(
        () => true,
        () => false,
      ),
    );
    return url;
  }

  const doubtsOf = (observation: IndexObservation): Record<string, string | undefined> => {
    const nowMs = Date.parse(observation.takenAt);
    const { unused } = findUnusedIndexes(
      observation.indexes.map((portrait) => ({
        portrait: {
          ...portrait,
          ...(portrait.table && { table: { ...portrait.table, reads: 9 } }),
        },
        watchedSinceMs: nowMs - 60 * 86_400_000,
        scansSeen: portrait.index.scans,
        scansCounted: portrait.index.scans,
      })),
      {
        nowMs,
        countedSinceMs: null,
        isReplica: observation.isReplica,
        replicas: observation.counting.replicas,
      },
    );
    return Object.fromEntries(
      unused.map(({ watched, doubt }) => [watched.portrait.index.name, doubt?.reason ?? "none"]),
    );
  };

  it("has no doubt while nobody is connected", () => {
    expect(doubtsOf(alone)).toEqual({
      songs_title: "none",
      songs_plays: "none",
      notes_text: "none",
    });
  });

  it("calls nothing unused that the standby could read", async () => {
    expect(doubtsOf(await observeIndexes(primary.url()))).toEqual({
      songs_title: "replicas-not-read",
      songs_plays: "replicas-not-read",
      // The standby cannot read what is not logged.
      notes_text: "none",
    });
  });

  it("takes the scans of both together", async () => {
    await ask(
      standbyUrl,
      "set enable_seqscan = off; set enable_bitmapscan = off; select id from songs where title = 'x'",
    );
    const look = async () =>
      addUpUsage(await observeIndexes(primary.url()), [await observeIndexes(standbyUrl)]);
    await until(async () =>
      (await look()).indexes.some(({ index }) => index.name === "songs_title" && index.scans > 0),
    );
    const together = await look();
    expect(together.counting.replicas).toBe(0);
    expect(doubtsOf(together)).toEqual({ songs_plays: "none", notes_text: "none" });
    expect(together.traits.find(({ name }) => name === "songs_title")?.lastScanAt).not.toBeNull();
  });

  it("drops nothing by what a standby alone tells", async () => {
    expect(Object.values(doubtsOf(await observeIndexes(standbyUrl)))).toEqual([
      "primary-not-read",
      "primary-not-read",
    ]);
  });

  it("does not take another system for its standby", async () => {
    const seen = await observeIndexes(primary.url());
    const other = await observeIndexes(standbyUrl);
    const foreign = { ...other, counting: { ...other.counting, systemIdentifier: "1" } };
    expect(addUpUsage(seen, [foreign]).counting.replicas).toBe(1);
  });

  it("still waits for a standby that is away with a slot of its own", async () => {
    await ask(primary.url(), "select pg_create_physical_replication_slot('away', true)");
    const { counting } = await observeIndexes(primary.url());
    expect(counting.replicas).toBe(2);
    await ask(primary.url(), "select pg_drop_replication_slot('away')");
  });

  it("knows after a crash that its counters began anew", async () => {
    const before = (await observeIndexes(primary.url())).counting.countersResetAt;
    const folderOf = { folder: join(folder, "primary"), sharedFolder: SHARED_FOLDER };
    process.kill(primary.pid, "SIGQUIT");
    await until(() =>
      ask(primary.url(), "select 1").then(
        () => false,
        () => true,
      ),
    );
    primary = await startCluster({ ...folderOf, settings: { wal_level: "replica" } });
    const { counting, indexes } = await observeIndexes(primary.url());
    expect(indexes.every(({ index }) => index.scans === 0)).toBe(true);
    expect(Date.parse(counting.countersResetAt ?? "")).toBeGreaterThan(
      Date.parse(before ?? "") || 0,
    );
  });
});
