import {
  createPurgeQueue,
  edgeHeaders,
  encodeEdgeTags,
  purgeKeysFor,
  varnishPurgers,
} from "@streamgate/cache/edge";
import { seededRandom, systemClock } from "@streamgate/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import {
  readShippedVcl,
  startTestVarnish,
  type TestVarnish,
} from "../../../../test/support/varnish.ts";
import { compileVcl, findVarnishProgram } from "../../../../test/support/varnish-binary.ts";
import { type Origin, startOrigin } from "./origin.ts";

let origin: Origin;
let varnish: TestVarnish;

beforeAll(async () => {
  origin = await startOrigin();
  varnish = await startTestVarnish({ backendPort: origin.port });
});

afterAll(async () => {
  await varnish?.stop();
  await origin?.stop();
});

interface Page {
  readonly tags: readonly string[];
  readonly ttlMs?: number;
  readonly staleWhileRevalidateMs?: number;
  readonly staleIfErrorMs?: number;
  readonly isPublic?: boolean;
  readonly extra?: Readonly<Record<string, string>>;
}

/** From now on the origin answers with the next number and these headers. */
function publish(page: Page): void {
  let version = 0;
  const { tags, ttlMs = 60_000, extra = {}, ...rest } = page;
  const headers = edgeHeaders({ service: "varnish", tags, ttlMs, ...rest });
  origin.answer((_request, response) => {
    version += 1;
    for (const [name, value] of Object.entries({ ...headers, ...extra }))
      response.setHeader(name, typeof value === "string" ? value : [...value]);
    response.end(`version ${version}`);
  });
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
  readonly cacheStatus: string;
}

async function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const response = await fetch(`${varnish.url}${path}`, { headers });
  const body = await response.text();
  const cacheStatus = response.headers.get("cache-status") ?? "";
  return { status: response.status, body, headers: response.headers, cacheStatus };
}

/** A promise and what resolves it. */
function gate(): { readonly promise: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open: () => open() };
}

async function purge(tag: string, isSoft = false): Promise<void> {
  for (const purger of varnishPurgers({ servers: [varnish.url], isSoft }))
    expect(await purger.purge(purgeKeysFor("varnish", tag))).toEqual({ kind: "purged" });
}

test("the shipped VCL compiles", async () => {
  const program = await findVarnishProgram();
  await expect(compileVcl(program, await readShippedVcl())).resolves.toBeUndefined();
  await expect(compileVcl(program, "vcl 4.1; nonsense")).rejects.toThrow("VCL");
});

describe("purging by tag", () => {
  test("a page is a hit until one of its tags is purged", async () => {
    publish({ tags: ["user:1", "user:2"] });
    expect((await get("/tagged")).cacheStatus).toMatch(/^varnish; fwd=miss; stored; ttl=(59|60)$/);
    const hit = await get("/tagged");
    expect(hit.body).toBe("version 1");
    expect(hit.cacheStatus).toMatch(/^varnish; hit; ttl=(59|60)$/);
    await purge("user:3");
    expect((await get("/tagged")).body).toBe("version 1");
    await purge("user:2");
    expect(await get("/tagged")).toMatchObject({ body: "version 2" });
  });

  test("tags with spaces, commas, capitals and other alphabets purge their pages and no others", async () => {
    const tags = ["two words", "a,b", "Größe", "größe", "", "_x", "x".repeat(2_000), "😀"];
    for (const [position, tag] of tags.entries()) {
      publish({ tags: [tag] });
      await get(`/odd/${position}`);
    }
    publish({ tags: [] });
    for (const [position, tag] of tags.entries()) {
      await purge(tag);
      const answers = await Promise.all(tags.map((_, other) => get(`/odd/${other}`)));
      const missed = answers.flatMap(({ cacheStatus }, other) =>
        cacheStatus.includes("miss") ? [other] : [],
      );
      expect(missed, tag).toEqual([position]);
    }
  });

  test("a page with more tags than 16 KB hold is purged by each of them, with varnishd's default limits", async () => {
    const tags = Array.from({ length: 4_000 }, (_, position) => `catalogue:item-${position}`);
    expect(encodeEdgeTags("varnish", tags).values.length).toBeGreaterThan(1);
    publish({ tags });
    await get("/huge");
    for (const position of [0, 1, 1_999, 2_000, 3_998, 3_999]) {
      expect((await get("/huge")).cacheStatus).toContain("hit");
      await purge(`catalogue:item-${position}`);
      expect((await get("/huge")).cacheStatus).toContain("fwd=miss");
    }
  });

  test("a soft purge serves the old page once more, within stale-while-revalidate, and fetches behind", async () => {
    publish({ tags: ["soft:1"], staleWhileRevalidateMs: 30_000 });
    await get("/soft");
    await purge("soft:1", true);
    expect((await get("/soft")).body).toBe("version 1");
    await until(async () => (await get("/soft")).body === "version 2");
  });

  test("who is not on the list of purgers may not purge", async () => {
    const strict = await startTestVarnish({
      backendPort: origin.port,
      vcl: (await readShippedVcl()).replace('"127.0.0.1";\n    "::1";', '"192.0.2.1";'),
    });
    try {
      const [purger] = varnishPurgers({ servers: [strict.url] });
      expect(await purger?.purge(["a"])).toEqual({ kind: "refused", reason: "HTTP 403" });
    } finally {
      await strict.stop();
    }
  });

  test("a PURGE that names no keys is told so", async () => {
    const response = await fetch(`${varnish.url}/`, { method: "PURGE" });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("xkey-purge");
  });
});

