import type { CacheQuery, CacheView, Principal } from "@streamgate/contract";
import type { LabelMatcher } from "@streamgate/monitor";
import { listMarkers } from "../analytics/list-markers.ts";
import { OWN_SERVICE } from "../figures/read-figure-series.ts";
import type { Platform } from "../platform/platform.ts";
import { readRange } from "../ranges/read-range.ts";
import { alignRange } from "../ranges/steps.ts";
import { rangeView } from "../ranges/time-range.ts";
import { readCacheCharts } from "./cache-charts.ts";
import { readCacheCounts } from "./cache-counts.ts";
import type { CacheReports } from "./cache-reports.ts";
import { hotKeysOf } from "./hot-keys.ts";
import { namespaceView } from "./namespace-view.ts";
import { sizeCurvesOf } from "./size-curves.ts";

/** What the caches did over a range, by what was kept of it, and what they hold now, by what they say themselves. */
export async function readCacheView(
  platform: Platform,
  query: CacheQuery,
  principal: Principal | null,
  kept: CacheReports,
): Promise<CacheView> {
  const range = alignRange(await readRange(platform, query));
  const where = matchersOf(query);
  const { series } = platform;
  const { cacheHitRatio } = platform.configuration().objectives;
  const processes = platform
    .processes()
    .filter(({ service }) =>
      query.service === undefined ? service !== OWN_SERVICE : service === query.service,
    );
  const [counts, compared, charts, markers, reports] = await Promise.all([
    readCacheCounts(series, where, range, range.stepMs),
    range.compared === null ? [] : readCacheCounts(series, where, range.compared, range.stepMs),
    readCacheCharts(series, where, range, cacheHitRatio),
    listMarkers(platform, { ...range, service: query.service }),
    kept.of(processes),
  ]);
  const namespaces = counts.map((one) =>
    namespaceView({
      counts: one,
      compared:
        range.compared === null
          ? undefined
          : (compared.find(
              ({ service, namespace }) => service === one.service && namespace === one.namespace,
            ) ?? null),
      reports: reports.filter(({ service }) => service === one.service),
      hitRatioAtLeast: cacheHitRatio,
    }),
  );
  return {
    range: rangeView(range),
    namespaces: namespaces.sort(
      (one, other) => (other.requests.value ?? 0) - (one.requests.value ?? 0),
    ),
    charts,
    curves: sizeCurvesOf(reports),
    hotKeys: hotKeysOf(reports, principal).filter(
      ({ namespace }) => query.namespace === undefined || namespace === query.namespace,
    ),
    markers,
    sources: platform.sources
      .list(platform.clock.now().getTime())
      .filter(({ kind }) => kind === "agent"),
  };
}

/** StreamGate's own caches are shown to whoever asks for them by name. */
function matchersOf({ service, namespace }: CacheQuery): readonly LabelMatcher[] {
  return [
    service === undefined
      ? { label: "service", isNot: OWN_SERVICE }
      : { label: "service", is: service },
    ...(namespace === undefined ? [] : [{ label: "namespace", is: namespace }]),
  ];
}
