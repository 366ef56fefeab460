import { writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../support/postgres.ts";
import {
  makeDataFolder,
  type Outcome,
  processesNaming,
  runStreamGate,
  startStreamGate,
} from "../support/streamgate.ts";

/** What the tests read of the report. */
interface Report {
  readonly status: string;
  readonly observed: { readonly statements: number } | null;
  readonly warnings: readonly string[];
  readonly findings: readonly {
    readonly id: string;
    readonly kind: string;
    readonly summary: string;
    readonly state: string;
    readonly proofFailure: string | null;
    readonly fix: { readonly steps: readonly { readonly apply: string }[] };
    readonly proof: { readonly statements: readonly ProvenStatement[] } | null;
  }[];
  readonly declinedStatements: readonly { readonly text: string; readonly reason: string }[];
}

interface ProvenStatement {
  readonly role: string;
  readonly results: { readonly kind: string };
  readonly speedupOfMedian: { readonly value: number; readonly rung: string };
}

const TABLES = `
  create schema "Shop";
  create table "Shop"."Customer Orders" (
    "Id" bigint primary key, "customerId" bigint not null, "Status" text not null, placed_at timestamptz not null);
  insert into "Shop"."Customer Orders"
    select n, n % 9001, case when n % 10 = 0 then 'open' else 'done' end, timestamptz '2026-01-01' + n * interval '1 minute'
      from generate_series(1, 60000) n;
  create table readings (id bigint not null, device bigint not null, at timestamptz not null, value float8)
    partition by range (at);
  create table readings_2025 partition of readings for values from ('2025-01-01') to ('2026-01-01');
  create table "readings 2026" partition of readings for values from ('2026-01-01') to ('2027-01-01');
  create table readings_rest partition of readings default;
  insert into readings
    select n, n % 7001, timestamptz '2025-06-01' + n * interval '10 minutes', random() from generate_series(1, 60000) n;
  create table doomed (id bigint primary key, owner bigint not null, note text);
  insert into doomed select n, n % 5003, repeat('x', 40) from generate_series(1, 60000) n;
  vacuum analyze;`;

const ORDERS = `select * from "Shop"."Customer Orders" where "customerId" = $1 and "Status" = $2 order by placed_at desc limit 10`;
const READINGS = "select count(*), avg(value) from readings where device = $1";
const DOOMED = "select * from doomed where owner = $1";

let watched: TestPostgres;
let keeper: TestPostgres;
let store: string;
const data = makeDataFolder();

beforeAll(async () => {
  // No WAL of the server's own, so that every byte of it would be the program's.
  watched = await startTestPostgres({
    settings: { wal_level: "minimal", max_wal_senders: "0", autovacuum: "off" },
  });
  keeper = await startTestPostgres();
  store = await keeper.createDatabase("store");
  for (const statement of TABLES.split(";")) await watched.query(statement);
  await watched.query("create role reader login password 'reader'");
  await watched.query("grant pg_monitor, pg_read_all_data to reader");
});
afterAll(async () => {
  await watched.stop();
  await keeper.stop();
  await data.remove();
});

/** Forgets all statements, then runs these. */
async function runTraffic(statements: readonly (readonly [string, unknown[]])[]): Promise<void> {
  await watched.query("select pg_stat_statements_reset()");
  const client = new pg.Client({ connectionString: watched.url() });
  await client.connect();
  try {
    for (const [text, values] of statements) await client.query(text, values);
  } finally {
    await client.end();
  }
}

const busy = (text: string, more: unknown[] = []): readonly (readonly [string, unknown[]])[] =>
  Array.from({ length: 20 }, (_, call) => [text, [call * 7 + 1, ...more]] as const);

function words(...more: string[]): string[] {
  const url = new URL(watched.url());
  url.username = "reader";
  url.password = "reader";
  return ["advise", url.href, "--json", "--data", data.path, "--store", store, ...more];
}

async function advise(...more: string[]): Promise<Report> {
  return reportOf(await runStreamGate(words(...more)));
}

function reportOf({ code, stdout, stderr }: Outcome): Report {
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Report;
}

const fixesOf = ({ findings }: Report): readonly string[] =>
  findings.flatMap(({ fix }) => fix.steps.map(({ apply }) => apply));

/** All that a writer would move. */
async function stateOfServer(): Promise<unknown> {
  const [row] = await watched.query(`
    select pg_current_wal_lsn()::text as wal,
      (select sum(tup_inserted + tup_updated + tup_deleted) from pg_stat_database) as rows_written,
      (select sum(temp_files) from pg_stat_database) as temp_files,
      (select md5(string_agg(c::text, '' order by oid)) from pg_class c) as classes,
      (select md5(string_agg(p::text, '' order by oid)) from pg_proc p) as functions`);
  return row;
}

describe("advise on a database that others wrote", () => {
  test("finds and proves indexes on quoted and on partitioned tables, as a role that may only read", async () => {
    await runTraffic([...busy(ORDERS, ["open"]), ...busy(READINGS)]);
    const report = await advise("--prove");

    expect(fixesOf(report)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/ON "Shop"\."Customer Orders" USING btree \("customerId"/),
        expect.stringMatching(/ON ONLY public\.readings USING btree \(device/),
        expect.stringMatching(/CONCURRENTLY .* ON public\."readings 2026" USING btree \(device/),
      ]),
    );
    const indexes = report.findings.filter(({ kind }) => kind === "index/missing");
    expect(indexes.length).toBeGreaterThanOrEqual(2);
    for (const { state, proof } of indexes) {
      expect(state).toBe("proven");
      for (const { role, results, speedupOfMedian } of proof?.statements ?? []) {
        expect(results.kind).toMatch(/^identical/);
        expect(speedupOfMedian.rung).toBe("measured");
        if (role === "affected") expect(speedupOfMedian.value).toBeGreaterThan(1.2);
      }
    }
    expect(processesNaming(data.path)).toEqual([]);
  });

  test("writes nothing on the watched server: no row, no catalogue, not a byte of WAL", async () => {
    await runTraffic(busy(ORDERS, ["open"]));
    await watched.query("vacuum analyze");
    await watched.query("vacuum");
    await watched.query("checkpoint");
    const before = await stateOfServer();
    const { findings } = await advise("--prove");
    expect(findings.length).toBeGreaterThan(0);
    expect(await stateOfServer()).toEqual(before);
  });

  test("a table dropped between snapshot and proof fails that proof alone, with the reason", async () => {
    await runTraffic([]);
    const running = startStreamGate(words("--observe", "4s", "--prove"));
    await running.untilSaid(/watching the statements/);
    const client = new pg.Client({ connectionString: watched.url() });
    await client.connect();
    for (const [text, values] of [...busy(ORDERS, ["open"]), ...busy(DOOMED)]) {
      await client.query(text, values);
    }
    await client.query("drop table doomed");
    await client.end();
    const report = reportOf(await running.ended);

    const [orders] = report.findings.filter(({ summary }) => summary.includes("Customer Orders"));
    const [doomed] = report.findings.filter(({ summary }) => summary.includes("doomed"));
    expect(orders?.state).toBe("proven");
    expect(doomed?.proof ?? null).toBeNull();
    expect(doomed?.proofFailure).toContain("doomed");
  });

  test("a lab that the user names needs no extension, and is left as it was", async () => {
    const bare = await startTestPostgres({ hasStatementCounters: false });
    try {
      await bare.query(TABLES.replaceAll("vacuum analyze", "analyze"));
      await runTraffic(busy(ORDERS, ["open"]));
      const count = "select count(*)::int as indexes from pg_index";
      const before = await bare.query(count);
      const report = await advise("--prove", "--lab", bare.url());
      expect(report.findings.map(({ state }) => state)).toEqual(["proven"]);
      expect(await bare.query(count)).toEqual(before);
    } finally {
      await bare.stop();
    }
  });

  test("what cannot be advised on is named with the reason, in counters", async () => {
    await runTraffic(busy(ORDERS, ["open"]));
    await watched.query("set timezone = 'UTC'; checkpoint; select 1");
    const report = await advise();
    const reasons = new Set(report.declinedStatements.map(({ reason }) => reason));
    expect(reasons).toContain("utility statement");
    expect(reasons).toContain("touches no user table");
    expect(report.findings).toHaveLength(1);
  });

  test("and in a file: what does not parse, or names no table that is there; the rest is advised on", async () => {
    const file = join(data.path, "statements.sql");
    writeFileSync(
      file,
      `-- calls: 500 mean: 20ms
       select * from "Shop"."Customer Orders" where "customerId" = 42 and "Status" = 'open';
       selct oops;
       select * from nowhere where id = 1;
       vacuum;
       select * from "Shop"."Customer Orders" where "customerId" = 'unfinished`,
    );
    const report = await advise("--workload", file);
    const reasons = report.declinedStatements.map(({ reason }) => reason);
    expect(reasons).toContain("does not parse");
    expect(reasons).toContain("relation unknown");
    expect(reasons).toContain("utility statement");
    expect(fixesOf(report)).toEqual([expect.stringContaining('"customerId"')]);
  });

  test("two thousand fingerprints are read, and the one that matters is found", async () => {
    // Eleven signs, plus or minus, make each text another tree.
    const signs = (number: number): string =>
      Array.from({ length: 11 }, (_, bit) => ((number >> bit) % 2 === 0 ? "+" : "-"))
        .map((sign) => `${sign} "Id"`)
        .join(" ");
    const many = Array.from({ length: 2_000 }, (_, number): readonly [string, unknown[]] => [
      `select "Id" ${signs(number)} from "Shop"."Customer Orders" where "Id" = $1`,
      [number],
    ]);
    await runTraffic([...many, ...busy(ORDERS, ["open"])]);
    const report = await advise();
    expect(report.observed?.statements).toBeGreaterThan(1_500);
    expect(fixesOf(report)).toEqual([expect.stringContaining('("customerId"')]);
  });
});

test("a small track_activity_query_size loses no statement: long and short texts are one finding", async () => {
  const short = await startTestPostgres({ settings: { track_activity_query_size: "100" } });
  try {
    await short.query("create table visits (id bigint primary key, page text not null)");
    await short.query(
      "insert into visits select n, 'p' || n % 5000 from generate_series(1, 60000) n",
    );
    await short.query("analyze visits");
    const list = Array.from({ length: 60 }, (_, item) => `'q${item}'`).join(" || ");
    for (let call = 0; call < 10; call += 1) {
      await short.query(`select id from visits where page = ${list}`);
      await short.query("select id from visits where page = $1", [`p${call}`]);
    }
    const outcome = await runStreamGate([
      "advise",
      short.url(),
      "--json",
      "--data",
      data.path,
      "--store",
      store,
    ]);
    const report = reportOf(outcome);
    expect(fixesOf(report)).toEqual([expect.stringContaining("(page)")]);
  } finally {
    await short.stop();
  }
});
