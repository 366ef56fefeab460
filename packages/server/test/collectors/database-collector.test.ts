import type { SeriesPoint } from "@streamgate/monitor";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ChaosProxy, startChaosProxy } from "../../../../test/support/chaos-proxy.ts";
import { startMortalPostgres } from "../../../../test/support/mortal-postgres.ts";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import { readCallers } from "../../src/callers/caller-table.ts";
import type { Collector } from "../../src/collectors/collector.ts";
import { databaseCollector } from "../../src/collectors/database/database-collector.ts";
import { openStorePool, type StorePool } from "../../src/platform/store-pool.ts";
import { readMigrations } from "../../src/store/migrations.ts";

let eighteen: TestPostgres;
let fourteen: TestPostgres;
let tables: StorePool;

beforeAll(async () => {
  [eighteen, fourteen] = await Promise.all([
    startTestPostgres({ major: 18 }),
    startTestPostgres({ major: 14 }),
  ]);
  const store = await eighteen.createDatabase("store");
  const needed = (await readMigrations()).filter(({ number }) => number === 4 || number === 9);
  const sql = needed.map((migration) => migration.sql).join("\n");
  await eighteen.query(`create schema streamgate; ${sql}`, undefined, "store");
  tables = openStorePool(async () => store);
});
afterAll(async () => {
  await tables.close();
  await Promise.all([eighteen.stop(), fourteen.stop()]);
});

interface Watch {
  readonly collector: Collector;
  /** Reads as if ten seconds had passed. @returns the remark, and what was told */
  readonly read: () => Promise<{
    readonly remark: string | undefined;
    readonly points: readonly SeriesPoint[];
  }>;
}

function watch(name: string, url: string, mostStatements = 200): Watch {
  let told: readonly SeriesPoint[] = [];
  let beats = 0;
  const collector = databaseCollector({
    database: { name, url, intervalMs: 10_000, adviseEveryMs: 0 },
    tables,
    feed: (points) => {
      told = points;
    },
    mostStatements,
  });
  return {
    collector,
    read: async () => {
      beats += 1;
      told = [];
      const remark = await collector.read({
        signal: AbortSignal.timeout(15_000),
        atMs: 1_700_000_000_000 + beats * 10_000,
        // Every reading is due for the register, too.
        monotonicMs: beats * 40_000,
      });
      return { remark, points: told };
    },
  };
}

function increaseOf(points: readonly SeriesPoint[], name: string, fingerprint?: string): number {
  return points.reduce(
    (sum, { key, point }) =>
      key.name === name &&
      (fingerprint === undefined || key.labels.fingerprint === fingerprint) &&
      point.kind === "counter"
        ? sum + point.increase
        : sum,
    0,
  );
}

/** @param one the value of the label by which the series of a name are told apart */
function lastOf(points: readonly SeriesPoint[], name: string, one?: string): number | undefined {
  const found = points.find(
    ({ key: { name: own, labels } }) =>
      own === name && (one === undefined || labels.state === one || labels.wait === one),
  );
  return found?.point.kind === "gauge" ? found.point.last : undefined;
}

async function fingerprintOf(database: string, part: string): Promise<string> {
  const [row] = await tables.query<{ readonly fingerprint: string }>(
    "select fingerprint from streamgate.statements where database = $1 and text like $2",
    [database, `%${part}%`],
  );
  return row?.fingerprint ?? "not registered";
}

async function pause(times: number, on: TestPostgres, sql: string): Promise<void> {
  for (let call = 0; call < times; call += 1) await on.query(sql);
}

/** The roles of these tests have their name for a password. */
function asRole(url: string, role: string): string {
  return url.replace(/\/\/[^@]*@/, `//${role}:${role}@`);
}

