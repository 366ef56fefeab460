import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMediaApi, type MediaApi } from "../src/api/media-api.ts";
import { SessionPool } from "../src/traffic/session-pool.ts";
import { startTraffic } from "../src/traffic/traffic.ts";
import type { TrafficSecond } from "../src/traffic/traffic-options.ts";
import { type MediaDatabase, startMediaDatabase } from "./support/media-database.ts";

let database: MediaDatabase;
let api: MediaApi;
let url: string;

beforeAll(async () => {
  database = await startMediaDatabase();
  api = createMediaApi({ databaseUrl: database.url, port: 0 });
  url = await api.listen();
});
afterAll(async () => {
  await api?.close();
  await database?.stop();
});

async function classifications(): Promise<number> {
  const [row] = await database.query<{ known: number }>(
    "select count(*)::int as known from ai_classification_cache",
  );
  return row?.known ?? 0;
}

test("brings as many requests as the rate asks for, each answered as expected and counted once", async () => {
  const known = await classifications();
  const seconds: TrafficSecond[] = [];
  const run = await startTraffic({
    url,
    rate: 100,
    durationSeconds: 6,
    maxInFlight: 1_000,
    onSecond: (second) => seconds.push(second),
  });
  const figures = await run.done;
  expect(figures).toMatchObject({ sent: 600, completed: 600, errors: 0, dropped: 0 });
  expect(seconds.length).toBeGreaterThanOrEqual(3);

  const latency = (await api.app.inject("/internal/latency?since=600000")).json();
  expect(latency.requests).toBe(600);
  const events: number = latency.routes["POST /events"]?.requests ?? 0;
  expect(figures.writes).toBe(events + (await classifications()) - known);
});

test("visits reach every route without an unexpected answer, and about 5 % of their requests write", async () => {
  const visited = createMediaApi({ databaseUrl: database.url });
  try {
    const pool = new SessionPool(database.population, 1);
    const unexpected: string[] = [];
    let writes = 0;
    for (let turn = 0; turn < 2_000; turn += 1) {
      const { session, request } = pool.takeTurn();
      const { method, path, headers = {}, body } = request;
      const payload = body === undefined ? {} : { payload: body };
      const answer = await visited.app.inject({ method, url: path, headers, ...payload });
      const status = answer.statusCode;
      if (!request.expected.includes(status)) unexpected.push(`${method} ${path}: ${status}`);
      if (request.isWrite) writes += 1;
      const isJson = answer.headers["content-type"]?.toString().includes("json") === true;
      pool.answer(session, { status, body: isJson ? answer.json() : undefined });
    }
    expect(unexpected).toEqual([]);
    expect(writes / 2_000).toBeGreaterThan(0.03);
    expect(writes / 2_000).toBeLessThan(0.07);

    const latency = (await visited.app.inject("/internal/latency?since=600000")).json();
    expect(Object.keys(latency.routes).sort()).toEqual([
      "GET /catalogue",
      "GET /content/:contentId",
      "GET /contracts/:address/tokens",
      "GET /contracts/:address/tokens/:tokenId",
      "GET /streams/:contentId/manifest.m3u8",
      "GET /users/:userId/content",
      "GET /users/:userId/statistics",
      "GET /users/:userId/transactions",
      "GET /wallets/:address/tokens",
      "POST /classifications",
      "POST /events",
      "POST /users/:userId/keyword-matches",
    ]);
  } finally {
    await visited.close();
  }
});

test("the same seed plans the same visits, another seed others", () => {
  const planned = (seed: number): readonly string[] => {
    const pool = new SessionPool(database.population, seed);
    return Array.from({ length: 400 }, () => {
      const { session, request } = pool.takeTurn();
      pool.answer(session, { status: 200, body: { items: [] } });
      return `${request.method} ${request.path} ${JSON.stringify(request.body)}`;
    });
  };
  expect(planned(5)).toEqual(planned(5));
  expect(planned(6)).not.toEqual(planned(5));
});

test("reads are about 95 % of the requests", () => {
  const pool = new SessionPool(database.population, 1);
  let writes = 0;
  for (let turn = 0; turn < 20_000; turn += 1) {
    const { session, request } = pool.takeTurn();
    if (request.isWrite) writes += 1;
    pool.answer(session, { status: 200, body: { items: [{ contentId: 1 }], next: "x" } });
  }
  expect(writes / 20_000).toBeGreaterThan(0.035);
  expect(writes / 20_000).toBeLessThan(0.065);
});

test("arrivals do not wait for a stalled service: they go on, then are dropped and counted", async () => {
  const health = (await api.app.inject("/health")).body;
  const stalled = createServer((request, response) => {
    if (request.url === "/health") {
      response.writeHead(200, { "content-type": "application/json" }).end(health);
    }
  });
  await new Promise<void>((resolve) => stalled.listen(0, "127.0.0.1", resolve));
  const { port } = stalled.address() as AddressInfo;
  const seconds: TrafficSecond[] = [];
  const run = await startTraffic({
    url: `http://127.0.0.1:${port}`,
    rate: 100,
    maxInFlight: 30,
    durationSeconds: 1.5,
    onSecond: (second) => {
      seconds.push(second);
      if (second.second === 2) stalled.closeAllConnections();
    },
  });
  const figures = await run.done;
  stalled.close();
  expect(figures).toMatchObject({ sent: 30, dropped: 120, completed: 30, errors: 30 });
  expect(figures.statuses).toEqual({ 0: 30 });
  expect(seconds[0]).toMatchObject({ inFlight: 30, completed: 0 });
});

test("latency counts from the moment a request was due, so a stall shows in every request behind it", async () => {
  const health = (await api.app.inject("/health")).body;
  const answer = (response: ServerResponse, body: string) =>
    response.writeHead(200, { "content-type": "application/json" }).end(body);
  const stalled: ServerResponse[] = [];
  const stalling = createServer((request, response) => {
    if (request.url === "/health") {
      answer(response, health);
      return;
    }
    stalled.push(response);
    if (stalled.length === 30) for (const waiting of stalled) answer(waiting, "{}");
  });
  await new Promise<void>((resolve) => stalling.listen(0, "127.0.0.1", resolve));
  const { port } = stalling.address() as AddressInfo;
  const run = await startTraffic({
    url: `http://127.0.0.1:${port}`,
    rate: 50,
    durationSeconds: 0.6,
  });
  const figures = await run.done;
  stalling.close();
  expect(figures.completed).toBe(30);
  // The last is due 580 ms after the first, so half of them wait for 280 ms or more.
  expect(figures.p50Ms).toBeGreaterThan(270);
});

test("stops when told to", async () => {
  const run = await startTraffic({ url, rate: 0.1 });
  run.stop();
  expect(await run.done).toMatchObject({ sent: 1, completed: 1 });
});

test("says so when nothing answers", async () => {
  await expect(startTraffic({ url: "http://127.0.0.1:1" })).rejects.toMatchObject({
    code: "MEDIA_API_UNREACHABLE",
  });
});
