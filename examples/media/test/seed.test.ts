import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../test/support/postgres.ts";
import { MEDIA_TABLES, tableSizes } from "../src/population/sizes.ts";
import { seedMedia } from "../src/seeding/seed-media.ts";
import { TINY_SCALE } from "./support/media-database.ts";
import { lineOf, startMain } from "./support/run-main.ts";

let postgres: TestPostgres;
let url: string;
let database: string;
let made = 0;

beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres?.stop());

beforeEach(async () => {
  made += 1;
  database = `media_${made}`;
  url = await postgres.createDatabase(database);
});

const query = <Row extends Record<string, unknown>>(sql: string) =>
  postgres.query<Row>(sql, undefined, database);

async function checksum(server: TestPostgres = postgres): Promise<readonly string[]> {
  const sums: string[] = [];
  for (const table of MEDIA_TABLES) {
    const [row] = await server.query<{ sum: string | null }>(
      `select md5(string_agg(row::text, e'\\n' order by row::text)) as sum from ${table} as row`,
      undefined,
      database,
    );
    sums.push(`${table} ${row?.sum}`);
  }
  return sums;
}

async function rowCounts(): Promise<Record<string, number | undefined>> {
  const counts: Record<string, number | undefined> = {};
  for (const table of MEDIA_TABLES) {
    const [row] = await query<{ rows: number }>(`select count(*)::integer as rows from ${table}`);
    counts[table] = row?.rows;
  }
  return counts;
}

test("the same scale and seed give the same rows, another seed others", async () => {
  await seedMedia({ databaseUrl: url, scale: TINY_SCALE, seed: 7 });
  const first = await checksum();
  await seedMedia({ databaseUrl: url, scale: TINY_SCALE, seed: 8, isForced: true });
  const other = await checksum();
  await seedMedia({ databaseUrl: url, scale: TINY_SCALE, seed: 7, isForced: true });
  expect(await checksum()).toEqual(first);
  expect(other).not.toEqual(first);
});

test("a second run with the same scale and seed finds the data there and does nothing", async () => {
  const first = await seedMedia({ databaseUrl: url, scale: TINY_SCALE });
  const [before] = await query("select seeded_at from media_seed");
  const second = await seedMedia({ databaseUrl: url, scale: TINY_SCALE });
  expect([first.kind, second.kind]).toEqual(["loaded", "already there"]);
  expect(await query("select seeded_at from media_seed")).toEqual([before]);
});

test("another scale replaces the data only when forced", async () => {
  await seedMedia({ databaseUrl: url, scale: TINY_SCALE });
  await expect(seedMedia({ databaseUrl: url, scale: 0.01 })).rejects.toMatchObject({
    code: "MEDIA_OTHER_SEED",
    message: expect.stringContaining("--force"),
  });
  expect(await rowCounts()).toEqual(tableSizes(TINY_SCALE));
  await seedMedia({ databaseUrl: url, scale: 0.01, isForced: true });
  expect(await rowCounts()).toEqual(tableSizes(0.01));
});

test("tables that the example did not make are left alone", async () => {
  await query("create table users (name text)");
  await expect(seedMedia({ databaseUrl: url, scale: TINY_SCALE })).rejects.toMatchObject({
    code: "MEDIA_OTHER_TABLES",
  });
  expect(await query("select * from users")).toEqual([]);
});

test("a run killed in the middle leaves nothing, and the next starts clean", async () => {
  const killed = startMain(["seed", "--scale", "1", "--json"], { DATABASE_URL: url });
  await lineOf(killed, (line) => line.includes('"table":"transactions"'));
  killed.kill("SIGKILL");
  const outcome = await seedMedia({ databaseUrl: url, scale: TINY_SCALE });
  expect(outcome.kind).toBe("loaded");
  expect(await rowCounts()).toEqual(tableSizes(TINY_SCALE));
});

test("two runs at once load the data once", async () => {
  const outcomes = await Promise.all([
    seedMedia({ databaseUrl: url, scale: TINY_SCALE }),
    seedMedia({ databaseUrl: url, scale: TINY_SCALE }),
  ]);
  expect(outcomes.map(({ kind }) => kind).sort()).toEqual(["already there", "loaded"]);
});

test("primary keys are the only indexes, planner statistics are there, new rows get new ids", async () => {
  await seedMedia({ databaseUrl: url, scale: TINY_SCALE });
  const others = await query(
    "select indexrelid::regclass as index from pg_index where indrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace) and not indisprimary",
  );
  expect(others).toEqual([]);
  const analysed = await query(
    "select distinct tablename as name from pg_stats where schemaname = 'public' order by 1",
  );
  expect(analysed.map(({ name }) => name)).toEqual([...MEDIA_TABLES].sort());
  const [keyword] = await query(
    "insert into keywords (user_id, phrase, category) values (1, 'new', 'topic') returning id",
  );
  expect(Number(keyword?.id)).toBe(tableSizes(TINY_SCALE).keywords + 1);
});

test("columns are skewed and correlated", async () => {
  await seedMedia({ databaseUrl: url, scale: 0.02 });
  const [drafts] = await query(
    "select avg((status = 'draft')::integer) filter (where created_at > '2025-12-05') as young, avg((status = 'draft')::integer) filter (where created_at < '2025-06-01') as old from content",
  );
  expect(Number(drafts?.young)).toBeGreaterThan(3 * Number(drafts?.old));
  const chatOn = await query(
    "select distinct content.kind from analytics_events join content on content.id = content_id where analytics_events.kind = 'chat'",
  );
  expect(chatOn).toEqual([{ kind: "live" }]);
  const [foreign] = await query(
    "select count(*)::integer as rows from users where country = 'JP' and language <> 'ja'",
  );
  expect(foreign?.rows).toBe(0);
});

test("PostgreSQL 14 takes the same rows", async () => {
  await seedMedia({ databaseUrl: url, scale: TINY_SCALE });
  const onNewest = await checksum();
  const old = await startTestPostgres({ major: 14, hasStatementCounters: false });
  try {
    const oldUrl = await old.createDatabase(database);
    await seedMedia({ databaseUrl: oldUrl, scale: TINY_SCALE });
    expect(await checksum(old)).toEqual(onNewest);
  } finally {
    await old.stop();
  }
});