describe("what clients see", () => {
  test("neither tags nor the headers meant for the edge, but Age and Cache-Status", async () => {
    publish({
      tags: ["seen:1"],
      extra: { "Cache-Status": "redis; hit; ttl=30, memory; fwd=miss" },
    });
    await get("/seen");
    const { headers, cacheStatus } = await get("/seen");
    for (const name of ["xkey", "cdn-cache-control", "x-edge-swr", "x-varnish", "via"])
      expect(headers.get(name), name).toBeNull();
    expect(headers.get("age")).toMatch(/^\d+$/);
    expect(headers.get("cache-control")).toBe("max-age=0, must-revalidate");
    expect(cacheStatus).toMatch(/^redis; hit; ttl=30, memory; fwd=miss, varnish; hit; ttl=\d+$/);
  });

  test("a client cannot speak in the edge's own headers", async () => {
    publish({ tags: ["own:1"], ttlMs: 60_000 });
    await get("/own");
    const { cacheStatus } = await get("/own", {
      "x-edge-fresh": "1",
      "x-edge-handling": "forged",
      "x-edge-any": "1",
    });
    expect(cacheStatus).toMatch(/^varnish; hit; ttl=\d+$/);
  });

  test("all spellings of Accept-Encoding that allow gzip share one page", async () => {
    publish({ tags: ["gzip:1"], extra: { Vary: "Accept-Encoding" } });
    await get("/gzip", { "accept-encoding": "gzip" });
    const { cacheStatus } = await get("/gzip", { "accept-encoding": "br, deflate;q=0.1, gzip" });
    expect(cacheStatus).toContain("hit");
  });
});

describe("what is kept", () => {
  test("an answer with Set-Cookie never", async () => {
    publish({ tags: ["cookie:1"], isPublic: true, extra: { "Set-Cookie": "session=1" } });
    expect((await get("/cookie")).body).toBe("version 1");
    expect((await get("/cookie")).body).toBe("version 2");
  });

  test("an answer to a request with Authorization only when it is public", async () => {
    const authorization = { authorization: "Bearer 1" };
    publish({ tags: ["private:1"] });
    expect((await get("/private", authorization)).body).toBe("version 1");
    expect((await get("/private", authorization)).body).toBe("version 2");
    publish({ tags: ["public:1"], isPublic: true });
    expect((await get("/public", authorization)).body).toBe("version 1");
    expect((await get("/public", authorization)).body).toBe("version 1");
  });

  test("an anonymous page is not given to who is authorized", async () => {
    publish({ tags: ["both:1"] });
    expect((await get("/both")).body).toBe("version 1");
    expect((await get("/both", { authorization: "Bearer 1" })).body).toBe("version 2");
    expect((await get("/both")).body).toBe("version 1");
  });

  test("nothing that CDN-Cache-Control forbids, whatever Cache-Control says", async () => {
    const extra = { "Cache-Control": "max-age=60", "CDN-Cache-Control": "no-store" };
    publish({ tags: [], extra });
    await get("/forbidden");
    expect((await get("/forbidden")).body).toBe("version 2");
  });

  test("a page without CDN-Cache-Control as Cache-Control says", async () => {
    origin.answer((_request, response) => {
      response.setHeader("Cache-Control", "max-age=60");
      response.end("plain");
    });
    await get("/plain");
    expect((await get("/plain")).cacheStatus).toContain("hit");
    expect(origin.requests("/plain")).toBe(1);
  });
});

