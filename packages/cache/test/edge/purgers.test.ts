import {
  akamaiPurger,
  cloudFrontPurger,
  cloudflarePurger,
  type EdgePurger,
  fastlyPurger,
  varnishPurgers,
} from "@streamgate/cache/edge";
import { systemClock } from "@streamgate/core";
import { afterEach, describe, expect, test } from "vitest";
import { retryAfterMsOf } from "../../src/edge/purgers/exchange.ts";
import {
  type SeenRequest,
  type ServiceAnswer,
  type ServiceDouble,
  startServiceDouble,
} from "./service-double.ts";

const SECRET = "a-very-secret-secret";
const KEYS = ["user:7", "_p1", "_q2"];

interface Case {
  readonly usual: (request: SeenRequest) => ServiceAnswer;
  readonly make: (url: string) => EdgePurger;
}

const keysIn = (request: SeenRequest, member: string): string[] =>
  (JSON.parse(request.body) as Record<string, string[]>)[member] ?? [];

const CASES: Readonly<Record<string, Case>> = {
  varnish: {
    usual: () => ({ status: 200, headers: { "xkey-purged": "1" }, body: "Purged" }),
    make: (url) => varnishPurgers({ servers: [url], timeoutMs: 300 })[0] as EdgePurger,
  },
  fastly: {
    usual: (request) => {
      const keys = keysIn(request, "surrogate_keys");
      if (request.headers["fastly-key"] !== SECRET)
        return { status: 401, body: { msg: "Provided credentials are missing or invalid" } };
      if (keys.length > 256) return { status: 400, body: { msg: "too many keys" } };
      return { status: 200, body: Object.fromEntries(keys.map((key) => [key, "1-2-3"])) };
    },
    make: (baseUrl) => fastlyPurger({ serviceId: "S1", token: SECRET, baseUrl, timeoutMs: 300 }),
  },
  cloudflare: {
    usual: (request) => {
      if (request.headers.authorization !== `Bearer ${SECRET}`)
        return {
          status: 403,
          body: { success: false, errors: [{ code: 9109, message: "Unauthorized" }] },
        };
      if (keysIn(request, "tags").length > 100)
        return {
          status: 400,
          body: { success: false, errors: [{ code: 1134, message: "too many" }] },
        };
      return { status: 200, body: { success: true, errors: [], result: { id: "Z1" } } };
    },
    make: (baseUrl) =>
      cloudflarePurger({
        zoneId: "Z1",
        token: () => Promise.resolve(SECRET),
        baseUrl,
        timeoutMs: 300,
      }),
  },
  cloudfront: {
    usual: () => ({ status: 201, body: "<Invalidation><Id>I1</Id></Invalidation>" }),
    make: (baseUrl) =>
      cloudFrontPurger({
        distributionId: "D1",
        credentials: { accessKeyId: "AKID", secretAccessKey: SECRET },
        baseUrl,
        timeoutMs: 300,
      }),
  },
  akamai: {
    usual: (request) =>
      Buffer.byteLength(request.body) > 50_000
        ? { status: 413, body: { title: "Request entity too large" } }
        : { status: 201, body: { httpStatus: 201, estimatedSeconds: 5, purgeId: "P1" } },
    make: (baseUrl) =>
      akamaiPurger({
        baseUrl,
        credentials: () => ({ clientToken: "client", clientSecret: SECRET, accessToken: "access" }),
        timeoutMs: 300,
      }),
  },
};

let service: ServiceDouble | undefined;
afterEach(() => service?.stop());

async function start(name: string): Promise<{ service: ServiceDouble; purger: EdgePurger }> {
  const { usual, make } = CASES[name] as Case;
  service = await startServiceDouble(usual);
  return { service, purger: make(service.url) };
}

describe.each(Object.keys(CASES))("%s", (name) => {
  test("a purge is taken", async () => {
    const { purger } = await start(name);
    expect(await purger.purge(KEYS)).toEqual({ kind: "purged" });
  });

  test("a batch as large as it may be is taken", async () => {
    const { purger } = await start(name);
    const keys: string[] = [];
    let bytes = 0;
    for (let position = 0; keys.length < purger.batch.maxKeys; position += 1) {
      const key = `${"k".repeat(90)}${position}`;
      bytes += key.length + 3;
      if (bytes > purger.batch.maxBytes) break;
      keys.push(key);
    }
    expect(await purger.purge(keys)).toEqual({ kind: "purged" });
  });

  test("429 is to be tried again when the service says so", async () => {
    const { service: double, purger } = await start(name);
    double.next({ status: 429, headers: { "retry-after": "7" } });
    expect(await purger.purge(KEYS)).toMatchObject({ kind: "retry" });
    double.next({ status: 503, headers: { "retry-after": "7" } });
    expect(await purger.purge(KEYS)).toMatchObject({ kind: "retry", retryAfterMs: 7_000 });
  });

  test.each(["cut", "silence"] as const)(
    "a connection that ends in %s is to be tried again",
    async (end) => {
      const { service: double, purger } = await start(name);
      double.next(end);
      expect(await purger.purge(KEYS)).toMatchObject({ kind: "retry" });
    },
  );

  test("a refusal says why and never the secret", async () => {
    const { service: double, purger } = await start(name);
    double.next({
      status: 403,
      body: { msg: "no", title: "no", errors: [{ code: 1, message: "no" }] },
    });
    const outcome = await purger.purge(KEYS);
    expect(outcome).toMatchObject({ kind: "refused", reason: expect.stringContaining("403") });
    expect(JSON.stringify(outcome)).not.toContain(SECRET);
  });

  test("a redirect is not followed with the credentials", async () => {
    const { service: double, purger } = await start(name);
    double.next({ status: 307, headers: { location: "/elsewhere" } });
    expect(await purger.purge(KEYS)).toMatchObject({ kind: "refused" });
    expect(double.seen).toHaveLength(1);
  });

  test("a purge can be broken off", async () => {
    const { service: double, purger } = await start(name);
    double.next("silence");
    expect(await purger.purge(KEYS, AbortSignal.abort())).toMatchObject({ kind: "retry" });
  });
});

