import { systemClock } from "@streamgate/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { createBuckets } from "../../src/access/buckets.ts";
import { tellFirstToken } from "../../src/access/first-token.ts";
import { createSecretHashes } from "../../src/access/secret-hashes.ts";
import { openTokens, type Tokens } from "../../src/access/tokens.ts";
import { openStorePool, type StorePool } from "../../src/platform/store-pool.ts";
import { openConnection } from "../../src/store/connection.ts";
import { migrate, readMigrations } from "../../src/store/migrations.ts";

let postgres: TestPostgres;
const pools: StorePool[] = [];
beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
});
afterAll(async () => {
  for (const pool of pools) await pool.close();
  await postgres.stop();
});

async function openAnew(name: string): Promise<{ tables: StorePool; tokens: Tokens }> {
  const url = await postgres.createDatabase(name);
  const connection = await openConnection(async () => url);
  await migrate(connection, await readMigrations());
  await connection.close();
  const tables = openStorePool(async () => url);
  pools.push(tables);
  return { tables, tokens: tokensOf(tables) };
}

function tokensOf(tables: StorePool): Tokens {
  return openTokens({
    tables,
    clock: systemClock,
    hashes: createSecretHashes(),
    mistakes: createBuckets({ burst: 100, perSecond: 100 }, () => systemClock.monotonicMs()),
    onEnded: () => undefined,
  });
}

async function tellTo(
  tables: StorePool,
  told: string[],
  before = (): void => undefined,
): Promise<void> {
  await tellFirstToken({ tables, clock: systemClock, hashes: createSecretHashes() }, (token) => {
    before();
    told.push(token);
  });
}

const isGood = async (tokens: Tokens, text = ""): Promise<boolean> =>
  (await tokens.check(text, "127.0.0.1")) !== undefined;

test("the first token is told once, and never again, even when it was revoked", async () => {
  const { tables, tokens } = await openAnew("once");
  const told: string[] = [];
  await tellTo(tables, told);
  await tellTo(tables, told);
  expect(told).toHaveLength(1);
  expect(await isGood(tokens, told[0])).toBe(true);
  const [info] = await tokens.list();
  await tokens.revoke(info?.id ?? "", "test");
  await tellTo(tables, told);
  expect(told).toHaveLength(1);
});

test("one that was made but not told is replaced by one that is", async () => {
  const { tables, tokens } = await openAnew("cut_short");
  const told: string[] = [];
  const end = (): never => {
    throw new Error("killed before it was told");
  };
  await expect(tellTo(tables, told, end)).rejects.toThrow(/killed/);
  expect(await tokens.list()).toHaveLength(1);
  await tellTo(tables, told);
  expect(told).toHaveLength(1);
  expect(await tokens.list()).toHaveLength(1);
  expect(await isGood(tokens, told[0])).toBe(true);
});

test("two who start at once tell one token between them", async () => {
  const { tables, tokens } = await openAnew("crowded");
  const other = openStorePool(async () => postgres.url("crowded"));
  pools.push(other);
  const told: string[] = [];
  await Promise.all([tellTo(tables, told), tellTo(other, told), tellTo(tables, told)]);
  expect(told).toHaveLength(1);
  expect(await isGood(tokens, told[0])).toBe(true);
});

test("a store in which somebody has made a token needs no first one", async () => {
  const { tables, tokens } = await openAnew("by_hand");
  await tokens.create({ name: "by hand", scopes: ["act"] }, "test");
  const told: string[] = [];
  await tellTo(tables, told);
  expect(told).toEqual([]);
});

test("a token that another instance revokes works here for a short while at most, and not at all for whoever asks first", async () => {
  const { tables, tokens } = await openAnew("two_instances");
  const { token, info } = await tokens.create({ name: "ci", scopes: ["read"] }, "test");
  const here = tokensOf(tables);
  const later = tokensOf(tables);
  expect(await isGood(here, token)).toBe(true);
  await tokens.revoke(info.id, "test");
  expect(await isGood(tokens, token)).toBe(false);
  expect(await isGood(later, token)).toBe(false);
});
