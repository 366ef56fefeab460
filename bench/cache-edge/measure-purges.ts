import { createServer, type Server } from "node:http";
import {
  createPurgeQueue,
  edgeHeaders,
  purgeKeysFor,
  varnishPurgers,
} from "@streamgate/cache/edge";
import { seededRandom, systemClock } from "@streamgate/core";
import { readShippedVcl, startTestVarnish } from "../../test/support/varnish.ts";
import type { BenchRow } from "../contract.ts";

const TRIALS = 300;
const PAGES_A_TAG = 20;
const OTHER_TAGS_A_PAGE = 20;
const PATIENCE_MS = 10_000;

/** The shipped program with two rivals' ways added: a ban by regular expression on the tags, and a purge by URL. */
const RIVAL_METHODS = `sub vcl_recv {
    if (req.method == "BAN") {
        ban("obj.http.xkey ~ " + req.http.x-ban);
        return (synth(200, "Banned"));
    }
    if (req.method == "URLPURGE") {
        return (purge);
    }
}

sub vcl_recv {`;

export interface Purges {
  readonly rows: readonly BenchRow[];
  readonly p99Ms: number;
}

/** From the call that purges a tag of some pages to the answer that Varnish fetched anew, one way after the other. */
export async function measurePurges(tell: (line: string) => void): Promise<Purges> {
  const origin = await startOrigin();
  const vcl = (await readShippedVcl()).replace("sub vcl_recv {", RIVAL_METHODS);
  const varnish = await startTestVarnish({ backendPort: portOf(origin), vcl });
  const queue = await createPurgeQueue({
    purgers: varnishPurgers({ servers: [varnish.url] }),
    clock: systemClock,
    random: seededRandom(1),
  });
  const [purger] = varnishPurgers({ servers: [varnish.url] });
  const ways: Readonly<Record<string, (tag: string) => Promise<unknown>>> = {
    "purge queue": (tag) => queue.submit([tag]).done,
    "purger alone": async (tag) => purger?.purge(purgeKeysFor("varnish", tag)),
    "ban by regular expression": (tag) =>
      request(varnish.url, "/", { method: "BAN", headers: { "x-ban": `(^|\\s)${tag}(\\s|$)` } }),
    "PURGE of each URL": (tag) =>
      Promise.all(pagesOf(tag).map((page) => request(varnish.url, page, { method: "URLPURGE" }))),
  };
  const latencies = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  try {
    tell(`purging ${TRIALS} tags of ${PAGES_A_TAG} pages in ${latencies.size} ways`);
    for (let trial = 0; trial < TRIALS; trial += 1) {
      for (const [position, [name, purge]] of Object.entries(ways).entries()) {
        const tag = `trial-${trial}-${position}`;
        latencies.get(name)?.push(await purgeToMissMs(varnish.url, tag, purge));
      }
    }
  } finally {
    await queue.close();
    await varnish.stop();
    origin.closeAllConnections();
    origin.close();
  }
  const base = latencies.get("purge queue") ?? [];
  const rows = [...latencies].flatMap(([name, ms]) =>
    [50, 99].map((percent) => ({
      subject: name,
      metric: `purge to MISS, p${percent}`,
      unit: "ms",
      median: percentile(ms, percent),
      best: percentile(ms, 0),
      ratio: percentile(ms, percent) / percentile(base, percent),
    })),
  );
  return { rows, p99Ms: percentile(base, 99) };
}

async function purgeToMissMs(
  url: string,
  tag: string,
  purge: (tag: string) => Promise<unknown>,
): Promise<number> {
  const pages = pagesOf(tag);
  const [probe = ""] = pages;
  await Promise.all(pages.map((page) => request(url, page)));
  if (!(await isHit(url, probe))) throw new Error(`${probe} is not in the cache`);
  const startedMs = performance.now();
  await purge(tag);
  while (await isHit(url, probe))
    if (performance.now() - startedMs > PATIENCE_MS) throw new Error(`${tag} is not purged`);
  const tookMs = performance.now() - startedMs;
  const hits = await Promise.all(pages.slice(1).map((page) => isHit(url, page)));
  if (hits.includes(true)) throw new Error(`pages of ${tag} are still in the cache`);
  return tookMs;
}

function pagesOf(tag: string): readonly string[] {
  return Array.from({ length: PAGES_A_TAG }, (_, page) => `/${tag}/${page}`);
}

async function isHit(url: string, page: string): Promise<boolean> {
  const headers = await request(url, page);
  return /varnish; hit/.test(headers.get("cache-status") ?? "");
}

async function request(url: string, path: string, init: RequestInit = {}): Promise<Headers> {
  const response = await fetch(url + path, init);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return response.headers;
}

/** A page `/TAG/NUMBER` of that tag and of many that no other page has. */
async function startOrigin(): Promise<Server> {
  const server = createServer(({ url = "" }, response) => {
    const [, tag = "", page = ""] = url.split("/");
    const others = Array.from(
      { length: OTHER_TAGS_A_PAGE },
      (_, other) => `${tag}-${page}-${other}`,
    );
    const headers = edgeHeaders({ service: "varnish", tags: [tag, ...others], ttlMs: 600_000 });
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
    response.end(`page ${url}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : 0;
}

/** The nearest rank. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}