test("Varnish is told the keys in a header, softly on request, each server by itself", async () => {
  const { service: double } = await start("varnish");
  const purgers = varnishPurgers({ servers: [double.url, `${double.url}/`], isSoft: true });
  await Promise.all(purgers.map((purger) => purger.purge(KEYS)));
  expect(double.seen.map(({ method, headers }) => [method, headers["xkey-softpurge"]])).toEqual([
    ["PURGE", "user:7 _p1 _q2"],
    ["PURGE", "user:7 _p1 _q2"],
  ]);
  expect(new Set(purgers.map(({ name }) => name)).size).toBe(2);
  expect(() => varnishPurgers({ servers: [] })).toThrow("servers");
  expect(() => varnishPurgers({ servers: ["no address"] })).toThrow("no address");
});

test("Fastly purges softly on request, and keys without a purge id have failed", async () => {
  const { service: double } = await start("fastly");
  const purger = fastlyPurger({
    serviceId: "S/1",
    token: SECRET,
    baseUrl: double.url,
    isSoft: true,
  });
  double.next({ status: 200, body: { "user:7": "1-2-3" } });
  expect(await purger.purge(KEYS)).toMatchObject({ kind: "partly", failedKeys: ["_p1", "_q2"] });
  expect(double.seen[0]).toMatchObject({
    path: "/service/S%2F1/purge",
    headers: { "fastly-soft-purge": "1" },
  });
});

test("Cloudflare's success that is none is to be tried again", async () => {
  const { service: double, purger } = await start("cloudflare");
  double.next({ status: 200, body: { success: false, errors: [{ code: 1, message: "later" }] } });
  expect(await purger.purge(KEYS)).toEqual({ kind: "retry", reason: "not a success: 1 later" });
  expect(double.seen[0]?.path).toBe("/zones/Z1/purge_cache");
});

test("CloudFront is told tags as items, signed, and waits while too much is in progress", async () => {
  const { service: double, purger } = await start("cloudfront");
  double.next({
    status: 400,
    body: "<ErrorResponse><Error><Code>TooManyInvalidationsInProgress</Code></Error></ErrorResponse>",
  });
  expect(await purger.purge(KEYS)).toMatchObject({ kind: "retry", retryAfterMs: 10_000 });
  await purger.purge(KEYS);
  const [first, second] = double.seen;
  expect(first).toMatchObject({ path: "/2020-05-31/distribution/D1/invalidation", method: "POST" });
  expect(first?.body).toContain(
    "<Items><Path>#user:7</Path><Path>#_p1</Path><Path>#_q2</Path></Items><Quantity>3</Quantity>",
  );
  expect(first?.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/us-east-1\/cloudfront\//,
  );
  const reference = /<CallerReference>(.+)<\/CallerReference>/;
  expect(reference.exec(first?.body ?? "")?.[1]).not.toBe(reference.exec(second?.body ?? "")?.[1]);
});

test("Akamai's rate limit without Retry-After is waited for five seconds", async () => {
  const { service: double, purger } = await start("akamai");
  double.next({ status: 429, body: { title: "Rate Limit exceeded" } });
  expect(await purger.purge(KEYS)).toEqual({
    kind: "retry",
    reason: "HTTP 429: Rate Limit exceeded",
    retryAfterMs: 5_000,
  });
  expect(double.seen[0]?.path).toBe("/ccu/v3/delete/tag/production");
  expect(double.seen[0]?.headers.authorization).toMatch(/^EG1-HMAC-SHA256 client_token=client;/);
});

test("Retry-After may be a date", () => {
  const clock = { ...systemClock, now: () => new Date("2026-01-01T00:00:00Z") };
  expect(retryAfterMsOf("Thu, 01 Jan 2026 00:00:09 GMT", clock)).toBe(9_000);
  expect(retryAfterMsOf("Thu, 01 Jan 2025 00:00:09 GMT", clock)).toBe(0);
  expect(retryAfterMsOf("soon", clock)).toBeUndefined();
  expect(retryAfterMsOf(null, clock)).toBeUndefined();
});
