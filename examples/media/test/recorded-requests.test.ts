import { mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { findingsWithBatches, parseRequestLine, RequestAdvisor } from "@streamgate/postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMediaApi } from "../src/api/media-api.ts";
import { NAIVE_CHOICES, type NaiveSwitches } from "../src/api/naive.ts";
import { type MediaDatabase, startMediaDatabase } from "./support/media-database.ts";

const ALL_GOOD = Object.fromEntries(
  Object.keys(NAIVE_CHOICES).map((choice) => [choice, false]),
) as unknown as NaiveSwitches;

let database: MediaDatabase;
let folder: string;

beforeAll(async () => {
  database = await startMediaDatabase();
  folder = await mkdtemp(join("/tmp", "streamgate-media-"));
});
afterAll(async () => {
  await database?.stop();
  await rm(folder, { recursive: true });
});

/** What the recorded requests of some reads show, as `kind: summary → remedy`. */
async function findingsOf(name: string, naive: Partial<NaiveSwitches>): Promise<readonly string[]> {
  const recordRequests = join(folder, name);
  const api = createMediaApi({ databaseUrl: database.url, poolSize: 4, naive, recordRequests });
  const { population } = database;
  const events = Array.from({ length: 8 }, (_, index) => ({
    contentId: index + 1,
    sessionId: "00000000-0000-4000-8000-000000000001",
    kind: "play",
    watchedSeconds: 1,
    country: "DE",
  }));
  const owner = (
    await database.query<{ owner_address: string }>("select owner_address from nft limit 1")
  )[0];
  for (const url of [
    "/catalogue",
    `/users/${population.creatorId(0)}/content`,
    `/wallets/${owner?.owner_address}/tokens`,
  ]) {
    const { statusCode, body } = await api.app.inject(url);
    expect(statusCode, body).toBe(200);
  }
  const stored = await api.app.inject({ method: "POST", url: "/events", payload: { events } });
  expect(stored.statusCode, stored.body).toBeLessThan(300);
  await api.close();
  const lines = (await readFile(recordRequests, "utf8")).trim().split("\n");
  const advisor = new RequestAdvisor();
  for (const [index, line] of lines.entries()) advisor.add(parseRequestLine(line, index + 1));
  const findings = await findingsWithBatches(advisor, new Date(0));
  return findings.map(({ kind, summary, remedy }) => `${kind}: ${summary} → ${remedy}`);
}

test("the naive API records its own N+1 and its SELECT *, with the statements that mend them", async () => {
  const found = (await findingsOf("naive.jsonl", {})).join("\n");
  expect(found).toMatch(
    /n-plus-one: GET \/catalogue: .*asked at .*ownerAndTagsOnePerRow.*from users where id = any\(\$1\)/,
  );
  expect(found).toMatch(/n-plus-one: GET \/catalogue: .*from keywords where id = any\(\$1\)/);
  expect(found).toMatch(
    /n-plus-one: POST \/events: .*storeEventsOneByOne.*from content where id = any\(\$1\)/,
  );
  expect(found).toMatch(/unused-columns: GET \/wallets\/:address\/tokens/);
});

test("the good one has none of them", async () => {
  const found = await findingsOf("good.jsonl", ALL_GOOD);
  expect(found.filter((text) => /n-plus-one|unused-columns/.test(text))).toEqual([]);
});
