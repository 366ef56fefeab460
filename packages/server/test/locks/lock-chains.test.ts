import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import { keepConnection } from "../../src/collectors/database/kept-connection.ts";
import { blockingFindings } from "../../src/locks/blocking-finding.ts";
import { readLockChains } from "../../src/locks/lock-chain-table.ts";
import { lockChains } from "../../src/locks/lock-chains.ts";
import { LOCK_SESSIONS, type LockSessionRow } from "../../src/locks/lock-question.ts";
import { LockWatch } from "../../src/locks/lock-watch.ts";
import { openStorePool, type StorePool } from "../../src/platform/store-pool.ts";
import { readWatchFindings } from "../../src/recommendations/watch-findings.ts";
import { readMigrations } from "../../src/store/migrations.ts";

const BEGAN = new Date("2026-03-01T10:00:00Z");

function session(pid: number, blockers: readonly number[] | null, more = {}): LockSessionRow {
  return {
    pid,
    startedAt: BEGAN,
    user: "api",
    application: "shop",
    state: blockers === null ? "idle in transaction" : "active",
    query: "update orders set state = 'secret' where id = 7",
    transactionMs: 9_000,
    statementMs: 8_000,
    stateMs: 8_500,
    blockers,
    waitedMs: blockers === null ? null : 1_000 * pid,
    lock: blockers === null ? null : "ShareLock on transactionid",
    relation: blockers === null ? null : "public.orders",
    ...more,
  };
}

