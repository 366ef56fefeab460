import { afterAll, beforeAll, expect, test } from "vitest";
import { createMediaApi, type MediaApi } from "../src/api/media-api.ts";
import { type MediaDatabase, startMediaDatabase } from "./support/media-database.ts";

let database: MediaDatabase;
let api: MediaApi;
const purged: string[] = [];

beforeAll(async () => {
  database = await startMediaDatabase();
  api = createMediaApi({
    databaseUrl: database.url,
    cache: "memory",
    edge: {
      service: "varnish",
      sink: {
        purge: async (tags) => {
          purged.push(...tags);
        },
        close: async () => undefined,
      },
    },
  });
  await database.query("update content set status = 'published' where id = 42");
});
afterAll(async () => {
  await api?.close();
  await database?.stop();
});

const owner = () => database.population.ownerOfContent(42);

test("a page tells the edge for how long, and every row that it shows, whether it was loaded or kept", async () => {
  for (let times = 0; times < 2; times += 1) {
    const { headers } = await api.app.inject("/content/42");
    expect(headers["cdn-cache-control"]).toBe("public, max-age=300");
    expect(headers["cache-control"]).toBe("public, max-age=0, must-revalidate");
    const keys = String(headers.xkey).split(" ");
    expect(keys).toEqual(
      expect.arrayContaining(["content:42", `user:${owner()}`, "table:content", "#content:42"]),
    );
  }
});

test("what is not for everybody stays out of the edge", async () => {
  const holder = database.population.walletOf(database.population.holderOfContent(42));
  const manifest = await api.app.inject({
    url: "/streams/42/manifest.m3u8",
    headers: { "x-wallet-address": holder },
  });
  expect(manifest.statusCode).toBe(200);
  expect(manifest.headers["cache-control"]).toBe("private, max-age=0");
  expect(manifest.headers.xkey).toBeUndefined();
  for (const url of ["/users/3/transactions", "/content/999999999", "/health"]) {
    expect((await api.app.inject(url)).headers["cache-control"], url).toBe("no-store");
  }
});

test("a write purges at the edge what its pages carry", async () => {
  purged.length = 0;
  const written = await api.app.inject({
    method: "PUT",
    url: `/users/${owner()}`,
    headers: { "x-wallet-address": database.population.walletOf(owner()) },
    payload: { displayName: "At the edge", plan: "free" },
  });
  expect(written.statusCode).toBe(200);
  expect(purged).toEqual([`user:${owner()}`]);
});
