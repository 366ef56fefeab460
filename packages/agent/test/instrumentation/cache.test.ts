import { channel } from "node:diagnostics_channel";
import { type CacheLoad, CHANNELS } from "@streamgate/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ObservedCache } from "../../src/instrumentation/cache.ts";
import { startWatched, type Watched } from "./watched.ts";

let watched: Watched;

beforeEach(() => {
  watched = startWatched({ httpServer: false, httpClient: false });
});
afterEach(() => watched.stop());

function cacheWith(total: { lookups: number; misses: number; staleHits: number }): ObservedCache {
  return {
    statistics: () => ({
      memory: { entries: 3, sizeBytes: 1_000 },
      namespaces: [{ name: "user", total }],
    }),
  };
}

test("reads are counted by how they were answered, from the books of all caches together", () => {
  const total = { lookups: 10, misses: 2, staleHits: 1 };
  const cache = cacheWith(total);
  watched.instrumentation.observeCache(cache);
  watched.instrumentation.observeCache(cache);
  watched.instrumentation.observeCache(cacheWith({ lookups: 5, misses: 5, staleHits: 0 }));
  const outcomes = () =>
    ["hit", "miss", "stale"].map((outcome) =>
      watched.total("streamgate_cache_requests", { namespace: "user", outcome }),
    );
  expect(outcomes()).toEqual([7, 7, 1]);
  total.lookups = 20;
  expect(outcomes()).toEqual([17, 7, 1]);
  expect(watched.total("streamgate_cache_memory_bytes")).toBe(2_000);
  expect(watched.total("streamgate_cache_entries")).toBe(6);
});

test("a cache whose books cannot be read disturbs no other", () => {
  watched.instrumentation.observeCache({
    statistics: () => {
      throw new Error("closed");
    },
  });
  watched.instrumentation.observeCache(cacheWith({ lookups: 5, misses: 0, staleHits: 0 }));
  expect(watched.total("streamgate_cache_requests", { outcome: "hit" })).toBe(5);
  expect(watched.total("streamgate_instrumentation_errors", { part: "cache" })).toBeGreaterThan(0);
});

test("a load is a span that began when the load began", () => {
  const load: CacheLoad = {
    namespace: "user",
    key: "user:17",
    outcome: "failed",
    durationMs: 40,
    joined: 2,
  };
  const root = watched.tracer.startTrace("GET", "server");
  watched.tracer.run(root, () => channel(CHANNELS.cacheLoad).publish(load));
  root.end();
  const [, span] = watched.tracer.kept()[0]?.spans ?? [];
  expect(span).toMatchObject({
    name: "cache load",
    hasFailed: true,
    attributes: { "streamgate.cache.namespace": "user", "streamgate.cache.joined": 2 },
  });
  expect(span?.durationMs).toBeCloseTo(40);
  expect(JSON.stringify(span)).not.toContain("user:17");
});

test("a message that is none does not end the process", () => {
  const root = watched.tracer.startTrace("GET", "server");
  watched.tracer.run(root, () => channel(CHANNELS.cacheLoad).publish(undefined));
  expect(watched.total("streamgate_instrumentation_errors", { part: CHANNELS.cacheLoad })).toBe(1);
  root.end();
});
