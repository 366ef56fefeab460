import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLoopback, neighbourhoodOf } from "../../src/access/addresses.ts";
import { createBuckets } from "../../src/access/buckets.ts";
import { crossSiteReason, type RequestOrigin } from "../../src/access/cross-site.ts";
import { isOwnHost } from "../../src/access/host-names.ts";
import { personNameOf, scopesOfPerson } from "../../src/access/people.ts";
import { sameSitePath } from "../../src/access/same-site-path.ts";

const from = (parts: Partial<RequestOrigin>): RequestOrigin => ({
  method: "POST",
  host: "127.0.0.1:4600",
  origin: undefined,
  fetchSite: undefined,
  fetchMode: undefined,
  fetchDestination: undefined,
  ...parts,
});
const isElsewhere = (parts: Partial<RequestOrigin>, names: readonly string[] = []): boolean =>
  crossSiteReason(from(parts), names) !== undefined;

describe("a request", () => {
  test("of the server's own pages, or of no browser, is its own", () => {
    expect(isElsewhere({})).toBe(false);
    expect(isElsewhere({ fetchSite: "same-origin", origin: "http://127.0.0.1:4600" })).toBe(false);
    expect(isElsewhere({ host: "streamgate.example", origin: "https://streamgate.example" })).toBe(
      false,
    );
    expect(
      isElsewhere({ host: "streamgate.example:443", origin: "https://streamgate.example" }),
    ).toBe(false);
    expect(isElsewhere({ origin: "https://streamgate.example" }, ["streamgate.example"])).toBe(
      false,
    );
  });

  test("of another site, another port, or nowhere is not", () => {
    expect(isElsewhere({ fetchSite: "cross-site" })).toBe(true);
    expect(isElsewhere({ fetchSite: "same-site" })).toBe(true);
    expect(isElsewhere({ origin: "https://evil.example" })).toBe(true);
    expect(isElsewhere({ origin: "http://127.0.0.1:3000" })).toBe(true);
    expect(isElsewhere({ origin: "http://127.0.0.1:3000" }, ["127.0.0.1"])).toBe(true);
    expect(isElsewhere({ origin: "null" })).toBe(true);
    expect(isElsewhere({ host: undefined, origin: "http://127.0.0.1:4600" })).toBe(true);
    expect(isElsewhere({ method: "GET", fetchSite: "cross-site", fetchMode: "no-cors" })).toBe(
      true,
    );
    expect(
      isElsewhere({ fetchSite: "cross-site", fetchMode: "navigate", fetchDestination: "document" }),
    ).toBe(true);
  });

  test("by which somebody follows a link from elsewhere is fine, but not in a frame", () => {
    const link = { method: "GET", fetchSite: "cross-site", fetchMode: "navigate" };
    expect(isElsewhere({ ...link, fetchDestination: "document" })).toBe(false);
    expect(isElsewhere({ ...link, fetchDestination: "iframe" })).toBe(true);
  });
});

test("a server answers to addresses, to names of this machine and to those it was given", () => {
  for (const host of [
    "localhost:4600",
    "a.localhost",
    "127.0.0.1",
    "[::1]:4600",
    "10.0.0.7:80",
    "own.example",
    "OWN.example.:443",
  ])
    expect([host, isOwnHost(host, ["own.example"])]).toEqual([host, true]);
  for (const host of [
    undefined,
    "",
    "evil.example",
    "own.example.evil.example",
    "127.0.0.1.evil.example",
    "localhost@evil",
    "a b",
    "[::1",
    "own.example:x",
    "localhost.evil.example:4600",
  ])
    expect([host, isOwnHost(host, ["own.example"])]).toEqual([host, false]);
});

test("only addresses of this machine are of this machine", () => {
  for (const address of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "localhost"])
    expect([address, isLoopback(address)]).toEqual([address, true]);
  for (const address of [
    "0.0.0.0",
    "::",
    "10.0.0.1",
    "128.0.0.1",
    "::ffff:10.0.0.1",
    "127.0.0.1.example",
  ])
    expect([address, isLoopback(address)]).toEqual([address, false]);
});

test("whoever has a line of IPv6 is one, whatever address of it they use", () => {
  expect(neighbourhoodOf("2001:db8:1:2::1")).toBe(neighbourhoodOf("2001:db8:1:2:ffff:0:0:9"));
  expect(neighbourhoodOf("2001:db8:1:3::1")).not.toBe(neighbourhoodOf("2001:db8:1:2::1"));
  expect(neighbourhoodOf("::ffff:10.0.0.1")).toBe("10.0.0.1");
});

test("after signing in nobody is led to another site", () => {
  expect(sameSitePath("/queries/a?from=-1h#plan")).toBe("/queries/a?from=-1h#plan");
  for (const wanted of [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "",
    undefined,
    ["/a"],
    "/..//evil.example",
    "/sign-in",
    "/api/v1/tokens",
    "/a\r\nset-cookie: b=c",
  ])
    expect([wanted, sameSitePath(wanted)]).toEqual([wanted, "/"]);
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.webUrl(), fc.stringMatching(/^[/\\.a%0-9:@\t]{0,12}$/)),
      (wanted) => {
        const target = new URL(sameSitePath(wanted), "http://here.example:4600");
        expect(target.origin).toBe("http://here.example:4600");
      },
    ),
  );
});

test("a bucket gives as often as it is allowed, and no more after a long rest", () => {
  let nowMs = 0;
  const buckets = createBuckets({ burst: 3, perSecond: 2 }, () => nowMs);
  const taken = (): number[] => [1, 2, 3, 4].map(() => buckets.take("a"));
  expect(taken()).toEqual([0, 0, 0, 500]);
  nowMs += 500;
  expect(taken()).toEqual([0, 500, 500, 500]);
  nowMs += 1e9;
  expect(taken()).toEqual([0, 0, 0, 500]);
  expect(buckets.take("b")).toBe(0);
});

test("a person is known by a verified address, else by the subject", () => {
  const claims = { sub: "auth0|1", email: "Ann@Example.com" };
  expect(personNameOf({ ...claims, email_verified: true })).toBe("ann@example.com");
  expect(personNameOf({ ...claims, email_verified: false })).toBe("auth0|1");
  expect(personNameOf(claims)).toBe("auth0|1");
});

test("who is listed comes in, and who is listed as an actor acts", () => {
  const rules = {
    allowed: ["@example.com", "bob@other.example", "auth0|9"],
    actors: ["ann@example.com"],
  };
  expect(scopesOfPerson("ann@example.com", rules)).toEqual(["read", "act"]);
  expect(scopesOfPerson("eve@example.com", rules)).toEqual(["read"]);
  expect(scopesOfPerson("Bob@Other.example", rules)).toEqual(["read"]);
  expect(scopesOfPerson("auth0|9", rules)).toEqual(["read"]);
  for (const name of [
    "eve@evil.example",
    "eve@sub.example.com",
    "eve@example.com@evil.example",
    "@example.com",
    "auth0|1",
    "",
  ])
    expect([name, scopesOfPerson(name, rules)]).toEqual([name, null]);
});
