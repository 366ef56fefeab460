import type { Session } from "@streamgate/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { Browser } from "./browser.ts";
import { type Served, serveAnew } from "./served.ts";

let postgres: TestPostgres;
let served: Served;
beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  served = await serveAnew(postgres, { hostNames: ["streamgate.example"] });
});
afterAll(async () => {
  await served?.stop();
  await postgres.stop();
});

const COOKIE = "streamgate_session";

async function signIn(): Promise<{
  browser: Browser;
  csrf: Record<string, string>;
  session: Session;
}> {
  const browser = new Browser(served.url);
  const response = await browser.act("POST", "/session", {}, { token: served.firstToken });
  const session = (await response.json()) as Session;
  expect(response.status).toBe(200);
  return { browser, session, csrf: { "x-streamgate-csrf": session.csrfToken ?? "" } };
}

describe("a session", () => {
  test("begins with a token, and its cookie is out of reach of scripts and other sites", async () => {
    const browser = new Browser(served.url);
    const response = await browser.act("POST", "/session", {}, { token: served.firstToken });
    const [cookie = ""] = response.headers.getSetCookie();
    expect(cookie).toMatch(
      /^streamgate_session=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/,
    );
    const session = (await (await browser.act("GET", "/session", {})).json()) as Session;
    expect(session.principal).toMatchObject({ kind: "token", name: "first" });
    expect(session.csrfToken).toHaveLength(43);
    expect((await browser.act("GET", "/audit", {})).status).toBe(200);
  });

  test("changes nothing without its token against forgery, or from another site", async () => {
    const { browser, csrf } = await signIn();
    const make = async (headers: Record<string, string>): Promise<number> =>
      (await browser.act("POST", "/tokens", headers, { name: "a", scopes: ["read"] })).status;
    expect(await make({})).toBe(403);
    expect(await make({ "x-streamgate-csrf": "a".repeat(43) })).toBe(403);
    expect(await make({ ...csrf, "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await make({ ...csrf, origin: "https://evil.example" })).toBe(403);
    expect(await make(csrf)).toBe(201);
  });

  test("ends when its browser signs out, also for who has copied the cookie", async () => {
    const { browser, csrf } = await signIn();
    const thief = new Browser(served.url);
    thief.keep(COOKIE, browser.cookies.get(COOKIE) ?? "");
    expect((await thief.act("GET", "/audit", {})).status).toBe(200);
    expect((await browser.act("DELETE", "/session", {})).status).toBe(403);
    const out = await browser.act("DELETE", "/session", csrf);
    expect(await out.json()).toMatchObject({ principal: null, csrfToken: null });
    expect(browser.cookies.has(COOKIE)).toBe(false);
    expect((await thief.act("GET", "/audit", {})).status).toBe(401);
  });

  test("ends with the token that it began with", async () => {
    const { browser, csrf } = await signIn();
    const body = { name: "short", scopes: ["read"] };
    const made = await (await browser.act("POST", "/tokens", csrf, body)).json();
    const { token, info } = made as { token: string; info: { id: string } };
    const other = new Browser(served.url);
    await other.act("POST", "/session", {}, { token });
    expect((await other.act("GET", "/audit", {})).status).toBe(200);
    await browser.act("DELETE", `/tokens/${info.id}`, csrf);
    expect((await other.act("GET", "/audit", {})).status).toBe(401);
  });

  test("gets a new secret when its browser signs in again", async () => {
    const { browser, csrf } = await signIn();
    const planted = browser.cookies.get(COOKIE) ?? "";
    await browser.act("POST", "/session", csrf, { token: served.firstToken });
    expect(browser.cookies.get(COOKIE)).not.toBe(planted);
    const attacker = new Browser(served.url);
    attacker.keep(COOKIE, planted);
    expect((await attacker.act("GET", "/audit", {})).status).toBe(401);
  });

  test("cannot be begun by a page of another site", async () => {
    const browser = new Browser(served.url);
    const body = { token: served.firstToken };
    const headers = { "sec-fetch-site": "cross-site" };
    expect((await browser.act("POST", "/session", headers, body)).status).toBe(403);
    expect(browser.cookies.size).toBe(0);
  });

  test("is known to the audit log", async () => {
    const { browser } = await signIn();
    const answer = await browser.act("GET", "/audit?act=signed%20in&limit=1", {});
    expect(await answer.json()).toMatchObject({
      items: [{ actor: "token first", details: { address: "127.0.0.1" } }],
    });
  });
});

describe("the sign-in page", () => {
  test("lets in without JavaScript, and leads to the page that was asked for", async () => {
    const browser = new Browser(served.url);
    const asked = await browser.send("/queries?from=-6h");
    expect(asked.status).toBe(303);
    expect(asked.headers.get("location")).toBe("/sign-in?to=%2Fqueries%3Ffrom%3D-6h");
    const response = await browser.signInByForm(served.firstToken, "/queries?from=-6h");
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe("/queries?from=-6h");
    expect((await browser.act("GET", "/audit", {})).status).toBe(200);
  });

  test("says what is wrong, and shows what was typed to nobody", async () => {
    const browser = new Browser(served.url);
    const response = await browser.signInByForm("sgt_wrong<script>");
    const text = await response.text();
    expect(response.status).toBe(401);
    expect(text).toContain('role="alert"');
    expect(text).not.toContain("sgt_wrong");
  });

  test("leads to no other site", async () => {
    const response = await new Browser(served.url).signInByForm(
      served.firstToken,
      "//evil.example",
    );
    expect(response.headers.get("location")).toBe("/");
  });

  test("takes no form that it did not hand out itself", async () => {
    const browser = new Browser(served.url);
    const post = async (headers: Record<string, string>): Promise<number> =>
      (
        await browser.send("/sign-in", {
          method: "POST",
          headers,
          body: new URLSearchParams({ token: served.firstToken, form: "a", to: "/" }),
        })
      ).status;
    expect(await post({})).toBe(403);
    browser.keep("streamgate_form", "a");
    expect(await post({ origin: "https://evil.example" })).toBe(403);
  });

  test("sends whoever another site led here once more, with the cookie", async () => {
    const response = await new Browser(served.url).send("/queries", {
      headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" },
    });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('<meta http-equiv="refresh" content="0;url=/queries">');
  });
});

describe("every answer", () => {
  const paths = [
    "/",
    "/sign-in",
    "/api/v1/session",
    "/api/v1/tokens",
    "/nowhere",
    "/api/v1/%zz",
    "/api/v1/openapi.json",
  ];
  test.each(paths)("carries headers that keep others out: %s", async (path) => {
    const { headers } = await new Browser(served.url).send(path);
    expect(headers.get("content-security-policy")).toMatch(
      /default-src 'none'.*frame-ancestors 'none'/,
    );
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("same-origin");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
  });
});