describe("stale pages", () => {
  test("within stale-while-revalidate the old page is served while the new one is fetched", async () => {
    publish({ tags: ["swr:1"], ttlMs: 1_000, staleWhileRevalidateMs: 60_000 });
    await get("/swr");
    await until(async () => {
      const { body, cacheStatus } = await get("/swr");
      return body === "version 1" && /ttl=-/.test(cacheStatus);
    });
    await until(async () => (await get("/swr")).body === "version 2");
  });

  test("past stale-while-revalidate a healthy origin is asked first", async () => {
    publish({ tags: ["sie:1"], ttlMs: 1_000, staleIfErrorMs: 60_000 });
    await get("/past");
    const bodies = new Set<string>();
    await until(async () => {
      const { body, cacheStatus } = await get("/past");
      bodies.add(body);
      expect(cacheStatus).not.toContain("ttl=-");
      return bodies.has("version 2");
    });
  });

  test.each([
    ["answers with failures", "/failing"],
    ["cuts the connection", "/cutting"],
  ])(
    "while the origin %s the old page is served as long as stale-if-error allows",
    async (_, path) => {
      publish({ tags: ["sie:2"], ttlMs: 1_000, staleIfErrorMs: 60_000 });
      await get(path);
      origin.answer((_request, response) => {
        response.statusCode = 500;
        if (path === "/failing") response.end("broken");
        else response.destroy();
      });
      await until(async () => {
        const { status, body } = await get(path);
        expect({ status, body }).toEqual({ status: 200, body: "version 1" });
        return origin.requests(path) >= 4;
      });
      publish({ tags: [], extra: { "x-origin": "healthy again" } });
      await until(async () => (await get(path)).headers.get("x-origin") !== null);
    },
  );

  test("an origin that fails and left nothing to serve is seen as failing", async () => {
    origin.answer((_request, response) => {
      response.statusCode = 500;
      response.end("broken");
    });
    expect((await get("/broken")).status).toBe(500);
    publish({ tags: [] });
    expect((await get("/broken")).body).toBe("version 1");
  });
});

test("a page that was being made while its tag was purged is found by the second purge", async () => {
  const waiting: (() => void)[] = [];
  const headers = edgeHeaders({ service: "varnish", tags: ["race:1"], ttlMs: 60_000 });
  origin.answer((_request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
    waiting.push(() => response.end("old"));
  });
  const secondPurge = gate();
  const slow = get("/race");
  await until(() => waiting.length === 1);
  const queue = await createPurgeQueue({
    purgers: varnishPurgers({ servers: [varnish.url], repeatAfterMs: 3_600_000 }),
    clock: {
      ...systemClock,
      sleep: (ms, signal) =>
        ms === 3_600_000 ? secondPurge.promise : systemClock.sleep(ms, signal),
    },
    random: seededRandom(1),
  });
  await queue.submit(["race:1"]).done;
  waiting[0]?.();
  expect((await slow).body).toBe("old");
  expect((await get("/race")).body).toBe("old");
  secondPurge.open();
  await queue.idle();
  publish({ tags: ["race:1"] });
  expect((await get("/race")).body).toBe("version 1");
  await queue.close();
});
