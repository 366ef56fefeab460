import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestRedis, type TestRedis } from "../../../test/support/redis.ts";
import { createMediaApi, type MediaApi } from "../src/api/media-api.ts";
import { type MediaDatabase, startMediaDatabase } from "./support/media-database.ts";

let database: MediaDatabase;
let redis: TestRedis;

beforeAll(async () => {
  [database, redis] = await Promise.all([startMediaDatabase(), startTestRedis({ isOwn: true })]);
});
afterAll(async () => {
  await redis?.stop();
  await database?.stop();
});

const nameOf = async (api: MediaApi, userId: number): Promise<string> =>
  (await api.app.inject(`/users/${userId}`)).json().displayName;

const rename = (api: MediaApi, userId: number, displayName: string) =>
  api.app.inject({
    method: "PUT",
    url: `/users/${userId}`,
    headers: { "x-wallet-address": database.population.walletOf(userId) },
    payload: { displayName, plan: "free" },
  });

describe("an API whose Redis", () => {
  test("was never there starts, reads and writes", async () => {
    const api = createMediaApi({
      databaseUrl: database.url,
      cache: "redis",
      redisUrl: "redis://127.0.0.1:1",
      port: 0,
    });
    try {
      await api.listen();
      expect((await api.app.inject("/catalogue")).statusCode).toBe(200);
      expect((await rename(api, 21, "Without Redis")).statusCode).toBe(200);
      expect(await nameOf(api, 21)).toBe("Without Redis");
    } finally {
      await api.close();
    }
  });

  test.each(["killed", "silent"] as const)(
    "is %s goes on answering, and is right after it came back",
    async (how) => {
      const options = { databaseUrl: database.url, cache: "redis", redisUrl: redis.url } as const;
      const first = createMediaApi(options);
      const second = createMediaApi(options);
      try {
        await Promise.all([first.cache?.ready(), second.cache?.ready()]);
        await nameOf(first, 22);
        await nameOf(second, 22);
        if (how === "killed") await redis.kill();
        else redis.pause();
        const written = await rename(first, 22, `Renamed, ${how}`);
        expect(written.statusCode).toBe(200);
        expect(await nameOf(first, 22)).toBe(`Renamed, ${how}`);
        expect((await first.app.inject("/catalogue")).statusCode).toBe(200);
        if (how === "killed") await redis.restart();
        else redis.resume();
        // Longer than the lease: what the other process may still serve by then is right.
        await expect.poll(() => nameOf(second, 22), { timeout: 5_000 }).toBe(`Renamed, ${how}`);
        expect(await nameOf(first, 22)).toBe(`Renamed, ${how}`);
      } finally {
        await first.close();
        await second.close();
      }
    },
  );
});
