import { cacheStatus, edgeHeaders } from "@streamgate/cache/edge";
import { describe, expect, test } from "vitest";

const page = { tags: ["user:7"], ttlMs: 300_999 };

describe("edgeHeaders", () => {
  test("the edge keeps the page, a browser does not", () => {
    expect(edgeHeaders({ ...page, service: "varnish" })).toEqual({
      "Cache-Control": "max-age=0, must-revalidate",
      "CDN-Cache-Control": "max-age=300",
      xkey: "_x user:7",
    });
  });

  test("stale pages are allowed for the edge alone", () => {
    const headers = edgeHeaders({
      ...page,
      service: "akamai",
      staleWhileRevalidateMs: 30_000,
      staleIfErrorMs: 3_600_000,
      browserTtlMs: 5_000,
    });
    expect(headers).toEqual({
      "Cache-Control": "max-age=5, must-revalidate",
      "CDN-Cache-Control": "max-age=300, stale-while-revalidate=30, stale-if-error=3600",
      "Edge-Cache-Tag": "_x,user_3a7",
    });
  });

  test("Fastly reads Surrogate-Control, and CloudFront s-maxage", () => {
    expect(edgeHeaders({ ...page, service: "fastly", staleIfErrorMs: 60_000 })).toMatchObject({
      "Surrogate-Control": "max-age=300, stale-if-error=60",
    });
    expect(edgeHeaders({ ...page, service: "cloudfront", staleIfErrorMs: 60_000 })).toMatchObject({
      "Cache-Control": "max-age=0, s-maxage=300, stale-if-error=60",
    });
  });

  test("only a page for everybody says public", () => {
    const headers = edgeHeaders({ ...page, service: "cloudflare", isPublic: true });
    expect(headers["Cache-Control"]).toBe("public, max-age=0, must-revalidate");
    expect(headers["CDN-Cache-Control"]).toBe("public, max-age=300");
  });

  test("without any time to live nothing is stored", () => {
    expect(edgeHeaders({ service: "varnish", tags: ["a"], ttlMs: 0 })).toEqual({
      "Cache-Control": "no-store",
      "CDN-Cache-Control": "no-store",
    });
  });

  test.each([-1, Number.NaN])("a time to live of %s is refused by name", (ttlMs) => {
    expect(() => edgeHeaders({ ...page, ttlMs, service: "varnish" })).toThrow(`ttlMs = ${ttlMs}`);
  });

  test("many tags become several lines for Varnish", () => {
    const tags = Array.from({ length: 1_000 }, (_, position) => `product:${position}`);
    const { xkey } = edgeHeaders({ ...page, tags, service: "varnish" });
    expect(xkey).toHaveLength(2);
  });
});

describe("cacheStatus", () => {
  test("has one member a tier, the one closest to the origin first", () => {
    expect(
      cacheStatus([
        { tier: "memory", isHit: false, isStored: true, isCollapsed: true },
        { tier: "redis", isHit: false, forwarded: "stale", ttlS: -2.5 },
        { tier: "postgres", isHit: true, ttlS: 42.9, key: 'user:"7"', detail: "warm" },
      ]),
    ).toBe(
      'postgres; hit; ttl=42; key="user:\\"7\\""; detail=warm, redis; fwd=stale; ttl=-3, memory; fwd=miss; stored; collapsed',
    );
  });

  test("names that are no tokens are quoted, and other alphabets percent-encoded", () => {
    expect(cacheStatus([{ tier: "Redis 7", isHit: true, key: "größe\n" }])).toBe(
      '"Redis 7"; hit; key="gr%c3%b6%c3%9fe%0a"',
    );
  });

  test("no tier, no members", () => {
    expect(cacheStatus([])).toBe("");
  });
});
