import { readFile } from "node:fs/promises";
import { seededRandom } from "@streamgate/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attack } from "../../../../test/support/hostile/attack.ts";
import type { AttackedApi } from "../../../../test/support/hostile/attack-message.ts";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { type Served, serveAnew } from "./served.ts";

let postgres: TestPostgres;
let served: Served;
beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  served = await serveAnew(postgres);
});
afterAll(async () => {
  await served?.stop();
  await postgres.stop();
});

/** `npm run bench -- hostile` sends twenty times as many, and slow ones. */
const REQUESTS = 500;

test("five hundred hostile requests make nothing fail and learn nothing", async () => {
  const { port } = new URL(served.url);
  const document = new URL(import.meta.resolve("@streamgate/contract/openapi.json"));
  const api = JSON.parse(await readFile(document, "utf8")) as AttackedApi;
  const token = served.firstToken;
  const setup = { api, tokens: [token], port: Number(port), random: seededRandom(11) };
  const secrets = { texts: [token, postgres.url()], folders: [process.cwd()] };
  const { requests, wrong } = await attack(setup, REQUESTS, secrets, { impatienceMs: 1_500 });
  expect(requests).toBe(REQUESTS);
  expect(wrong).toEqual([]);
  const after = await fetch(new URL("/api/v1/session", served.url), {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(await after.json()).toMatchObject({ principal: { kind: "token", name: "first" } });
});

test("what an address does not do is refused with what it does", async () => {
  const deleted = await fetch(new URL("/api/v1/routes", served.url), { method: "DELETE" });
  expect(deleted.status).toBe(405);
  expect(deleted.headers.get("allow")).toBe("GET, HEAD");
  expect(await deleted.json()).toMatchObject({ code: "SG_SERVER_METHOD_NOT_ALLOWED" });
  const nowhere = await fetch(new URL("/api/v1/nowhere", served.url), { method: "DELETE" });
  expect(nowhere.status).toBe(404);
});