describe.each<[number, () => TestPostgres]>([
  [18, () => eighteen],
  [14, () => fourteen],
])("a PostgreSQL %i", (major, server) => {
  test("is told as what happened between readings, its statements by fingerprint with their texts", async () => {
    const name = `live-${major}`;
    await server().query("create table if not exists sold (id int, buyer text)");
    const { collector, read } = watch(name, server().url());
    const first = await read();
    expect(first.remark).toBeUndefined();
    expect(increaseOf(first.points, "streamgate_database_calls")).toBe(0);
    await pause(3, server(), "select * from sold where id = 7 and buyer = 'Ann'");
    await pause(4, server(), "insert into sold select 1, 'Bob' from generate_series(1, 5)");
    const { remark, points } = await read();
    expect(remark).toBeUndefined();
    const selected = await fingerprintOf(name, "select * from sold");
    const inserted = await fingerprintOf(name, "insert into sold");
    expect(increaseOf(points, "streamgate_database_statement_calls", selected)).toBe(3);
    expect(increaseOf(points, "streamgate_database_statement_calls", inserted)).toBe(4);
    expect(increaseOf(points, "streamgate_database_statement_rows", inserted)).toBe(20);
    expect(increaseOf(points, "streamgate_database_statement_seconds", inserted)).toBeGreaterThan(
      0,
    );
    // What StreamGate asks is not the service's.
    expect(increaseOf(points, "streamgate_database_calls")).toBe(7);
    // PostgreSQL 14 tells of transactions some time after they ended.
    let transactions = increaseOf(points, "streamgate_database_transactions");
    await until(async () => {
      if (transactions >= 7) return true;
      transactions += increaseOf((await read()).points, "streamgate_database_transactions");
      return false;
    });
    expect(lastOf(points, "streamgate_database_max_connections")).toBe(40);
    expect(lastOf(points, "streamgate_database_waiting_locks")).toBe(0);
    expect(lastOf(first.points, "streamgate_database_size_bytes")).toBeGreaterThan(1e6);
    expect(lastOf(points, "streamgate_database_replication_lag_seconds")).toBeUndefined();
    const [row] = await tables.query<Record<string, unknown>>(
      "select * from streamgate.statements where database = $1 and fingerprint = $2",
      [name, inserted],
    );
    expect(row).toMatchObject({ calls: 4, rows: 20 });
    expect(row?.text).not.toContain("Bob");
    const own = await tables.query(
      "select text from streamgate.statements where database = $1 and text like '%streamgate */%'",
      [name],
    );
    expect(own).toEqual([]);
    await collector.rest();
  });

  test("tells sessions, waiting locks and the longest transaction", async () => {
    await server().query("create table if not exists locked (id int)");
    const holder = new pg.Client({ connectionString: server().url() });
    const waiter = new pg.Client({ connectionString: server().url() });
    await Promise.all([holder.connect(), waiter.connect()]);
    await holder.query("begin; lock table locked");
    const waiting = waiter.query("select * from locked");
    const { collector, read } = watch(`locks-${major}`, server().url());
    let points: readonly SeriesPoint[] = [];
    for (
      let tries = 0;
      tries < 100 && !(lastOf(points, "streamgate_database_waiting_locks") ?? 0);
      tries += 1
    )
      ({ points } = await read());
    expect(lastOf(points, "streamgate_database_waiting_locks")).toBe(1);
    expect(lastOf(points, "streamgate_database_active_sessions", "Lock")).toBe(1);
    expect(lastOf(points, "streamgate_database_active_sessions", "IO")).toBe(0);
    expect(lastOf(points, "streamgate_database_connections", "idle in transaction")).toBe(1);
    expect(lastOf(points, "streamgate_database_connections", "active")).toBe(1);
    expect(lastOf(points, "streamgate_database_longest_transaction_seconds")).toBeGreaterThan(0);
    await holder.query("rollback");
    await waiting;
    await Promise.all([holder.end(), waiter.end()]);
    await collector.rest();
  });

  test("notes who calls: by the comments of texts and sessions, and else by the sessions' names", async () => {
    const name = `callers-${major}`;
    await server().query("create table if not exists called (id int)");
    const { collector, read } = watch(name, server().url());
    await read();
    const web = new pg.Client({ connectionString: server().url(), application_name: "web" });
    const psql = new pg.Client({ connectionString: server().url(), application_name: "psql" });
    await Promise.all([web.connect(), psql.connect()]);
    try {
      const comment = "/*route='%2Forders',traceparent='00-1-2-01'*/";
      // The first is what pg_stat_statements keeps; the second is what a session ran last.
      await web.query(`select * from called where id = 1 /*controller='old'*/`);
      await web.query(`select * from called where id = 2 ${comment}`);
      await psql.query("select * from called where id = 3");
      await read();
      await read();
      const called = await fingerprintOf(name, "from called where");
      const callers = await readCallers(tables.query, name, called);
      expect(callers.map(({ source, tags }) => JSON.stringify([source, tags])).sort()).toEqual([
        '["comment",{"controller":"old"}]',
        '["comment",{"route":"/orders"}]',
        '["session",{"application":"psql"}]',
      ]);
    } finally {
      await Promise.all([web.end(), psql.end()]);
      await collector.rest();
    }
  });

  test("tells of each of its databases what ran there, though the statement is the same", async () => {
    const here = watch(`here-${major}`, await server().createDatabase("here"));
    const there = watch(`there-${major}`, await server().createDatabase("there"));
    for (const database of ["here", "there"])
      await server().query("create table shared (id int)", undefined, database);
    await Promise.all([here.read(), there.read()]);
    for (const database of ["here", "here", "there"])
      await server().query("select * from shared", undefined, database);
    for (const [{ read }, name, calls] of [
      [here, `here-${major}`, 2],
      [there, `there-${major}`, 1],
    ] as const) {
      const { points } = await read();
      const shared = await fingerprintOf(name, "from shared");
      expect(increaseOf(points, "streamgate_database_statement_calls", shared)).toBe(calls);
    }
    await Promise.all([here.collector.rest(), there.collector.rest()]);
  });

  test("whose counters are reset goes on from zero", async () => {
    const { collector, read } = watch(`reset-${major}`, server().url());
    await pause(5, server(), "select 'before the reset'");
    await read();
    await server().query("select pg_stat_statements_reset()");
    await pause(2, server(), "select 'after the reset', 2, 3, 4, 5, 6");
    const { points } = await read();
    const after = await fingerprintOf(`reset-${major}`, "select $1, $2, $3, $4, $5, $6");
    expect(increaseOf(points, "streamgate_database_statement_calls", after)).toBe(2);
    expect(increaseOf(points, "streamgate_database_calls")).toBeLessThan(5);
    await collector.rest();
  });
});

