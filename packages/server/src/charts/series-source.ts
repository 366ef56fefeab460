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
import { keepSettledSteps } from "./settled-steps.ts";

/** Series put together, for charts and figures: from memory where it holds them, else from the history. */
export interface SeriesSource {
  /** @throws ApiRefusal 503 where no history is kept */
  aggregate(query: AggregateQuery): Promise<readonly SeriesGroup[]>;
  close(): Promise<void>;
}

/** What memory holds, give or take what the monitor has still to hear. */
const STILL_TO_COME_MS = 60_000;
const MOST_BYTES = "32mb";
const MOST_SETTLED_BYTES = 64e6;
const MOST_ANSWERS = 5_000;
/** For how long answers are good, by the length of their steps: a chart does not look older for a small part of a step. */
const GOOD_FOR = [
  { name: "seconds", stepMs: 20_000, goodMs: 1_000 },
  { name: "half-minutes", stepMs: 5 * 60_000, goodMs: 3_000 },
  { name: "minutes", stepMs: 3_600_000, goodMs: 15_000 },
  { name: "hours", stepMs: Number.POSITIVE_INFINITY, goodMs: 60_000 },
] as const;
/** A step that ended so long ago does not change any more. */
const SETTLED_MS = 5 * 60_000;

/**
 * Answers are kept for a small part of a step, by `@streamgate/cache`: a thousand viewers of one chart are one read. An answer that is
 * a little older is given while the next one is being made, so that nobody waits for it; and of that only the last steps are read, those
 * before are kept as they were.
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
  const fresh = GOOD_FOR.map(({ name, stepMs, goodMs }) => ({
    stepMs,
    answers: answersOf(name, goodMs),
  }));
  const readHistory = async (query: AggregateQuery): Promise<readonly SeriesGroup[]> => {
    const { history } = platform.monitor();
    if (history === undefined)
      throw unavailable("no history is kept", "leave history: false out of the watch file");
    return history.aggregate(query);
  };
  const settled = keepSettledSteps(readHistory, clock, MOST_SETTLED_BYTES);
  const readLatest = async (query: AggregateQuery): Promise<readonly SeriesGroup[]> =>
    isInMemory(platform, query) ? fromMemory(platform, query) : readHistory(query);
  const put = async (query: AggregateQuery): Promise<readonly SeriesGroup[]> => {
    const { fromMs, toMs, stepMs } = query;
    if (!isOnGrid(query)) return readLatest(query);
    const settledMs = Math.floor((clock.now().getTime() - SETTLED_MS) / stepMs) * stepMs;
    if (settledMs <= fromMs) return readLatest(query);
    if (settledMs >= toMs) return settled.of(query);
    const [past, latest] = await Promise.all([
      settled.of({ ...query, toMs: settledMs }),
      readLatest({ ...query, fromMs: settledMs }),
    ]);
    return joinSteps(past, latest, (settledMs - fromMs) / stepMs, (toMs - settledMs) / stepMs);
  };
  return {
    aggregate: async (query) => {
      if (isInMemory(platform, query)) return fromMemory(platform, query);
      const { answers } = fresh.find(({ stepMs }) => query.stepMs <= stepMs) ?? {};
      if (answers === undefined) return put(query);
      return answers.getOrLoad(keyOf(query), () => put(query), { tags: [query.selector.name] });
    },
    close: async () => {
      await cache.close();
    },
  };
}

/** Patterns are left to the database, which gives each a bound of time. */
function isInMemory(
  { clock, recent }: Pick<Platform, "clock" | "recent">,
  { fromMs, stepMs, selector }: AggregateQuery,
): boolean {
  const { anyMs, steppedMs, stepMs: heldMs } = recent.reach;
  const isStepped = fromMs % heldMs === 0 && stepMs % heldMs === 0;
  const reachMs = isStepped ? steppedMs - STILL_TO_COME_MS : anyMs;
  return (
    fromMs >= clock.now().getTime() - reachMs &&
    LIVE_METRICS.has(selector.name) &&
    selector.where.every((matcher) => "is" in matcher || "isNot" in matcher)
  );
}

function isOnGrid({ fromMs, toMs, stepMs }: AggregateQuery): boolean {
  return fromMs % stepMs === 0 && toMs % stepMs === 0;
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

/** Earlier steps and later ones of the same groups, one after the other. */
function joinSteps(
  earlier: readonly SeriesGroup[],
  later: readonly SeriesGroup[],
  earlierSteps: number,
  laterSteps: number,
): readonly SeriesGroup[] {
  const none = (steps: number): undefined[] => new Array<undefined>(steps).fill(undefined);
  const byLabels = new Map(later.map((group) => [JSON.stringify(group.labels), group]));
  const joined = earlier.map((group) => {
    const id = JSON.stringify(group.labels);
    const rest = byLabels.get(id);
    byLabels.delete(id);
    return {
      labels: group.labels,
      series: Math.max(group.series, rest?.series ?? 0),
      steps: [...group.steps, ...(rest?.steps ?? none(laterSteps))],
    };
  });
  const begun = [...byLabels.values()].map((group) => ({
    ...group,
    steps: [...none(earlierSteps), ...group.steps],
  }));
  return [...joined, ...begun];
}

function keyOf({ selector, fromMs, toMs, stepMs, by }: AggregateQuery): string {
  return JSON.stringify([selector.name, selector.where, fromMs, toMs, stepMs, by]);
}
