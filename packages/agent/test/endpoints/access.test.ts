import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Caller, refuseAccess } from "../../src/endpoints/access.ts";
import { isLoopbackAddress, isLoopbackHost } from "../../src/endpoints/loopback.ts";
import { tokenCheck } from "../../src/endpoints/token.ts";

const TOKEN = "correct-horse-battery-staple";
const LOCAL: Caller = {
  remoteAddress: "127.0.0.1",
  headers: { host: "127.0.0.1:9464" },
  httpVersion: "1.1",
  listensBeyond: undefined,
};

describe("with a token", () => {
  const check = tokenCheck(TOKEN);

  test.each(["127.0.0.1", "203.0.113.9", undefined])(
    "whoever has it may ask, from %s",
    (remoteAddress) => {
      const headers = { authorization: `Bearer ${TOKEN}`, "x-forwarded-for": "1.2.3.4" };
      expect(refuseAccess({ ...LOCAL, remoteAddress, headers }, check)).toBeUndefined();
    },
  );

  test("this machine needs it too", () => {
    expect(refuseAccess(LOCAL, check)?.status).toBe(401);
  });

  test("nothing else will do", () => {
    fc.assert(
      fc.property(fc.string(), (guess) => {
        fc.pre(guess.trim() !== TOKEN);
        for (const authorization of [
          guess,
          `Bearer ${guess}`,
          `Basic ${guess}`,
          `Bearer ${TOKEN}x`,
        ])
          expect(refuseAccess({ ...LOCAL, headers: { authorization } }, check)?.status).toBe(401);
      }),
    );
  });

  test("the word before it may be written in any case", () => {
    const headers = { authorization: `bearer ${TOKEN}` };
    expect(refuseAccess({ ...LOCAL, headers }, check)).toBeUndefined();
  });
});

describe("without a token", () => {
  const refuse = (caller: Partial<Caller>) => refuseAccess({ ...LOCAL, ...caller }, undefined);
  const withHeaders = (headers: Caller["headers"]) =>
    refuse({ headers: { ...LOCAL.headers, ...headers } });

  test.each(["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", "::FFFF:127.0.0.1"])(
    "this machine may ask, as %s",
    (remoteAddress) => {
      expect(refuse({ remoteAddress })).toBeUndefined();
    },
  );

  test.each(["10.0.0.1", "::ffff:10.0.0.1", "fe80::1", "::", "127.0.0.1.evil", "", undefined])(
    "others may not, whatever headers say: %s",
    (remoteAddress) => {
      const headers = { host: "127.0.0.1", authorization: `Bearer ${TOKEN}` };
      expect(refuse({ remoteAddress })?.status).toBe(403);
      expect(refuse({ remoteAddress, headers })?.status).toBe(403);
    },
  );

  test.each([
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "via",
  ])("what came through a proxy may not, though the proxy runs here: %s", (name) => {
    expect(withHeaders({ [name]: "127.0.0.1" })?.detail).toContain("proxy");
  });

  test("what nginx passes on by its defaults, without a header and by HTTP/1.0, may not", () => {
    expect(refuse({ httpVersion: "1.0" })?.detail).toContain("proxy");
  });

  test("where others can connect, nobody may: what a tunnel passes on comes from this machine", () => {
    expect(refuse({ listensBeyond: "0.0.0.0" })?.detail).toMatch(/0\.0\.0\.0.*set STREAMGATE/);
  });

  test("a name in HTTP/2 counts as one in a host header", () => {
    const ask = (authority: string) =>
      refuse({ httpVersion: "2.0", headers: { ":authority": authority } });
    expect(ask("localhost:3000")).toBeUndefined();
    expect(ask("evil.example")?.detail).toContain("by another name");
  });

  test.each([
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example:9464",
    "[::1].x",
    undefined,
  ])("a name that a stranger can point at this machine may not: %s", (host) => {
    expect(refuse({ headers: { host } })?.detail).toContain("by another name");
  });

  test.each(["localhost", "LOCALHOST:80", "127.0.0.1", "127.1.2.3:9464", "[::1]:9464", "[::1]"])(
    "a name that only this machine has may: %s",
    (host) => {
      expect(refuse({ headers: { host } })).toBeUndefined();
    },
  );

  test("no page of another site may, which a browser tells", () => {
    expect(withHeaders({ origin: "https://evil.example" })?.status).toBe(403);
    expect(withHeaders({ origin: "null" })?.status).toBe(403);
    expect(withHeaders({ "sec-fetch-site": "cross-site" })?.status).toBe(403);
    expect(withHeaders({ "sec-fetch-site": "same-site" })?.status).toBe(403);
    expect(withHeaders({ "sec-fetch-site": "none" })).toBeUndefined();
    expect(withHeaders({ origin: "http://127.0.0.1:9464" })).toBeUndefined();
  });
});

test("no text but the machine's own names and addresses passes for them", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.domain()), (text) => {
      const isOwn = /^127\.\d+\.\d+\.\d+$|^::1$|^::ffff:127\.\d+\.\d+\.\d+$/i.test(text);
      if (!isOwn) expect(isLoopbackAddress(text)).toBe(false);
      if (!/^(?:localhost|127\.[\d.]+|\[::1\])(?::\d*)?$/i.test(text))
        expect(isLoopbackHost(text)).toBe(false);
    }),
  );
});

test("a token that is easily guessed is refused, and not repeated", () => {
  expect(() => tokenCheck("short-secret")).toThrow(/SG_AGENT_WEAK_TOKEN|12 characters/);
  expect(() => tokenCheck("short-secret")).not.toThrow(/short-secret/);
});

test.each([`${TOKEN}\n`, ` ${TOKEN}`, "a token of several words", "Schlüssel-Schlüssel"])(
  "a token that no header can carry is refused, rather than keep everybody out: %j",
  (token) => {
    expect(() => tokenCheck(token)).toThrow(/no client can send it/);
  },
);