describe("a database of which not everything may be read", () => {
  test("says that the extension is missing, and tells the rest", async () => {
    const url = await fourteen.createDatabase("bare");
    await fourteen.query("drop extension pg_stat_statements", undefined, "bare");
    const { collector, read } = watch("bare", url);
    const { remark, points } = await read();
    expect(remark).toBe(
      "statements are not counted: run `create extension pg_stat_statements` in this database",
    );
    expect(lastOf(points, "streamgate_database_connections", "active")).toBe(0);
    await fourteen.query("create extension pg_stat_statements", undefined, "bare");
    expect((await read()).remark).toBeUndefined();
    await collector.rest();
  });

  test("says what is hidden from its role, and does not take it for new when the right is given", async () => {
    await eighteen.query("create role weak login password 'weak'");
    await pause(50, eighteen, "select 'of another user'");
    const { collector, read } = watch("weak", asRole(eighteen.url(), "weak"));
    const { remark } = await read();
    expect(remark).toMatch(
      /statements that take \d+ % of the time are hidden: grant pg_read_all_stats to weak/,
    );
    await read();
    await eighteen.query("grant pg_read_all_stats to weak");
    const granted = await read();
    expect(granted.remark).toBeUndefined();
    expect(increaseOf(granted.points, "streamgate_database_calls")).toBe(0);
    await pause(2, eighteen, "select 'of another user'");
    expect(increaseOf((await read()).points, "streamgate_database_calls")).toBe(2);
    await collector.rest();
  });

  test("throws away one user's entry of a statement: what the others counted is not told again", async () => {
    const small = await startTestPostgres({
      major: 14,
      settings: { "pg_stat_statements.max": "100" },
    });
    await small.query(
      "create role other login password 'other'; create table of_both (id int); grant select on of_both to other",
    );
    const asOther = new pg.Client({ connectionString: asRole(small.url(), "other") });
    await asOther.connect();
    try {
      const { collector, read } = watch("users", small.url());
      await pause(50, small, "select * from of_both");
      await asOther.query("select * from of_both");
      await read();
      const crowd = (round: number): string =>
        Array.from({ length: 97 }, (_, at) => `select ${"1,".repeat(at + 4)} ${round}`).join(";");
      // What is called least is thrown away: here, the entry of the other user.
      await pause(3, small, crowd(1));
      await pause(1, small, "select * from of_both");
      const { points } = await read();
      const both = await fingerprintOf("users", "from of_both");
      const left = await small.query(
        "select count(*)::int as entries from pg_stat_statements where query like 'select * from of_both'",
      );
      expect(left).toEqual([{ entries: 1 }]);
      expect(increaseOf(points, "streamgate_database_statement_calls", both)).toBe(1);
      await collector.rest();
    } finally {
      await asOther.end();
      await small.stop();
    }
  });

  test("throws away statements: those that are left are told, and nothing is told twice", async () => {
    const small = await startTestPostgres({
      major: 14,
      settings: { "pg_stat_statements.max": "100" },
    });
    try {
      const { collector, read } = watch("small", small.url(), 20);
      await read();
      let told = 0;
      for (let round = 0; round < 4; round += 1) {
        const many = Array.from(
          { length: 90 },
          (_, at) => `select ${"1,".repeat(at)} ${round} as c${round}_${at}`,
        );
        await small.query(many.join(";"));
        const { points, remark } = await read();
        expect(remark).toBeUndefined();
        told += increaseOf(points, "streamgate_database_calls");
        const series = points.filter(
          ({ key }) => key.name === "streamgate_database_statement_calls",
        );
        expect(series.length).toBeLessThanOrEqual(20);
      }
      expect(told).toBeGreaterThan(100);
      expect(told).toBeLessThanOrEqual(4 * 90);
      await collector.rest();
    } finally {
      await small.stop();
    }
  });
});

