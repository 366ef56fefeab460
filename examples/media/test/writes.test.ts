import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestRedis, type TestRedis } from "../../../test/support/redis.ts";
import { type ApiProcess, startApiProcess } from "./support/api-process.ts";
import { type MediaDatabase, startMediaDatabase } from "./support/media-database.ts";

let database: MediaDatabase;
let redis: TestRedis;
let first: ApiProcess;
let second: ApiProcess;

beforeAll(async () => {
  [database, redis] = await Promise.all([startMediaDatabase(), startTestRedis({ isOwn: true })]);
  const environment = {
    DATABASE_URL: database.url,
    MEDIA_CACHE: "redis",
    MEDIA_REDIS_URL: redis.url,
  };
  [first, second] = await Promise.all([
    startApiProcess([], environment),
    startApiProcess([], environment),
  ]);
});
afterAll(async () => {
  await Promise.all([first?.stop(), second?.stop()]);
  await redis?.stop();
  await database?.stop();
});

type Read = (api: ApiProcess) => Promise<unknown>;

const walletOf = (userId: number) => ({
  "x-wallet-address": database.population.walletOf(userId),
});

/** Both processes know the old state; then one of them writes, and both are asked at once. */
async function readBeforeAndAfter(
  read: Read,
  write: () => Promise<{ readonly status: number }>,
): Promise<{ readonly before: readonly unknown[]; readonly after: readonly unknown[] }> {
  const before = [await read(first), await read(second), await read(first), await read(second)];
  const { status } = await write();
  expect([200, 201, 202]).toContain(status);
  const after = await Promise.all([read(first), read(second)]);
  return { before, after };
}

async function publishedContent(): Promise<number> {
  const id = 42;
  await database.query("update content set status = 'published' where id = $1", [id]);
  await first.send("POST", "/internal/cache/invalidations", { tables: ["content"] });
  return id;
}

