import { request } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type OpenIdIssuer, startOpenIdIssuer } from "../../../../test/support/openid-issuer.ts";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import type { AccessConfiguration } from "../../src/platform/platform-configuration.ts";
import { Browser } from "./browser.ts";
import { type Served, serveAnew } from "./served.ts";

/** As browsers know the server: the test takes the way to it by itself. */
const PUBLIC_URL = "https://streamgate.example/";
const CLIENT = {
  clientId: "streamgate",
  clientSecret: "a secret that is in no answer",
  redirectUrl: `${PUBLIC_URL}sign-in/openid/callback`,
};
const ANN = { subject: "ann-1", email: "ann@example.com", isEmailVerified: true };
const BOB = { subject: "bob-2", email: "bob@example.com", isEmailVerified: true };

let postgres: TestPostgres;
let issuer: OpenIdIssuer;
let served: Served;
let openId: NonNullable<AccessConfiguration["openId"]>;
beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  issuer = await startOpenIdIssuer(CLIENT);
  openId = {
    issuer: issuer.url,
    clientId: CLIENT.clientId,
    clientSecret: CLIENT.clientSecret,
    publicUrl: PUBLIC_URL,
    allowed: ["@example.com", "carl-3"],
    actors: ["ann@example.com"],
  };
  served = await serveAnew(postgres, { openId });
});
beforeEach(() => served.setAccess({ openId }));
/** An address may sign in so often: other tests begin anew. */
const beginAnew = async (): Promise<void> => {
  await served.stop();
  served = await serveAnew(postgres, { openId });
};
afterAll(async () => {
  await served?.stop();
  await issuer.stop();
  await postgres.stop();
});

/** Goes to the issuer and signs in there. @returns where it leads back to, as a path of the server */
async function signInAtIssuer(browser: Browser, to = "/"): Promise<string> {
  const left = await browser.send(`/sign-in/openid?${new URLSearchParams({ to })}`);
  expect(left.status).toBe(303);
  const atIssuer = new Browser(issuer.url);
  let next = left.headers.get("location") ?? "";
  for (let hops = 0; hops < 6 && !next.startsWith(PUBLIC_URL); hops += 1)
    next = (await atIssuer.send(next)).headers.get("location") ?? "";
  expect(next).toContain("code=");
  return next.slice(PUBLIC_URL.length - 1);
}

async function principalOf(browser: Browser): Promise<unknown> {
  const { principal } = (await (await browser.send("/api/v1/session")).json()) as {
    readonly principal: unknown;
  };
  return principal;
}

describe("a person", () => {
  test("signs in at the issuer, comes back to the page that was asked for, and may what the lists say", async () => {
    issuer.setPerson(ANN);
    const browser = new Browser(served.url);
    const back = await browser.send(await signInAtIssuer(browser, "/queries?from=-6h"));
    expect(back.status).toBe(200);
    expect(await back.text()).toContain("url=/queries?from=-6h");
    expect(await principalOf(browser)).toMatchObject({
      kind: "person",
      name: "ann@example.com",
      scopes: ["read", "act"],
    });
    issuer.setPerson(BOB);
    const other = new Browser(served.url);
    await other.send(await signInAtIssuer(other));
    expect(await principalOf(other)).toMatchObject({ name: "bob@example.com", scopes: ["read"] });
  });

  test("who is not on the list, or whose address is not verified, stays out", async () => {
    for (const person of [
      { subject: "eve-4", email: "eve@evil.example", isEmailVerified: true },
      { subject: "eve-5", email: "ann@example.com", isEmailVerified: false },
      { subject: "eve-6", email: "ann@example.com" },
    ]) {
      issuer.setPerson(person);
      const browser = new Browser(served.url);
      const back = await browser.send(await signInAtIssuer(browser));
      expect(back.status).toBe(403);
      expect(await back.text()).toContain("may not come in here");
      expect(await principalOf(browser)).toBeNull();
    }
    issuer.setPerson({ subject: "carl-3" });
    const carl = new Browser(served.url);
    await carl.send(await signInAtIssuer(carl));
    expect(await principalOf(carl)).toMatchObject({ name: "carl-3", scopes: ["read"] });
  });

  test("who is taken off the list is out at once", async () => {
    issuer.setPerson(BOB);
    const browser = new Browser(served.url);
    await browser.send(await signInAtIssuer(browser));
    expect(await principalOf(browser)).not.toBeNull();
    served.setAccess({ openId: { ...openId, allowed: [] } });
    expect(await principalOf(browser)).toBeNull();
  });
});

describe("what comes back from the issuer", () => {
  beforeAll(beginAnew);

  test("is worth nothing in another browser, a second time, or changed", async () => {
    issuer.setPerson(ANN);
    const browser = new Browser(served.url);
    const path = await signInAtIssuer(browser);
    expect((await new Browser(served.url).send(path)).status).toBe(400);
    const changed = path.replace(/state=[^&]+/, "state=other");
    const victim = new Browser(served.url);
    await victim.send("/sign-in/openid");
    expect((await victim.send(path)).status).toBe(400);
    expect((await browser.send(changed)).status).toBe(400);
    // What the browser kept served one try.
    expect((await browser.send(path)).status).toBe(400);
    expect(await principalOf(browser)).toBeNull();
  });

  test("says nothing of the secret or of what went wrong inside", async () => {
    const browser = new Browser(served.url);
    await browser.send("/sign-in/openid");
    const back = await browser.send("/sign-in/openid/callback?code=x&state=y");
    const text = await back.text();
    expect(back.status).toBe(400);
    expect(text).not.toMatch(/oauth|stack|state|a secret/i);
  });
});

test("by HTTPS every cookie is bound to this host and to HTTPS", async () => {
  const cookies = await new Promise<readonly string[]>((resolve, reject) => {
    const headers = { host: "streamgate.example" };
    const sent = request(new URL("/sign-in", served.url), { headers }, (response) => {
      response.resume();
      resolve(response.headers["set-cookie"] ?? []);
    });
    sent.on("error", reject);
    sent.end();
  });
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatch(/^__Host-streamgate_form=.*; HttpOnly; SameSite=Strict; Secure$/);
});

test("an issuer that does not answer is told as such, and tokens still work", async () => {
  served.setAccess({ openId: { ...openId, issuer: "http://127.0.0.1:9" } });
  const browser = new Browser(served.url);
  expect((await browser.send("/sign-in/openid")).status).toBe(503);
  expect((await browser.signInByForm(served.firstToken)).status).toBe(303);
});

test("an issuer without encryption is taken on this machine only", async () => {
  served.setAccess({ openId: { ...openId, issuer: "http://issuer.example" } });
  expect((await new Browser(served.url).send("/sign-in/openid")).status).toBe(503);
});