describe("a database that cannot be reached", () => {
  let proxy: ChaosProxy;
  beforeAll(async () => {
    proxy = await startChaosProxy(eighteen.cluster.port);
  });
  afterAll(() => proxy.stop());
  const through = (): string =>
    eighteen.url().replace(/@127\.0\.0\.1:\d+/, `@127.0.0.1:${proxy.port}`);

  test("loses no count: what happened meanwhile is told with the next reading", async () => {
    const { collector, read } = watch("cut", through());
    await read();
    await proxy.refuse();
    await pause(3, eighteen, "select 'while nobody looked'");
    await expect(read()).rejects.toThrow(/broken off|nothing listens|terminated/);
    await expect(read()).rejects.toThrow("nothing listens there");
    proxy.pass();
    const { points } = await read();
    expect(increaseOf(points, "streamgate_database_calls")).toBe(3);
    expect(points[0]?.point.spanMs).toBe(3 * 40_000);
    await collector.rest();
  });

  test("and is silent ends with the signal, and is read on a new connection afterwards", async () => {
    const { collector, read } = watch("silent", through());
    await read();
    proxy.blackhole();
    const late = AbortSignal.timeout(300);
    const reading = { signal: late, atMs: 1, monotonicMs: 1 };
    await expect(collector.read(reading)).rejects.toThrow();
    proxy.pass();
    expect((await read()).remark).toBeUndefined();
    await collector.rest();
  });

  test("and fails over is measured anew: what the other server ever counted is not new", async () => {
    const other = await startTestPostgres({ major: 18 });
    try {
      await pause(50, other, "select 'long ago'");
      for (const server of [eighteen, other])
        await server.query("create role watcher superuser login password 'watcher'");
      const { collector, read } = watch("failover", asRole(through(), "watcher"));
      await read();
      proxy.retarget(other.cluster.port);
      proxy.cut();
      const afterwards = await read().catch(() => read());
      expect(increaseOf(afterwards.points, "streamgate_database_calls")).toBe(0);
      expect(increaseOf(afterwards.points, "streamgate_database_transactions")).toBe(0);
      await pause(2, other, "select 'since then'");
      expect(increaseOf((await read()).points, "streamgate_database_calls")).toBe(2);
      await collector.rest();
    } finally {
      proxy.retarget(eighteen.cluster.port);
      await other.stop();
    }
  });

  test("crashes and comes up again with counters that began anew", async () => {
    const mortal = await startMortalPostgres({
      isDurable: true,
      settings: { shared_preload_libraries: "pg_stat_statements" },
    });
    const ask = async (sql: string): Promise<void> => {
      const client = new pg.Client({ connectionString: await mortal.locate() });
      await client.connect();
      await client.query(sql);
      await client.end();
    };
    const door = await startChaosProxy(Number(new URL(await mortal.locate()).port));
    try {
      await ask("create extension pg_stat_statements");
      for (let call = 0; call < 20; call += 1) await ask("select 'before the crash'");
      const url = (await mortal.locate()).replace(/:\d+\//, `:${door.port}/`);
      const { collector, read } = watch("crash", url);
      await read();
      await mortal.kill();
      await expect(read()).rejects.toThrow();
      await mortal.restart();
      door.retarget(Number(new URL(await mortal.locate()).port));
      await ask("select 'after the crash', 1");
      const { points } = await read().catch(() => read());
      expect(increaseOf(points, "streamgate_database_calls")).toBe(1);
      await collector.rest();
    } finally {
      await door.stop();
      await mortal.stop();
    }
  });
});

describe("a store that is gone", () => {
  test("does not keep the database from being read; what ran is noted when it is back", async () => {
    const store = eighteen.url("store");
    const door = await startChaosProxy(eighteen.cluster.port);
    const through = openStorePool(async () =>
      store.replace(/@127\.0\.0\.1:\d+/, `@127.0.0.1:${door.port}`),
    );
    const collector = databaseCollector({
      database: { name: "storeless", url: fourteen.url(), intervalMs: 10_000, adviseEveryMs: 0 },
      tables: through,
      feed: () => undefined,
    });
    let beat = 0;
    const read = (): Promise<string | undefined> => {
      beat += 1;
      return collector.read({
        signal: AbortSignal.timeout(15_000),
        atMs: 1_700_000_000_000 + beat * 10_000,
        monotonicMs: beat * 40_000,
      });
    };
    await door.refuse();
    await fourteen.query("select 'noted later', 1, 2, 3");
    expect(await read()).toContain("statements are not noted");
    expect(await read()).toContain("statements are not noted");
    door.pass();
    expect(await read()).toBeUndefined();
    expect(await fingerprintOf("storeless", "select $1, $2, $3, $4")).toMatch(/^[0-9a-f]{16}$/);
    await collector.rest();
    await through.close();
    await door.stop();
  });
});
