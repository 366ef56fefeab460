import { writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../support/postgres.ts";
import {
  makeDataFolder,
  processesNaming,
  runStreamGate,
  startStreamGate,
} from "../support/streamgate.ts";
import { until } from "../support/until.ts";

let postgres: TestPostgres;
const data = makeDataFolder();
const workload = join(data.path, "workload.sql");

beforeAll(async () => {
  postgres = await startTestPostgres();
  await postgres.createDatabase("shop");
  await postgres.createDatabase("store");
  await inShop(`
    create table orders (id bigint primary key, user_id bigint not null, note text not null);
    insert into orders select n, n % 20000, repeat('x', 60) from generate_series(1, 120000) n;
    create table bystanders (id bigint);
    analyze`);
  writeFileSync(workload, "select * from orders where user_id = 17;\n".repeat(3));
});
afterAll(async () => {
  await postgres.stop();
  await data.remove();
});

function inShop(sql: string): ReturnType<TestPostgres["query"]> {
  return postgres.query(sql, undefined, "shop");
}

function words(...more: string[]): string[] {
  const store = postgres.url("store");
  const where = ["--workload", workload, "--data", data.path, "--store", store];
  return ["advise", postgres.url("shop"), ...where, ...more];
}

async function indexes(): Promise<readonly { name: string; isValid: boolean }[]> {
  const rows = await inShop(
    `select indexrelid::regclass::text as name, indisvalid as "isValid" from pg_index
      where indrelid = 'orders'::regclass and not indisprimary`,
  );
  return rows as { name: string; isValid: boolean }[];
}

/** An old snapshot that every concurrent build has to wait for. */
async function holdBuilds(): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: postgres.url("shop") });
  await client.connect();
  await client.query("begin isolation level repeatable read; select * from bystanders");
  return () => client.end();
}

async function untilBuilding(): Promise<void> {
  await until(
    async () =>
      (await indexes()).length === 1 &&
      (await inShop("select 1 from pg_stat_progress_create_index")).length === 1,
    60_000,
  );
}

async function stateOfFinding(): Promise<string> {
  const { stdout } = await runStreamGate([
    "history",
    "--json",
    "--data",
    data.path,
    "--store",
    postgres.url("store"),
  ]);
  return (JSON.parse(stdout) as { findings: { state: string }[] }).findings[0]?.state ?? "";
}

test("an apply that was killed is seen by the next run, and what it left is removed", async () => {
  const release = await holdBuilds();
  const killed = startStreamGate(words("--apply", "--yes", "--verify", "0s"));
  await untilBuilding();
  killed.child.kill("SIGKILL");
  await killed.ended;
  await release();
  expect(await stateOfFinding()).toBe("applying");

  const { code, stdout, stderr } = await runStreamGate(words("--json"));
  expect(code, stderr).toBe(0);
  const report = JSON.parse(stdout) as { warnings: string[]; findings: { state: string }[] };
  expect(report.warnings.join("\n")).toContain("was cut short");
  expect(report.findings[0]?.state).toBe("found");
  expect(await indexes()).toEqual([]);
}, 120_000);

test("Ctrl-C in the middle of an apply leaves no index and no process", async () => {
  const release = await holdBuilds();
  const stopped = startStreamGate(words("--apply", "--yes", "--verify", "0s"));
  await untilBuilding();
  stopped.child.kill("SIGINT");
  const { code } = await stopped.ended;
  await release();
  expect(code).toBe(130);
  expect(await indexes()).toEqual([]);
  expect(await stateOfFinding()).toBe("found");
  expect(processesNaming(data.path)).toEqual([]);
}, 120_000);

test("the whole way: proven, applied, and taken back by hand", async () => {
  const applied = await runStreamGate(words("--apply", "--yes", "--verify", "0s"));
  expect(applied.code, applied.stderr).toBe(0);
  expect(applied.stdout).toContain("proven");
  expect(await indexes()).toMatchObject([{ isValid: true }]);
  expect(await stateOfFinding()).toBe("applied");

  const again = await runStreamGate(words("--fail-on", "info"));
  expect(again.code, again.stdout).toBe(0);
  expect(again.stdout).toContain("Nothing found");

  const history = await runStreamGate([
    "history",
    "--json",
    "--data",
    data.path,
    "--store",
    postgres.url("store"),
  ]);
  const id = (JSON.parse(history.stdout) as { findings: { id: string }[] }).findings[0]?.id ?? "";
  const reverted = await runStreamGate([
    "revert",
    id,
    "--yes",
    "--database",
    postgres.url("shop"),
    "--data",
    data.path,
    "--store",
    postgres.url("store"),
  ]);
  expect(reverted.code, reverted.stderr).toBe(0);
  expect(await indexes()).toEqual([]);
  expect(await stateOfFinding()).toBe("reverted");

  const alarmed = await runStreamGate(words("--fail-on", "info"));
  expect(alarmed.code).toBe(1);
}, 120_000);
