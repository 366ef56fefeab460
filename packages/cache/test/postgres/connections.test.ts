import { tierContract } from "@streamgate/cache/contract";
import { type PostgresQueries, postgresTier } from "@streamgate/cache/postgres";
import { systemClock } from "@streamgate/core";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import { begin, load, read } from "./loading.ts";
import { newSchema, openPool, openViews, type Views } from "./storage.ts";

let server: TestPostgres;

beforeAll(async () => {
  server = await startTestPostgres({ hasStatementCounters: false });
});

afterAll(() => server?.stop());

/** Locks the values, so that whoever stores one waits. */
async function holdEntries(views: Views): Promise<{ letGo(): Promise<void> }> {
  const holder = new pg.Client({ connectionString: server.url() });
  await holder.connect();
  await holder.query("begin");
  await holder.query(`lock table ${pg.escapeIdentifier(views.schema)}.entries in exclusive mode`);
  return {
    letGo: async () => {
      await holder.query("rollback");
      await holder.end();
    },
  };
}

const waitingFill = `select pid from pg_stat_activity
  where wait_event_type = 'Lock' and query like '%as_of, begun_us%'`;

test("a connection that is ended in the middle of a fill rejects it, and the next call goes on", async () => {
  const views = openViews(server);
  await load(views.first, "1", "before");
  const fill = await begin(views.first, "1");
  const lock = await holdEntries(views);
  const failure = fill("lost").catch((error: unknown) => error);
  await until(async () => (await server.query(waitingFill)).length === 1);
  await server.query(`select pg_terminate_backend(pid) from (${waitingFill}) waiting`);
  expect(await failure).toMatchObject({ code: "SG_CACHE_POSTGRES_FAILED" });
  await lock.letGo();
  expect(await read(views.first, "1")).toBe("before");
  expect(await load(views.first, "1", "after")).toBe("stored");
  await views.end();
});

test("a statement time-out of the role surfaces as an error and holds nothing", async () => {
  const views = openViews(server);
  await views.first.migrate();
  const pool = openPool(server.url(), { statement_timeout: 100 });
  const tier = postgresTier({
    pool,
    clock: systemClock,
    schema: views.schema,
    purgeIntervalMs: false,
  });
  const fill = await begin(tier, "1");
  const lock = await holdEntries(views);
  await expect(fill("late")).rejects.toMatchObject({ code: "SG_CACHE_POSTGRES_TIMED_OUT" });
  await lock.letGo();
  expect(await fill("in time")).toBe("stored");
  await pool.end();
  await views.end();
});

test("a server that refuses connections rejects every call and leaves nothing unhandled", async () => {
  const pool = openPool("postgresql://nobody@127.0.0.1:1/none");
  const tier = postgresTier({ pool, clock: systemClock, purgeIntervalMs: false });
  await expect(tier.read([])).rejects.toMatchObject({ code: "SG_CACHE_POSTGRES_FAILED" });
  await expect(tier.invalidate(["t"])).rejects.toMatchObject({ code: "SG_CACHE_POSTGRES_FAILED" });
  await tier.close();
  await pool.end();
});

test("a stamp of another tier is refused", async () => {
  const views = openViews(server);
  const other = openViews(server, { name: "elsewhere" });
  const { stamp } = await other.first.begin({ key: "classification:1", tags: [] });
  const fill = views.first.fill({
    key: "classification:1",
    tags: [],
    payload: { format: "text", compression: "none", bytes: Buffer.from("v") },
    stamp,
    ttlMs: 1_000,
    graceMs: 0,
    loadMs: 1,
    ageMs: 0,
  });
  await expect(fill).rejects.toMatchObject({ code: "SG_CACHE_POSTGRES_FOREIGN_STAMP" });
  await views.end();
  await other.end();
});

test("a single client does where there is no pool", async () => {
  const client = new pg.Client({ connectionString: server.url() });
  await client.connect();
  const tier = postgresTier({
    pool: client,
    clock: systemClock,
    schema: newSchema(),
    purgeIntervalMs: false,
  });
  for (let id = 0; id < 10; id += 1)
    expect(await load(tier, String(id), `value ${id}`)).toBe("stored");
  expect(await read(tier, "7")).toBe("value 7");
  await tier.close();
  await client.end();
});

test("who waits for a fill is let go when the tier is closed", async () => {
  const views = openViews(server);
  await views.first.begin({ key: "a:1", tags: [], claim: { token: "a", ttlMs: 600_000 } });
  const waiting = views.second.claims.awaitFill("a:1", 600_000);
  await until(async () => views.pools[1].totalCount > 0);
  await views.second.close();
  await waiting.catch((error: unknown) =>
    expect(error).toMatchObject({ code: "SG_CACHE_POSTGRES_CLOSED" }),
  );
  await views.end();
});

/**
 * What a pooler in transaction mode does: each transaction goes to any connection, and what a session would
 * remember is wiped.
 */
function poolerInTransactionMode(clients: readonly pg.Client[]): PostgresQueries {
  const lines = clients.map((client) => ({ client, last: Promise.resolve<unknown>(undefined) }));
  let turn = 0;
  return {
    query: (statement) => {
      turn += 1;
      const line = lines[turn % lines.length];
      if (line === undefined) throw new Error("no clients");
      const result = line.last.then(() => line.client.query(statement));
      const wipe = () => line.client.query("discard all").catch(() => {});
      line.last = result.then(wipe, wipe);
      return result;
    },
  };
}

describe("behind a pooler in transaction mode", () => {
  let clients: pg.Client[];

  beforeAll(async () => {
    clients = Array.from({ length: 6 }, () => new pg.Client({ connectionString: server.url() }));
    await Promise.all(clients.map((client) => client.connect()));
  });

  afterAll(() => Promise.all((clients ?? []).map((client) => client.end())));

  const kept = tierContract.filter(({ name }) => /order|claim|while|tags/.test(name));
  for (const rule of kept) {
    test(`the contract is kept: ${rule.name}`, () =>
      rule.run(async () => {
        const options = {
          pool: poolerInTransactionMode(clients),
          clock: systemClock,
          schema: newSchema(),
          purgeIntervalMs: false,
        } as const;
        return { views: [postgresTier(options), postgresTier(options)], dispose: async () => {} };
      }));
  }
});
