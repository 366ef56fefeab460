import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createMediaApi, type MediaApi } from "../src/api/media-api.ts";
import { NAIVE_CHOICES, type NaiveSwitches } from "../src/api/naive.ts";
import { type MediaDatabase, startMediaDatabase } from "./support/media-database.ts";

const ALL_GOOD = Object.fromEntries(
  Object.keys(NAIVE_CHOICES).map((choice) => [choice, false]),
) as unknown as NaiveSwitches;

let database: MediaDatabase;
let naive: MediaApi;
let good: MediaApi;

beforeAll(async () => {
  database = await startMediaDatabase();
  naive = createMediaApi({ databaseUrl: database.url, poolSize: 4 });
  good = createMediaApi({ databaseUrl: database.url, poolSize: 4, naive: ALL_GOOD });
});
afterAll(async () => {
  await naive?.close();
  await good?.close();
  await database?.stop();
});
beforeEach(async () => {
  await database.query("select pg_stat_statements_reset()");
});

async function getJson(api: MediaApi, url: string) {
  const answer = await api.app.inject(url);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

async function postJson(api: MediaApi, url: string, body: object) {
  return (await api.app.inject({ method: "POST", url, payload: body })).json();
}

/** All items of a paged list. */
async function allItems(api: MediaApi, url: string): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  const separator = url.includes("?") ? "&" : "?";
  let page = await getJson(api, url);
  items.push(...page.items);
  while (page.next !== undefined) {
    page = await getJson(api, `${url}${separator}after=${page.next}`);
    items.push(...page.items);
  }
  return items;
}

async function callsOf(pattern: string): Promise<number | undefined> {
  const [row] = await database.query<{ calls: number }>(
    "select coalesce(sum(calls), 0)::integer as calls from pg_stat_statements where query ~ $1 and query !~ 'pg_stat_statements'",
    [pattern],
  );
  return row?.calls;
}

test.each([
  ["a creator's feed", () => `/users/${database.population.creatorId(0)}/content?limit=3`],
  ["a contract's tokens", () => `/contracts/${database.population.contractOf(1)}/tokens?limit=3`],
  [
    "a user's transactions",
    () => `/users/${database.population.collectorId(0)}/transactions?limit=3`,
  ],
  [
    "a user's transactions of one status",
    () => `/users/${database.population.collectorId(0)}/transactions?status=confirmed&limit=3`,
  ],
])("offsetPages: %s has the same items on the same pages", async (_, urlOf) => {
  const byOffset = await allItems(naive, urlOf());
  expect(await callsOf("offset")).toBeGreaterThan(2);
  await database.query("select pg_stat_statements_reset()");
  const byKey = await allItems(good, urlOf());
  expect(await callsOf("offset")).toBe(0);
  expect(byOffset.length).toBeGreaterThan(6);
  expect(byKey).toEqual(byOffset);
});

test("offsetPages: a visitor may go on when the switch is turned between two pages", async () => {
  const url = `/users/${database.population.creatorId(0)}/content?limit=3`;
  const expected = (await allItems(naive, url)).slice(3, 6);
  const { next: byOffset } = await getJson(naive, url);
  const { next: byKey } = await getJson(good, url);
  expect((await getJson(good, `${url}&after=${byOffset}`)).items).toEqual(expected);
  expect((await getJson(naive, `${url}&after=${byKey}`)).items).toEqual(expected);
});

test("contentOnePerRow: the same catalogue from 3 statements instead of dozens", async () => {
  const onePerRow = await getJson(naive, "/catalogue");
  expect(await callsOf("from users")).toBe(20);
  await database.query("select pg_stat_statements_reset()");
  const together = await getJson(good, "/catalogue");
  expect(await callsOf("^\\s*select")).toBe(3);
  expect(together).toEqual(onePerRow);
});

test("tokensCountedPerRow: the same feed with the tokens counted by one statement a page", async () => {
  const url = `/users/${database.population.creatorId(0)}/content?limit=20`;
  const perRow = await getJson(naive, url);
  expect(await callsOf("select count\\(\\*\\) from nft")).toBe(1);
  expect(await callsOf("group by content_id")).toBe(0);
  await database.query("select pg_stat_statements_reset()");
  const together = await getJson(good, url);
  expect(await callsOf("group by content_id")).toBe(1);
  expect(together.items).toEqual(perRow.items);
  const counted = perRow.items.map(({ tokens }: { readonly tokens: number }) => tokens);
  expect(Math.max(...counted)).toBeGreaterThan(0);
});

