import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import { applyFix } from "../../src/apply/apply-fix.ts";
import { findBinaries } from "../../src/cluster/binaries.ts";
import { concurrentIndex, contextFor, fixOf } from "./fixes.ts";

let server: TestPostgres;
const fix = fixOf(concurrentIndex("t_id", "t (id)"));

beforeAll(async () => {
  server = await startTestPostgres({ hasStatementCounters: false });
  await server.query(`
    create role "Shop Owner" login password 'x';
    create role visitor login password 'x';
    create role homeless login password 'x';
    create table t (id int);
    alter table t owner to "Shop Owner";
    create table h (id int);
    alter table h owner to homeless`);
});

afterAll(async () => {
  await server.stop();
});

function urlOf(user: string): string {
  const url = new URL(server.url());
  url.username = encodeURIComponent(user);
  url.password = "x";
  return url.href;
}

const applyAs = (connectionString: string, wanted = fix) =>
  applyFix({ fix: wanted, connectionString, context: contextFor() });

test("who does not own the table is told who does", async () => {
  await expect(applyAs(urlOf("visitor"))).rejects.toMatchObject({
    code: "SG_PG_NOT_OWNER",
    happened: expect.stringContaining("public.t belongs to Shop Owner"),
  });
});

test("an owner without CREATE on the schema is told so", async () => {
  await expect(
    applyAs(urlOf("homeless"), fixOf(concurrentIndex("h_id", "h (id)"))),
  ).rejects.toMatchObject({
    code: "SG_PG_NOT_OWNER",
    happened: expect.stringContaining("CREATE on the schema public"),
  });
});

test("a member of the owning role may apply", async () => {
  await server.query('grant create on schema public to "Shop Owner"');
  await server.query('grant "Shop Owner" to visitor');
  expect((await applyAs(urlOf("visitor"))).steps).toMatchObject([{ outcome: "done" }]);
});

test("a server that takes no writes is refused before anything", async () => {
  await server.query("create database frozen");
  await server.query("alter database frozen set default_transaction_read_only = on");
  await expect(applyAs(server.url("frozen"))).rejects.toMatchObject({ code: "SG_PG_READ_ONLY" });
});

test("a replica is refused before anything", async () => {
  const { cluster } = server;
  await cluster.stop();
  await writeFile(join(cluster.dataFolder, "standby.signal"), "");
  const { postgres } = await findBinaries(cluster.serverUser, "/tmp/streamgate-test-shared");
  const { uid, gid } = cluster.serverUser;
  const settings = [
    `port=${cluster.port}`,
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
  ].flatMap((setting) => ["-c", setting]);
  const replica = spawn(postgres, ["-D", cluster.dataFolder, ...settings], {
    ...(uid === undefined || gid === undefined ? {} : { uid, gid }),
    cwd: "/",
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => replica.once("exit", resolve));
  try {
    await until(() =>
      server.query("select 1").then(
        () => true,
        () => false,
      ),
    );
    await expect(applyAs(server.url())).rejects.toMatchObject({
      code: "SG_PG_READ_ONLY",
      happened: "it is a replica",
    });
  } finally {
    replica.kill("SIGINT");
    await ended;
  }
});
