import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { type Served, serveAnew, serveForTest } from "./served.ts";

let postgres: TestPostgres;
let served: Served;
beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  served = await serveAnew(postgres, { isOpen: true, hostNames: ["streamgate.example"] });
});
afterAll(async () => {
  await served?.stop();
  await postgres.stop();
});

/** By `node:http`: `fetch` sets some of these headers itself. */
function statusOf(
  headers: Readonly<Record<string, string>>,
  method = "GET",
  path = "/api/v1/audit",
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, served.url), { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on("error", reject);
    sent.end();
  });
}

test("everybody on this machine is let in, and no token is made", async () => {
  expect(await statusOf({})).toBe(200);
  expect(served.firstToken).toBe("");
});

test("pages of other sites and of other ports are not", async () => {
  expect(
    await statusOf({ origin: "https://evil.example" }, "POST", "/api/v1/configuration/reload"),
  ).toBe(403);
  expect(
    await statusOf({ origin: "http://127.0.0.1:3000" }, "POST", "/api/v1/configuration/reload"),
  ).toBe(403);
  expect(await statusOf({ "sec-fetch-site": "same-site" }, "DELETE", "/api/v1/tokens/a")).toBe(403);
  expect(await statusOf({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" })).toBe(403);
});

test("a link from another site leads in, a frame or a script of one does not", async () => {
  const from = (mode: string, destination: string): Promise<number> =>
    statusOf({
      "sec-fetch-site": "cross-site",
      "sec-fetch-mode": mode,
      "sec-fetch-dest": destination,
    });
  expect(await from("navigate", "document")).toBe(200);
  expect(await from("navigate", "iframe")).toBe(403);
  expect(await from("no-cors", "script")).toBe(403);
});

test("a name that somebody else made point here is not answered", async () => {
  expect(await statusOf({ host: "evil.example" })).toBe(421);
  expect(await statusOf({ host: "evil.example" }, "GET", "/")).toBe(421);
  expect(await statusOf({ host: "streamgate.example" })).toBe(200);
  expect(await statusOf({ host: "localhost:1" })).toBe(200);
});

test("whoever comes through a proxy that nobody told of is not on this machine", async () => {
  expect(await statusOf({ "x-forwarded-for": "127.0.0.1" })).toBe(401);
  expect(await statusOf({ forwarded: "for=203.0.113.9" })).toBe(401);
});

test("a wrong token is wrong here, too", async () => {
  expect(await statusOf({ authorization: "Bearer sgt_nonsense" })).toBe(401);
});

test("being open beyond this machine is refused at the start", async () => {
  await expect(serveAnew(postgres, { isOpen: true, host: "0.0.0.0" })).rejects.toMatchObject({
    code: "SG_SERVER_OPEN_BEYOND_LOOPBACK",
  });
});

test("listening beyond this machine needs a token that is good", async () => {
  const first = await serveAnew(postgres, { host: "0.0.0.0" });
  const [info] = await first.platform.tables.query<{ readonly id: string }>(
    "update streamgate.tokens set revoked_at = now() returning id",
  );
  expect(info?.id).toBeDefined();
  const { address } = first.platform.store;
  await first.stop();
  const url = postgres.url(address.split("/").at(-1));
  await expect(serveForTest(url, { host: "0.0.0.0" })).rejects.toMatchObject({
    code: "SG_SERVER_NO_TOKEN",
  });
});
