import { type Cache, createCache, memoryTier, type Namespace } from "@streamgate/cache";
import {
  type AggregateQuery,
  aggregateWindows,
  labelsPredicate,
  type SeriesGroup,
} from "@streamgate/monitor";
import { unavailable } from "../api/refusal.ts";
import { LIVE_METRICS } from "../platform/live-metrics.ts";
import type { Platform } from "../platform/platform.ts";

/** Series put together, for charts and figures: from memory where it holds them, else from the history. */
export interface SeriesSource {
  /** @throws ApiRefusal 503 where no history is kept */
  aggregate(query: AggregateQuery): Promise<readonly SeriesGroup[]>;
  close(): Promise<void>;
}

/** So much of the last minutes is in memory, give or take what the monitor has still to hear. */
const RECENT_MS = 14 * 60_000;
const MOST_BYTES = "48mb";
const MOST_ANSWERS = 5_000;
/** For how long answers are good, by the length of their steps: a chart does not look older for a small part of a step. */
const GOOD_FOR = [
  { name: "seconds", stepMs: 20_000, goodMs: 1_000 },
  { name: "half-minutes", stepMs: 5 * 60_000, goodMs: 3_000 },
  { name: "minutes", stepMs: 3_600_000, goodMs: 15_000 },
  { name: "hours", stepMs: Number.POSITIVE_INFINITY, goodMs: 60_000 },
] as const;
/** A stretch that ended so long ago does not change any more. */
const SETTLED_MS = 15 * 60_000;
const SETTLED_GOOD_MS = 10 * 60_000;

/**
 * Answers of the history are kept for a small part of a step, by `@streamgate/cache`: a thousand viewers of one chart are one read. An
 * answer that is a little older is given while the next one is being read, so that nobody waits for it.
 */
export function openSeriesSource(
  platform: Pick<Platform, "clock" | "monitor" | "recent">,
): SeriesSource {
  const { clock } = platform;
  const cache: Cache = createCache({
    tiers: [memoryTier({ maxBytes: MOST_BYTES, maxEntries: MOST_ANSWERS })],
  });
  const answersOf = (name: string, goodMs: number): Namespace<readonly SeriesGroup[]> =>
    cache.namespace<readonly SeriesGroup[]>(name, {
      values: "shared",
      refreshAhead: 0,
      ttl: goodMs,
      staleWhileRevalidate: 2 * goodMs,
    });
  const settled = answersOf("settled", SETTLED_GOOD_MS);
  const fresh = GOOD_FOR.map(({ name, stepMs, goodMs }) => ({
    stepMs,
    answers: answersOf(name, goodMs),
  }));
  const answersFor = ({ toMs, stepMs }: AggregateQuery, nowMs: number): typeof settled =>
    toMs < nowMs - SETTLED_MS
      ? settled
      : (fresh.find((one) => stepMs <= one.stepMs)?.answers ?? settled);
  const read = async (query: AggregateQuery): Promise<readonly SeriesGroup[]> => {
    const { history } = platform.monitor();
    if (history === undefined)
      throw unavailable("no history is kept", "leave history: false out of the watch file");
    return history.aggregate(query);
  };
  return {
    aggregate: async (query) => {
      const nowMs = clock.now().getTime();
      if (isInMemory(query, nowMs)) return fromMemory(platform, query);
      return answersFor(query, nowMs).getOrLoad(keyOf(query), () => read(query), {
        tags: [query.selector.name],
      });
    },
    close: async () => {
      await cache.close();
    },
  };
}

/** Patterns are left to the database, which gives each a bound of time. */
function isInMemory({ fromMs, selector }: AggregateQuery, nowMs: number): boolean {
  return (
    fromMs >= nowMs - RECENT_MS &&
    LIVE_METRICS.has(selector.name) &&
    selector.where.every((matcher) => "is" in matcher || "isNot" in matcher)
  );
}

function fromMemory(
  { recent }: Pick<Platform, "recent">,
  query: AggregateQuery,
): readonly SeriesGroup[] {
  const { name, where } = query.selector;
  const matches = labelsPredicate("selector", where);
  const windows = recent.series(name, query.fromMs).filter(({ key }) => matches(key.labels));
  return aggregateWindows(windows, query);
}

function keyOf({ selector, fromMs, toMs, stepMs, by }: AggregateQuery): string {
  return JSON.stringify([selector.name, selector.where, fromMs, toMs, stepMs, by]);
}
