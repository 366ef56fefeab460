import type { LabelMatcher } from "@streamgate/monitor";
import type { SeriesSource } from "../charts/series-source.ts";
import { wholeOf } from "../charts/step-value.ts";
import type { SteppedRange } from "../ranges/time-range.ts";

/** What the caches of a service counted in one namespace over a stretch of time. */
export interface NamespaceCounts {
  readonly service: string;
  readonly namespace: string;
  /** For how long of the stretch somebody watched. */
  readonly watchedSeconds: number;
  /** By how reads were answered: `hit`, `miss`, `stale`. */
  readonly requests: Counts;
  /** By tier, then `hit` and `miss`. */
  readonly tierReads: ReadonlyMap<string, Counts>;
  /** By how they ended. */
  readonly loads: Counts;
  readonly loadSeconds: number;
  readonly savedSeconds: number;
  /** By why entries left memory. */
  readonly evictions: Counts;
}

/** Names come from outside: `constructor` is one like any other. */
export type Counts = ReadonlyMap<string, number>;

/** Metrics of caches, each with the labels beside service and namespace by which it is told apart. */
const METRICS = {
  requests: { name: "streamgate_cache_requests", by: ["outcome"] },
  tierReads: { name: "streamgate_cache_tier_reads", by: ["tier", "outcome"] },
  loads: { name: "streamgate_cache_loads", by: ["outcome"] },
  loadSeconds: { name: "streamgate_cache_load_seconds", by: [] },
  savedSeconds: { name: "streamgate_cache_saved_seconds", by: [] },
  evictions: { name: "streamgate_cache_evictions", by: ["cause"] },
} as const;

/** The increase of a metric in a stretch, by the values of its labels. */
interface Increase {
  readonly service: string;
  readonly namespace: string;
  /** Of the metric's own labels, in their order. */
  readonly values: readonly string[];
  readonly increase: number;
  readonly watchedMs: number;
}

/** Reads what was counted, over all processes of each service. */
export async function readCacheCounts(
  source: SeriesSource,
  where: readonly LabelMatcher[],
  stretch: Pick<SteppedRange, "fromMs" | "toMs">,
  stepMs: number,
): Promise<readonly NamespaceCounts[]> {
  const read = ({
    name,
    by,
  }: {
    readonly name: string;
    readonly by: readonly string[];
  }): Promise<readonly Increase[]> =>
    readIncreases(source, name, by, where, { ...stretch, stepMs });
  const [requests, tierReads, loads, loadSeconds, savedSeconds, evictions] = await Promise.all([
    read(METRICS.requests),
    read(METRICS.tierReads),
    read(METRICS.loads),
    read(METRICS.loadSeconds),
    read(METRICS.savedSeconds),
    read(METRICS.evictions),
  ]);
  const places = new Map(
    requests.map(({ service, namespace }) => [
      JSON.stringify([service, namespace]),
      { service, namespace },
    ]),
  );
  return [...places.values()].map((place) => {
    const here = (increases: readonly Increase[]): readonly Increase[] =>
      increases.filter(
        ({ service, namespace }) => service === place.service && namespace === place.namespace,
      );
    return {
      ...place,
      watchedSeconds: Math.max(0, ...here(requests).map(({ watchedMs }) => watchedMs)) / 1_000,
      requests: countsBy(here(requests), 0),
      tierReads: byTier(here(tierReads)),
      loads: countsBy(here(loads), 0),
      loadSeconds: sumOf(here(loadSeconds)),
      savedSeconds: sumOf(here(savedSeconds)),
      evictions: countsBy(here(evictions), 0),
    };
  });
}

async function readIncreases(
  source: SeriesSource,
  name: string,
  by: readonly string[],
  where: readonly LabelMatcher[],
  stretch: { readonly fromMs: number; readonly toMs: number; readonly stepMs: number },
): Promise<readonly Increase[]> {
  const groups = await source.aggregate({
    selector: { name, where },
    ...stretch,
    by: ["service", "namespace", ...by],
  });
  return groups.flatMap(({ labels, steps }) => {
    const whole = wholeOf(steps);
    if (whole?.kind !== "counter") return [];
    const { service = "", namespace = "" } = labels;
    const values = by.map((label) => labels[label] ?? "");
    return [{ service, namespace, values, increase: whole.increase, watchedMs: whole.spanMs }];
  });
}

function byTier(increases: readonly Increase[]): ReadonlyMap<string, Counts> {
  const tiers = new Set(increases.map(({ values: [tier = ""] }) => tier));
  return new Map(
    [...tiers].map((tier) => [
      tier,
      countsBy(
        increases.filter(({ values }) => values[0] === tier),
        1,
      ),
    ]),
  );
}

function countsBy(increases: readonly Increase[], place: number): Counts {
  const counts = new Map<string, number>();
  for (const { values, increase } of increases) {
    const key = values[place] ?? "";
    counts.set(key, (counts.get(key) ?? 0) + increase);
  }
  return counts;
}

function sumOf(increases: readonly Increase[]): number {
  return increases.reduce((sum, { increase }) => sum + increase, 0);
}