describe("a write through one process is seen by the next read through either", () => {
  test("of a content, its creator's feed and its stream", async () => {
    const id = await publishedContent();
    const owner = database.population.ownerOfContent(id);
    const holder = walletOf(database.population.holderOfContent(id));
    const read: Read = async (api) => [
      (await api.get(`/content/${id}`)).status,
      (await api.get(`/streams/${id}/manifest.m3u8`, holder)).status,
      (await api.get(`/users/${owner}/content?status=archived&limit=100`)).text.includes(
        "Put away",
      ),
    ];
    const change = { title: "Put away", description: "", status: "archived" };
    const { before, after } = await readBeforeAndAfter(read, () =>
      first.send("PUT", `/content/${id}`, change, walletOf(owner)),
    );
    expect(before).toEqual(Array(4).fill([200, 200, false]));
    expect(after).toEqual(Array(2).fill([404, 404, true]));
  });

  test("of what is published at all, in the catalogue", async () => {
    const id = database.population.sizes.content;
    const owner = walletOf(database.population.ownerOfContent(id));
    const newest: Read = async (api) =>
      (await api.get("/catalogue?limit=1")).text.includes("Brand new");
    const change = { title: "Brand new", description: "", status: "published" };
    const { before, after } = await readBeforeAndAfter(newest, () =>
      second.send("PUT", `/content/${id}`, change, owner),
    );
    expect(before).toEqual(Array(4).fill(false));
    expect(after).toEqual([true, true]);
  });

  test("of a profile, wherever its name stands", async () => {
    const id = await publishedContent();
    const owner = database.population.ownerOfContent(id);
    const read: Read = async (api) => [
      ((await api.get(`/users/${owner}`)).body as { displayName: string }).displayName,
      ((await api.get(`/content/${id}`)).body as { owner: { displayName: string } }).owner
        .displayName,
    ];
    const { after } = await readBeforeAndAfter(read, () =>
      first.send(
        "PUT",
        `/users/${owner}`,
        { displayName: "New name", plan: "studio" },
        walletOf(owner),
      ),
    );
    expect(after).toEqual(Array(2).fill(["New name", "New name"]));
  });

  test("of a keyword and of the filter, in matches and in the tags of a content", async () => {
    const { population } = database;
    let id = 1;
    while (population.tagsOfContent(id).length === 0) id += 1;
    const [keywordId = 0] = population.tagsOfContent(id);
    const owner = population.ownerOfContent(id);
    await database.query("update content set status = 'published' where id = $1", [id]);
    await first.send("POST", "/internal/cache/invalidations", { tables: ["content"] });
    const text = "the glittering prize";
    const matches: Read = async (api) => {
      const { body } = await api.send("POST", `/users/${owner}/keyword-matches`, { text });
      return (body as { matches: readonly unknown[] }).matches.length;
    };
    const read: Read = async (api) => [
      await matches(api),
      (await api.get(`/content/${id}`)).text.includes("glitter"),
    ];
    const { before, after } = await readBeforeAndAfter(read, () =>
      first.send(
        "PUT",
        `/users/${owner}/keywords/${keywordId}`,
        { phrase: "glitter" },
        walletOf(owner),
      ),
    );
    expect(before).toEqual(Array(4).fill([0, false]));
    expect(after).toEqual(Array(2).fill([1, true]));

    const filter = { isCaseSensitive: false, isWholeWords: true, matchLimit: 10 };
    const filtered = await readBeforeAndAfter(matches, () =>
      second.send("PUT", `/users/${owner}/filter`, filter, walletOf(owner)),
    );
    expect(filtered.after).toEqual([0, 0]);
  });

  test("of a token that is handed over: who may watch, who holds it, what was paid", async () => {
    const id = 7;
    await database.query("update content set status = 'published' where id = $1", [id]);
    await first.send("POST", "/internal/cache/invalidations", { tables: ["content"] });
    const { population } = database;
    const contract = population.contractOf(population.ownerOfContent(id));
    const seller = walletOf(population.holderOfContent(id));
    const buyerId = population.holderOfContent(id) === 3 ? 4 : 3;
    const buyer = walletOf(buyerId);
    const token = `/contracts/${contract}/tokens/${id}`;
    const read: Read = async (api) => [
      (await api.get(`/streams/${id}/manifest.m3u8`, seller)).status,
      (await api.get(`/streams/${id}/manifest.m3u8`, buyer)).status,
      (await api.get(token)).text.includes(buyer["x-wallet-address"]),
      (await api.get(`/wallets/${buyer["x-wallet-address"]}/tokens`)).text.includes(
        `"tokenId":"${id}"`,
      ),
      (await api.get(`/contracts/${contract}/tokens?limit=100`)).text.includes(
        buyer["x-wallet-address"],
      ),
      (await api.get(`/users/${buyerId}/transactions?limit=100`)).text.includes(
        '"amountWei":"123456"',
      ),
    ];
    const { before, after } = await readBeforeAndAfter(read, () =>
      second.send("POST", `${token}/transfers`, { buyerId, amountWei: "123456" }, seller),
    );
    expect(before).toEqual(Array(4).fill([200, 403, false, false, false, false]));
    expect(after).toEqual(Array(2).fill([403, 200, true, true, true, true]));
  });

  test("of today's events, by the process that took them at once, by the other within the lease", async () => {
    const contentId = 5;
    const owner = database.population.ownerOfContent(contentId);
    const today = new Date().toISOString().slice(0, 10);
    const shares = async (api: ApiProcess) =>
      (await api.get(`/users/${owner}/statistics?from=2026-01-01&to=${nextDay(today)}`)).text;
    await shares(second);
    const sessionId = "3f0e1c52-0b43-4c38-a9e7-6f2f64a3d00e";
    const events = [{ contentId, sessionId, kind: "share", watchedSeconds: 77 }];
    await first.send("POST", "/events", { events });
    expect(await shares(first)).toContain('"watchedSeconds":77');
    await expect.poll(() => shares(second), { timeout: 1_000 }).toContain('"watchedSeconds":77');
  });
});

describe("a write that may not be", () => {
  test("changes nothing and says why", async () => {
    const other = { "x-wallet-address": `0x${"ee".repeat(20)}` };
    const content = { title: "Mine now", description: "", status: "published" };
    const refused = await Promise.all([
      first.send("PUT", "/content/42", content, other),
      first.send("PUT", "/content/42", content),
      first.send("PUT", "/content/42", { ...content, status: "lost" }, other),
      first.send("PUT", "/users/3", { displayName: "Mine", plan: "free" }, other),
      first.send("PUT", "/users/3/keywords/999999", { phrase: "x" }, walletOf(3)),
      first.send("PUT", "/users/3/filter", { isCaseSensitive: true }, walletOf(3)),
      first.send(
        "POST",
        `/contracts/0x${"00".repeat(20)}/tokens/1/transfers`,
        { buyerId: 3 },
        other,
      ),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([403, 401, 400, 403, 403, 400, 404]);
    for (const { headers } of refused) {
      expect(headers.get("content-type")).toContain("application/problem+json");
    }
    const [row] = await database.query("select title from content where id = 42");
    expect(row?.title).not.toBe("Mine now");
  });

  test("leaves a token where it is when its buyer does not exist", async () => {
    const { population } = database;
    const contract = population.contractOf(population.ownerOfContent(9));
    const holder = walletOf(population.holderOfContent(9));
    const path = `/contracts/${contract}/tokens/9`;
    const refused = await first.send("POST", `${path}/transfers`, { buyerId: 999_999 }, holder);
    expect(refused.status).toBe(404);
    expect((await first.get(path)).text).toContain(holder["x-wallet-address"]);
  });
});

function nextDay(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
}
