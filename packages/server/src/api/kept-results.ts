import { createCache, memoryTier, type Namespace } from "@streamgate/cache";
import type { OperationId } from "@streamgate/contract";
import type { LiveBus } from "../live/live-bus.ts";
import type { DescribedOperation } from "./api-document.ts";
import { type ApiCaller, requireScope } from "./caller.ts";
import { topicsOf } from "./result-topics.ts";

/** Calls whose results are kept for a moment. */
export interface KeptResults extends ApiCaller {
  close(): Promise<void>;
}

const MOST_BYTES = "64mb";
const MOST_RESULTS = 2_000;
/** Of all results. */
const ALL = "all";
/** For how long a result is good: for a small part of the range that it is about, for the shortest where it is about none. */
const CLASSES = [
  { name: "second", goodMs: 1_000 },
  { name: "two-seconds", goodMs: 2_000 },
  { name: "seconds", goodMs: 5_000 },
  { name: "half-minute", goodMs: 30_000 },
] as const;
const RANGE_PARTS = 450;
/** As the contract has it where a request says none. */
const DEFAULT_FROM = "-1h";
const AGO = /^-(\d{1,5})([smhdw])$/;
const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/**
 * Keeps what was read for whoever asks the same within a second, or a little longer where the range is long: a hundred who look at one
 * page are one reading. A result that is a little older is given while the next one is made. What changes in what is watched makes the
 * results that tell of it worthless at once, an act all of them.
 */
export function keepResults(
  caller: ApiCaller,
  operations: ReadonlyMap<OperationId, DescribedOperation>,
  live: Pick<LiveBus, "onChanged">,
): KeptResults {
  const cache = createCache({
    tiers: [memoryTier({ maxBytes: MOST_BYTES, maxEntries: MOST_RESULTS })],
    name: "api-answers",
  });
  const classes = CLASSES.map(({ name, goodMs }) => ({
    goodMs,
    results: cache.namespace<object>(name, {
      values: "shared",
      refreshAhead: 0,
      ttl: goodMs,
      staleWhileRevalidate: 2 * goodMs,
    }),
  }));
  const classOf = (
    operation: DescribedOperation | undefined,
    query: unknown,
  ): Namespace<object> | undefined => {
    const wantedMs = hasRange(operation) ? rangeMsOf(query) / RANGE_PARTS : 0;
    return (classes.findLast(({ goodMs }) => goodMs <= wantedMs) ?? classes[0])?.results;
  };
  const forget = async (tags: readonly string[]): Promise<void> => {
    await cache.invalidate({ tags });
  };
  const stopListening = live.onChanged((topics) => void forget(topics));
  return {
    call: async (id, raw) => {
      const operation = operations.get(id);
      const results = classOf(operation, raw.query);
      if (operation === undefined || operation.scope === "none" || results === undefined)
        return caller.call(id, raw);
      if (operation.method !== "GET") {
        const result = await caller.call(id, raw);
        if (operation.scope === "act") await forget([ALL]);
        return result;
      }
      requireScope(operation.scope, raw.principal);
      const key = JSON.stringify([id, raw.parameters, raw.query, raw.principal?.scopes]);
      // Others may wait for it when whoever asked first has gone.
      const { signal } = new AbortController();
      const result = await results.getOrLoad(
        key,
        () => caller.call(id, { ...raw, signal, exchange: undefined }),
        { tags: [ALL, ...topicsOf(id)] },
      );
      return result as Awaited<ReturnType<typeof caller.call<typeof id>>>;
    },
    close: async () => {
      stopListening();
      await cache.close();
    },
  };
}

function hasRange(operation: DescribedOperation | undefined): boolean {
  return "from" in ((operation?.query.properties ?? {}) as object);
}

function rangeMsOf(query: unknown): number {
  const { from = DEFAULT_FROM } = (query ?? {}) as { readonly from?: unknown };
  const ago = typeof from === "string" ? AGO.exec(from) : null;
  if (ago === null) return 0;
  return Number(ago[1]) * UNIT_MS[ago[2] as keyof typeof UNIT_MS];
}
