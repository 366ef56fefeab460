import { postgresTier } from "@streamgate/cache/postgres";
import { type Clock, systemClock } from "@streamgate/core";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import { begin, load, read } from "./loading.ts";
import { openViews, type Views } from "./storage.ts";

let server: TestPostgres;
let views: Views;

beforeAll(async () => {
  server = await startTestPostgres({ hasStatementCounters: false });
});

afterAll(() => server?.stop());

beforeEach(async () => {
  views = openViews(server, { purgeBatchRows: 7 });
  await views.first.migrate();
});

afterEach(() => views.end());

const count = async (table: string): Promise<number> => {
  const [row] = await server.query<{ rows: number }>(
    `select count(*)::int4 as rows from ${pg.escapeIdentifier(views.schema)}.${table}`,
  );
  return row?.rows ?? Number.NaN;
};

const expire = (ids: string): Promise<unknown> =>
  server.query(
    `update ${pg.escapeIdentifier(views.schema)}.entries
     set gone_at = clock_timestamp() - interval '1 second' where key like '${ids}'`,
  );

/** A tier that remembers invalidations for no time at all. */
const forgetful = (): ReturnType<typeof postgresTier> =>
  postgresTier({
    pool: views.pools[0],
    clock: systemClock,
    schema: views.schema,
    purgeIntervalMs: false,
    purgeBatchRows: 7,
    keepEpochsMs: 0.001,
  });

async function storeMany(prefix: string, rows: number): Promise<void> {
  await Promise.all(
    Array.from({ length: rows }, (_, row) => load(views.first, `${prefix}-${row}`, "v")),
  );
}

test("expired values go in batches and the others stay", async () => {
  await storeMany("old", 50);
  await storeMany("new", 5);
  await expire("%old-%");
  expect(await views.first.purgeExpired()).toEqual({ entries: 50, claims: 0, epochs: 0 });
  expect(await count("entries")).toBe(5);
  expect(await views.second.purgeExpired()).toEqual({ entries: 0, claims: 0, epochs: 0 });
});

test("two purges at once share the work and wait for neither each other nor a row that somebody holds", async () => {
  await storeMany("old", 60);
  await expire("%old-%");
  const holder = new pg.Client({ connectionString: server.url() });
  await holder.connect();
  await holder.query("begin");
  await holder.query(
    `select from ${pg.escapeIdentifier(views.schema)}.entries where key = 'classification:old-3' for update`,
  );
  const [first, second] = await Promise.all([
    views.first.purgeExpired(),
    views.second.purgeExpired(),
  ]);
  expect(first.entries + second.entries).toBe(59);
  await holder.query("rollback");
  await holder.end();
  expect((await views.first.purgeExpired()).entries).toBe(1);
});

test("lapsed claims are purged and held ones are not", async () => {
  const claim = (key: string, ttlMs: number) =>
    views.first.begin({ key, tags: [], claim: { token: "a", ttlMs } });
  await claim("lapsed:1", 0);
  await claim("held:1", 60_000);
  expect((await views.second.purgeExpired()).claims).toBe(1);
  expect(
    (await views.second.begin({ key: "held:1", tags: [], claim: { token: "b", ttlMs: 1 } })).claim,
  ).toBe("taken");
});

test("a load from before an invalidation that was purged still never lands", async () => {
  await load(views.first, "1", "old");
  const late = await begin(views.first, "2");
  await views.second.invalidate(["t"]);
  expect((await forgetful().purgeExpired()).epochs).toBe(1);
  expect(await count("epochs")).toBe(0);
  expect(await read(views.first, "1")).toBeUndefined();
  expect(await late("old")).toBe("superseded");
  expect(await load(views.first, "1", "new")).toBe("stored");
  expect(await read(views.second, "1")).toBe("new");
});

test("epochs within their time are kept, and no value is lost to a purge", async () => {
  await load(views.first, "1", "v", ["u"]);
  await views.second.invalidate(["t"]);
  expect((await views.first.purgeExpired()).epochs).toBe(0);
  expect(await count("epochs")).toBe(1);
  expect(await read(views.first, "1")).toBe("v");
});

test("epochs that an open transaction is older than stay, so that new loads can land", async () => {
  const open = new pg.Client({ connectionString: server.url() });
  await open.connect();
  await open.query("begin");
  await open.query("select pg_current_xact_id()");
  await views.first.invalidate(["t"]);
  expect((await forgetful().purgeExpired()).epochs).toBe(0);
  expect(await load(views.first, "1", "v")).toBe("stored");
  expect(await read(views.first, "1")).toBe("v");
  await open.query("rollback");
  await open.end();
  expect((await forgetful().purgeExpired()).epochs).toBe(1);
});

test("a tag that is invalidated a thousand times leaves one row, whoever keeps a transaction open", async () => {
  const open = new pg.Client({ connectionString: server.url() });
  await open.connect();
  await open.query("begin isolation level repeatable read");
  await open.query("select pg_current_xact_id()");
  for (let round = 0; round < 1_000; round += 1) await views.first.invalidate(["hot"]);
  expect(await count("epochs")).toBe(1);
  await open.query("rollback");
  await open.end();
});

test("purges under load lose nothing that is valid and bring nothing back", async () => {
  let version = 0;
  let acknowledged = 0;
  let isOver = false;
  const purging = forgetful();
  const purges = (async () => {
    let runs = 0;
    while (!isOver) {
      await Promise.all([purging.purgeExpired(), views.first.purgeExpired()]);
      runs += 1;
    }
    return runs;
  })();
  const writing = (async () => {
    for (let round = 0; round < 150; round += 1) {
      version += 1;
      const written = version;
      await views.first.invalidate(["t"]);
      acknowledged = written;
    }
  })();
  const loading = [views.first, views.second].map(async (tier) => {
    for (let round = 0; round < 100; round += 1) {
      const fill = await begin(tier, "1");
      await fill(String(version));
      const least = acknowledged;
      const text = await read(tier, "1");
      if (text !== undefined) expect(Number(text)).toBeGreaterThanOrEqual(least);
    }
  });
  await Promise.all([writing, ...loading]);
  isOver = true;
  expect(await purges).toBeGreaterThan(0);
  await load(views.first, "1", "last");
  expect(await read(views.second, "1")).toBe("last");
});

test("the interval purges by the clock, tells of failures, goes on, and ends with the tier", async () => {
  const turns: (() => void)[] = [];
  const clock: Clock = {
    ...systemClock,
    sleep: (_, signal) =>
      new Promise((resolve, reject) => {
        turns.push(resolve);
        signal?.addEventListener("abort", () => reject(signal.reason));
      }),
  };
  const failures: unknown[] = [];
  let isFailing = false;
  const tier = postgresTier({
    pool: {
      query: async (statement) => {
        if (isFailing) throw new Error("gone");
        return views.pools[1].query(statement);
      },
    },
    clock,
    schema: views.schema,
    purgeIntervalMs: 1_000,
    onPurgeFailure: (error) => failures.push(error),
  });
  await storeMany("old", 3);
  await expire("%old-%");
  expect(turns).toHaveLength(0);
  await read(tier, "1");
  expect(turns).toHaveLength(1);
  turns.pop()?.();
  await until(async () => (await count("entries")) === 0);
  await until(() => turns.length === 1);
  isFailing = true;
  turns.pop()?.();
  await until(() => turns.length === 1);
  expect(failures).toEqual([expect.objectContaining({ code: "SG_CACHE_POSTGRES_FAILED" })]);
  await tier.close();
});