describe("chains of sessions that wait", () => {
  test("name the one who holds, and all who wait for it, through those in between", () => {
    const [chain, ...others] = lockChains([
      session(1, null),
      session(2, [1]),
      session(3, [2]),
      session(4, [1, 2]),
    ]);
    expect(others).toEqual([]);
    expect(chain).toMatchObject({
      key: "1 2026-03-01T10:00:00.000Z",
      root: { pid: 1, state: "idle in transaction", statementMs: 8_500 },
      longestWaitMs: 4_000,
    });
    // Whose wait is longest comes first.
    expect(chain?.waiting.map(({ pid, depth }) => [pid, depth])).toEqual([
      [4, 1],
      [2, 1],
      [3, 2],
    ]);
    expect(JSON.stringify(chain)).not.toContain("secret");
  });

  test("are one for each holder; a circle, which the server breaks, is none", () => {
    const chains = lockChains([
      session(1, null),
      session(2, null),
      session(3, [1, 2]),
      session(4, [2]),
      session(5, [6]),
      session(6, [5]),
    ]);
    expect(chains.map(({ root, waiting }) => [root.pid, waiting.length])).toEqual([
      [2, 2],
      [1, 1],
    ]);
  });

  test("hold everybody who waits for somebody who does not, once in each, whoever waits for whom", () => {
    const waits = fc.array(fc.array(fc.nat({ max: 11 }), { maxLength: 3 }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(waits, (blockers) => {
        const rows = blockers.map((of, pid) => session(pid, of.length === 0 ? null : of));
        const chains = lockChains(rows);
        for (const { root, waiting } of chains) {
          const pids = waiting.map(({ pid }) => pid);
          expect(new Set(pids).size).toBe(pids.length);
          const inChain = new Set([root.pid, ...pids]);
          for (const { waitsFor } of waiting)
            expect(waitsFor.some((pid) => inChain.has(pid))).toBe(true);
          for (const { pid, blockers: of } of rows)
            if (of?.some((one) => inChain.has(one))) expect(inChain.has(pid)).toBe(true);
        }
      }),
    );
  });

  test("of a holder of which nothing may be seen still name its process", () => {
    const hidden = { user: null, application: null, state: null, query: null, startedAt: null };
    const [chain] = lockChains([session(1, null, hidden), session(2, [1])]);
    expect(chain?.root).toMatchObject({ pid: 1, text: null, fingerprint: null });
  });

  test("become a finding when somebody waited for some seconds, and a worse one when many do", () => {
    const at = BEGAN.toISOString();
    const few = lockChains([session(1, null), session(2, [1])]);
    expect(blockingFindings("shop", few, at)).toEqual([]);
    const [finding] = blockingFindings("shop", lockChains([session(1, null), session(6, [1])]), at);
    expect(finding).toMatchObject({
      kind: "transaction/blocking",
      severity: "medium",
      subject: { database: "shop", object: "public.orders" },
      savedMsPerHour: 6_000,
    });
    expect(finding?.summary).toBe(
      "1 session waits up to 6 s for process 1 (shop), idle in transaction for 8.5 s, on public.orders",
    );
    expect(finding?.remedy).toContain("idle_in_transaction_session_timeout");
    const many = [6, 7, 8, 9, 70].map((pid) => session(pid, [1]));
    const [worse] = blockingFindings("shop", lockChains([session(1, null), ...many]), at);
    expect(worse?.severity).toBe("critical");
    expect(worse?.id).toBe(finding?.id);
  });
});

describe.each([18, 14] as const)("on a PostgreSQL %i", (major) => {
  let postgres: TestPostgres;
  let tables: StorePool;
  beforeAll(async () => {
    postgres = await startTestPostgres({ major });
    const store = await postgres.createDatabase("store");
    const sql = (await readMigrations()).find(({ number }) => number === 9)?.sql ?? "";
    await postgres.query(`create schema streamgate; ${sql}`, undefined, "store");
    tables = openStorePool(async () => store);
    await postgres.query(
      `create table orders (id int primary key, state text); insert into orders values (1, 'new'), (2, 'new');
       create role weak login password 'weak'; create role watcher login password 'watcher'; grant pg_read_all_stats to watcher`,
    );
  });
  afterAll(async () => {
    await tables.close();
    await postgres.stop();
  });

  async function open(name: string): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: postgres.url(),
      application_name: name,
    });
    // Where the test fails, the server ends before it.
    client.on("error", () => undefined);
    await client.connect();
    return client;
  }

  test("a role that only reads sees who holds the row, who waits, and on which table; the store keeps it until it ends", async () => {
    const [holder, first, second] = await Promise.all(["web", "job", "report"].map(open));
    if (holder === undefined || first === undefined || second === undefined)
      throw new Error("three connections were asked for");
    const watcher = keepConnection(postgres.url().replace(/\/\/[^@]*@/, "//watcher:watcher@"), {
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 5_000,
    });
    const look = (): Promise<readonly LockSessionRow[]> =>
      watcher.ask<LockSessionRow>(LOCK_SESSIONS, AbortSignal.timeout(10_000));
    const watch = new LockWatch("shop", tables.query);
    await holder.query("begin; update orders set state = 'paid' where id = 1");
    const waits = first.query("update orders set state = 'sent' where id = 1");
    await until(async () => (await look()).length === 2);
    const waitsToo = second.query("begin; lock table orders; commit");
    await until(async () => (await look()).length === 3);

    const rows = await look();
    const [chain] = lockChains(rows);
    expect(chain).toMatchObject({
      root: { application: "web", state: "idle in transaction", user: expect.any(String) },
    });
    expect(chain?.root.text).toMatch(/update orders set state = \$\d/);
    expect(chain?.waiting.map(({ application }) => application)).toEqual(["job", "report"]);
    expect(chain?.waiting[0]).toMatchObject({
      relation: "public.orders",
      lock: "ShareLock on transactionid",
    });
    const weak = keepConnection(postgres.url().replace(/\/\/[^@]*@/, "//weak:weak@"), {
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 5_000,
    });
    const [seenByWeak] = lockChains(
      await weak.ask<LockSessionRow>(LOCK_SESSIONS, AbortSignal.timeout(10_000)),
    );
    await weak.close();
    expect(seenByWeak).toMatchObject({ root: { pid: chain?.root.pid, text: null } });
    expect(seenByWeak?.waiting).toHaveLength(2);
    const beganMs = Date.now();
    const at = (second: number): Date => new Date(beganMs + second * 1_000);
    await watch.see(rows, at(0));
    const late = rows.map((row) => ({ ...row, waitedMs: row.blockers === null ? null : 9_000 }));
    await watch.see(late, at(10));
    const [kept] = await readLockChains(tables.query, ["shop"], at(-1));
    expect(kept).toMatchObject({ mostWaiting: 2, longestWaitMs: 9_000, endedAt: null });
    expect(kept?.firstSeenAt).toEqual(at(0));
    expect((await readWatchFindings(tables.query)).map(({ finding }) => finding.kind)).toEqual([
      "transaction/blocking",
    ]);

    await holder.query("rollback");
    await Promise.all([waits, waitsToo]);
    await until(async () => (await look()).length === 0);
    await watch.see(await look(), at(20));
    const [ended] = await readLockChains(tables.query, ["shop"], at(-1));
    expect(ended?.endedAt).toEqual(at(20));
    expect(ended?.chain.waiting).toHaveLength(2);
    await watcher.close();
    await Promise.all([holder, first, second].map((client) => client.end()));
  });
});
