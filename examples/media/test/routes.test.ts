import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMediaApi, type MediaApi } from "../src/api/media-api.ts";
import { tableTag } from "../src/cache/dependencies.ts";
import type { MediaTable } from "../src/population/sizes.ts";
import { type MediaDatabase, startMediaDatabase } from "./support/media-database.ts";

describe.each(["off", "memory"] as const)("with the cache %s", (cache) => {
  let database: MediaDatabase;
  let api: MediaApi;

  beforeAll(async () => {
    database = await startMediaDatabase();
    api = createMediaApi({ databaseUrl: database.url, poolSize: 4, cache });
  });
  afterAll(async () => {
    await api?.close();
    await database?.stop();
  });

  const get = (url: string, headers: Record<string, string> = {}) =>
    api.app.inject({ method: "GET", url, headers });
  /** Whoever writes to a table behind the API's back tells it. */
  const writtenPastTheApi = async (table: MediaTable): Promise<void> => {
    await api.cache?.invalidate({ tags: [tableTag(table)] });
  };
  const post = (url: string, body: object) =>
    api.app.inject({ method: "POST", url, payload: body });

  const publishedId = (): number => {
    for (let id = 1; ; id += 1) {
      if (database.population.statusOfContent(id) === "published") return id;
    }
  };

  test("health says which catalogue is served", async () => {
    const answer = await get("/health");
    expect(answer.json()).toEqual({
      status: "ok",
      catalogue: { version: 1, scale: 0.005, seed: 1, until: "2026-01-01T00:00:00.000Z" },
    });
  });

  describe("the catalogue", () => {
    test("lists what is published, newest first, with owner and tags, and goes on", async () => {
      const first = (await get("/catalogue?limit=5")).json();
      const ids = first.items.map((item: { id: number }) => item.id);
      expect(ids).toEqual([...ids].sort((a, b) => b - a));
      expect(first.items[0].owner).toEqual({
        id: database.population.ownerOfContent(ids[0]),
        displayName: expect.any(String),
        country: expect.stringMatching(/^[A-Z]{2}$/),
        plan: expect.any(String),
      });
      const second = (await get(`/catalogue?limit=5&before=${first.before}`)).json();
      expect(second.items[0].id).toBeLessThan(ids[4]);
    });

    test("shows one content with the owner's keywords as tags", async () => {
      const { population } = database;
      let id = publishedId();
      while (
        population.tagsOfContent(id).length < 2 ||
        population.statusOfContent(id) !== "published"
      ) {
        id += 1;
      }
      const content = (await get(`/content/${id}`)).json();
      expect(content.tags).toEqual(
        population.tagsOfContent(id).map((keywordId) => population.phraseOfKeyword(keywordId)),
      );
    });

    test("hides what is not published", async () => {
      const { population } = database;
      let draft = population.sizes.content;
      while (population.statusOfContent(draft) !== "draft") draft -= 1;
      expect((await get(`/content/${draft}`)).statusCode).toBe(404);
    });
  });

  test("a creator's feed has that user's content of one status, newest first, page by page", async () => {
    const creator = database.population.creatorId(0);
    const expected = await database.query(
      "select id::integer from content where user_id = $1 and status = 'published' order by created_at desc",
      [creator],
    );
    const ids: number[] = [];
    let after = "";
    do {
      const page = (await get(`/users/${creator}/content?limit=3${after}`)).json();
      ids.push(...page.items.map((item: { id: number }) => item.id));
      after = page.next === undefined ? "" : `&after=${page.next}`;
    } while (after !== "");
    expect(ids.length).toBeGreaterThan(6);
    expect(ids).toEqual(expected.map((row) => row.id));
  });

  describe("a stream's manifest", () => {
    const holderOf = (id: number): string =>
      database.population.walletOf(database.population.holderOfContent(id));

    test("is an HLS playlist for the holder of the content's token", async () => {
      const id = publishedId();
      const url = `/streams/${id}/manifest.m3u8`;
      const answer = await get(url, { "x-wallet-address": holderOf(id) });
      const [row] = await database.query("select duration_seconds from content where id = $1", [
        id,
      ]);
      const durations = [...answer.body.matchAll(/#EXTINF:([\d.]+),/g)].map((match) =>
        Number(match[1]),
      );
      expect(answer.statusCode).toBe(200);
      expect(answer.headers["content-type"]).toBe("application/vnd.apple.mpegurl");
      expect(answer.headers["surrogate-key"]).toBe(`stream:${id}:manifest:hls`);
      expect(answer.body).toMatch(/^#EXTM3U\n[\s\S]*#EXT-X-ENDLIST\n$/);
      expect(durations.reduce((sum, seconds) => sum + seconds, 0)).toBe(row?.duration_seconds);
    });

    test("takes an address in checksum case", async () => {
      const id = publishedId();
      const wallet = `0x${holderOf(id).slice(2).toUpperCase()}`;
      const answer = await get(`/streams/${id}/manifest.m3u8`, { "x-wallet-address": wallet });
      expect(answer.statusCode).toBe(200);
    });

    test("is refused with 403 to any other wallet, and follows the token when it is sold", async () => {
      const id = publishedId() + 1;
      const other = `0x${"ab".repeat(20)}`;
      await database.query("update content set status = 'published' where id = $1", [id]);
      await writtenPastTheApi("content");
      const refused = await get(`/streams/${id}/manifest.m3u8`, { "x-wallet-address": other });
      expect(refused.statusCode).toBe(403);
      expect(refused.headers["content-type"]).toContain("application/problem+json");
      expect(refused.json()).toMatchObject({
        type: "urn:streamgate-media:problem:token-not-held",
        status: 403,
        instance: `/streams/${id}/manifest.m3u8`,
      });
      await database.query("update nft set owner_address = $2 where content_id = $1", [id, other]);
      await writtenPastTheApi("nft");
      const allowed = await get(`/streams/${id}/manifest.m3u8`, { "x-wallet-address": other });
      expect(allowed.statusCode).toBe(200);
    });

    test("asks who is calling", async () => {
      expect((await get(`/streams/${publishedId()}/manifest.m3u8`)).statusCode).toBe(401);
    });
  });

  describe("tokens", () => {
    test("are found by their owner", async () => {
      const owner = database.population.walletOf(database.population.collectorId(0));
      const { items } = (await get(`/wallets/${owner}/tokens`)).json();
      const [row] = await database.query(
        "select count(*)::integer as held from nft where owner_address = $1",
        [owner],
      );
      expect(items.length).toBe(row?.held);
      expect(items[0]).toMatchObject({ ownerAddress: owner });
    });

    test("are found by their contract, in the order of their numbers", async () => {
      const contract = database.population.contractOf(database.population.creatorId(0));
      const { items, next } = (await get(`/contracts/${contract}/tokens?limit=4`)).json();
      const rest = (await get(`/contracts/${contract}/tokens?limit=4&after=${next}`)).json().items;
      const numbers = [...items, ...rest].map((item: { tokenId: string }) => Number(item.tokenId));
      expect(numbers).toHaveLength(8);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    });

    test("are found by contract and number, with their metadata", async () => {
      const contract = database.population.contractOf(database.population.ownerOfContent(9));
      const token = (await get(`/contracts/${contract}/tokens/9`)).json();
      expect(token).toMatchObject({ contentId: 9, tokenId: "9", metadata: { name: "Access 9" } });
      expect((await get(`/contracts/${contract}/tokens/999999999`)).statusCode).toBe(404);
    });
  });

  test("a user's transactions are filtered by status and window, newest first", async () => {
    const user = database.population.collectorId(0);
    const window = "from=2024-06-01T00:00:00Z&to=2025-12-01T00:00:00Z";
    const { items } = (
      await get(`/users/${user}/transactions?status=confirmed&${window}&limit=100`)
    ).json();
    const expected = await database.query(
      "select id from transactions where user_id = $1 and status = 'confirmed' and created_at >= '2024-06-01' and created_at < '2025-12-01' order by created_at desc limit 100",
      [user],
    );
    expect(items.map((item: { id: string }) => item.id)).toEqual(expected.map((row) => row.id));
    expect(items.length).toBeGreaterThan(0);
  });

  test("events are stored for the content's owner and counted by day; unknown content is named", async () => {
    const contentId = publishedId();
    const owner = database.population.ownerOfContent(contentId);
    const sessionId = "3f0e1c52-0b43-4c38-a9e7-6f2f64a3d001";
    const events = [
      { contentId, sessionId, kind: "play" },
      { contentId: 999_999_999, sessionId, kind: "play" },
      { contentId, sessionId, kind: "progress", watchedSeconds: 42 },
    ];
    const answer = await post("/events", { events });
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toEqual({
      accepted: 2,
      rejected: [{ index: 1, reason: "unknown-content" }],
    });

    const today = new Date().toISOString().slice(0, 10);
    const tomorrow = new Date(Date.parse(today) + 86_400_000).toISOString().slice(0, 10);
    const { days } = (await get(`/users/${owner}/statistics?from=${today}&to=${tomorrow}`)).json();
    expect(days).toEqual([
      { day: today, kind: "play", events: 1, watchedSeconds: 0 },
      { day: today, kind: "progress", events: 1, watchedSeconds: 42 },
    ]);
  });

  test("statistics are the raw events counted by day and kind", async () => {
    const creator = database.population.creatorId(0);
    const { days } = (
      await get(`/users/${creator}/statistics?from=2025-12-01&to=2025-12-31`)
    ).json();
    const expected = await database.query(
      "select count(*)::integer as events, sum(watched_seconds)::integer as seconds from analytics_events where user_id = $1 and created_at >= '2025-12-01' and created_at < '2025-12-31'",
      [creator],
    );
    const sum = (field: "events" | "watchedSeconds"): number =>
      days.reduce((total: number, row: Record<string, number>) => total + (row[field] ?? 0), 0);
    expect(sum("events")).toBe(expected[0]?.events);
    expect(sum("watchedSeconds")).toBe(expected[0]?.seconds);
    expect(days.length).toBeGreaterThan(5);
  });

  test("a posted text is matched against the user's keywords, as the user's filter says", async () => {
    const { population } = database;
    const curator = population.creatorId(population.curatorRank);
    const { firstId } = population.keywordsOf(population.curatorRank);
    const phrase = population.phraseOfKeyword(firstId + 3);
    const text = `so ${phrase.toUpperCase()}s!`;
    const { matches } = (await post(`/users/${curator}/keyword-matches`, { text })).json();
    expect(matches).toEqual([{ keywordId: firstId + 3, phrase, start: 3, end: 3 + phrase.length }]);

    await database.query("insert into filter_configs (user_id, is_whole_words) values ($1, true)", [
      curator,
    ]);
    await writtenPastTheApi("filter_configs");
    const whole = (await post(`/users/${curator}/keyword-matches`, { text })).json();
    expect(whole.matches).toEqual([]);
  });

  describe("classification", () => {
    test("says who classified and how, and stores a new text's labels once", async () => {
      const text = "I loved it, but why did the stream stop twice?";
      const first = (await post("/classifications", { text })).json();
      const second = (await post("/classifications", { text })).json();
      expect(first).toMatchObject({
        isFromCache: false,
        provider: { name: "local-rules", method: "rules" },
      });
      expect(first.labels.map(({ name }: { name: string }) => name)).toEqual([
        "praise",
        "question",
      ]);
      expect(second).toEqual({ ...first, isFromCache: true });
    });

    test("knows the texts that were seeded", async () => {
      const text = database.population.postedText(17);
      expect((await post("/classifications", { text })).json().isFromCache).toBe(true);
    });
  });

  describe("a bad request", () => {
    test.each([
      ["/users/zero/content", "userId"],
      ["/users/1/content?status=lost", "status"],
      ["/users/1/content?limit=1000", "limit"],
      ["/users/1/content?offset=3", "additional properties"],
      ["/users/1/content?after=nonsense", "token"],
      ["/users/1/statistics?from=2025-12-02&to=2025-12-01", "window"],
      ["/users/1/statistics?from=yesterday&to=today", "from"],
      ["/users/1/transactions?from=2025-02-01T00:00:00Z&to=2025-01-01T00:00:00Z", "before"],
      ["/wallets/nobody/tokens", "address"],
    ])("%s is answered by a problem that names %s", async (url, named) => {
      const answer = await get(url);
      expect(answer.statusCode).toBe(400);
      expect(answer.headers["content-type"]).toContain("application/problem+json");
      expect(answer.json().detail).toContain(named);
    });

    test("an unknown route, a body that is no JSON and an empty batch are problems too", async () => {
      const unknown = await get("/nowhere");
      const broken = await api.app.inject({
        method: "POST",
        url: "/events",
        headers: { "content-type": "application/json" },
        payload: "{",
      });
      const empty = await post("/events", { events: [] });
      expect([unknown, broken, empty].map((answer) => answer.statusCode)).toEqual([404, 400, 400]);
      expect([unknown, broken, empty].map((answer) => answer.json().status)).toEqual([
        404, 400, 400,
      ]);
    });
  });

  test("latency figures count the requests by route and leave health and themselves out", async () => {
    await get("/content/1");
    const figures = (await get("/internal/latency?since=600000")).json();
    expect(figures.requests).toBeGreaterThan(10);
    expect(figures.errors).toBe(0);
    expect(figures.p95Ms).toBeGreaterThanOrEqual(figures.p50Ms);
    expect(figures.routes["GET /content/:contentId"].requests).toBeGreaterThan(0);
    expect(Object.keys(figures.routes)).not.toContain("GET /health");
    expect(Object.keys(figures.routes)).not.toContain("GET /internal/latency");
  });

  test("latency figures are for this machine only", async () => {
    const answer = await api.app.inject({
      method: "GET",
      url: "/internal/latency",
      remoteAddress: "192.0.2.7",
    });
    expect(answer.statusCode).toBe(403);
  });

  test("the server ends a statement that takes too long, and the caller gets a 503", async () => {
    const impatient = createMediaApi({ databaseUrl: database.url, statementTimeoutMs: 50, cache });
    const blocker = new pg.Client({ connectionString: database.url });
    await blocker.connect();
    try {
      await blocker.query("begin; lock table content in access exclusive mode");
      const answer = await impatient.app.inject("/content/1");
      expect(answer.statusCode).toBe(503);
      expect(answer.json().type).toBe("urn:streamgate-media:problem:statement-timeout");
    } finally {
      await blocker.end();
      await impatient.close();
    }
  });

  test("an empty database and an unreachable one are 503 problems", async () => {
    const emptyUrl = await database.postgres.createDatabase("empty");
    const empty = createMediaApi({ databaseUrl: emptyUrl, cache });
    const nowhere = createMediaApi({
      databaseUrl: "postgresql://nobody@127.0.0.1:1/nothing",
      cache,
    });
    const answers = [await empty.app.inject("/health"), await nowhere.app.inject("/health")];
    expect(answers.map((answer) => answer.json().type.split(":").at(-1))).toEqual([
      "not-seeded",
      "database-unreachable",
    ]);
    await empty.close();
    await nowhere.close();
  });
});