test("wholeTokenRows: the same tokens without reading their metadata", async () => {
  const wallet = database.population.walletOf(database.population.collectorId(0));
  const whole = await getJson(naive, `/wallets/${wallet}/tokens`);
  const listed = await getJson(good, `/wallets/${wallet}/tokens`);
  expect(await callsOf("select \\* from nft")).toBe(1);
  expect(whole.items.length).toBeGreaterThan(3);
  expect(listed).toEqual(whole);
});

test("eventOnePerInsert: the same events stored and the same ones rejected, in one statement", async () => {
  const sessions = ["3f0e1c52-0b43-4c38-a9e7-6f2f64a3d00a", "3f0e1c52-0b43-4c38-a9e7-6f2f64a3d00b"];
  const batch = (sessionId: string | undefined) => ({
    events: [5, 6, 999_999_999, 5].map((contentId, index) => ({
      contentId,
      sessionId,
      kind: "progress",
      watchedSeconds: index,
      country: "FR",
    })),
  });
  const onePerInsert = await postJson(naive, "/events", batch(sessions[0]));
  expect(await callsOf("insert into analytics_events")).toBe(3);
  const together = await postJson(good, "/events", batch(sessions[1]));
  expect(await callsOf("insert into analytics_events")).toBe(4);
  expect(together).toEqual(onePerInsert);

  const stored = (session: string | undefined) =>
    database.query(
      "select user_id, content_id, kind, watched_seconds, country from analytics_events where session_id = $1 order by watched_seconds",
      [session],
    );
  expect(await stored(sessions[1])).toEqual(await stored(sessions[0]));
  expect(await stored(sessions[1])).toHaveLength(3);
});

test("statisticsFromRawEvents: the same counts, and closed days are counted once", async () => {
  const url = `/users/${database.population.creatorId(0)}/statistics?from=2025-12-01&to=2026-01-01`;
  const raw = await getJson(naive, url);
  await database.query("select pg_stat_statements_reset()");
  expect(await getJson(good, url)).toEqual(raw);
  expect(await getJson(good, url)).toEqual(raw);
  expect(await callsOf("from analytics_events")).toBe(1);
  expect(raw.days.length).toBeGreaterThan(5);
});

test("statisticsFromRawEvents: today's events count at once", async () => {
  const today = new Date().toISOString().slice(0, 10);
  const dayAfter = (days: number): string =>
    new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10);
  const url = `/users/${database.population.ownerOfContent(11)}/statistics?from=${dayAfter(-30)}&to=${dayAfter(1)}`;
  await getJson(good, url);
  const sessionId = "3f0e1c52-0b43-4c38-a9e7-6f2f64a3d00c";
  await postJson(good, "/events", { events: [{ contentId: 11, sessionId, kind: "share" }] });
  const after = await getJson(good, url);
  expect(after).toEqual(await getJson(naive, url));
  expect(after.days).toContainEqual({ day: today, kind: "share", events: 1, watchedSeconds: 0 });
});

test("keywordAutomatonPerRequest: the same matches, and keywords are read once", async () => {
  const { population } = database;
  const creator = population.creatorId(population.curatorRank);
  const { firstId } = population.keywordsOf(population.curatorRank);
  const url = `/users/${creator}/keyword-matches`;
  const text = [0, 1, 2].map((index) => population.phraseOfKeyword(firstId + index)).join(", ");
  const perRequest = await postJson(naive, url, { text });
  await database.query("select pg_stat_statements_reset()");
  expect(await postJson(good, url, { text })).toEqual(perRequest);
  expect(await postJson(good, url, { text })).toEqual(perRequest);
  expect(await callsOf("from keywords where user_id")).toBe(1);
  expect(perRequest.matches).toHaveLength(3);
});

test("classificationMemoryless: the same labels, and a known text is looked up once", async () => {
  const text = database.population.postedText(23);
  const memoryless = await postJson(naive, "/classifications", { text });
  await database.query("select pg_stat_statements_reset()");
  expect(await postJson(good, "/classifications", { text })).toEqual(memoryless);
  expect(await postJson(good, "/classifications", { text })).toEqual(memoryless);
  expect(await callsOf("from ai_classification_cache")).toBe(1);
});
