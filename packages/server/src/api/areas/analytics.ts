import type { ForecastList } from "@streamgate/contract";
import { compareRanges } from "../../analytics/compare-ranges.ts";
import { listAnomalies } from "../../analytics/list-anomalies.ts";
import { listForecasts } from "../../analytics/list-forecasts.ts";
import { listMarkers } from "../../analytics/list-markers.ts";
import { listServiceLevels } from "../../analytics/list-service-levels.ts";
import { listTrends } from "../../analytics/list-trends.ts";
import type { Platform } from "../../platform/platform.ts";
import { keepAnswers } from "../../queries/kept-answers.ts";
import { readRange } from "../../ranges/read-range.ts";
import type { Handlers } from "../handlers.ts";

type AnalyticsOperation =
  | "listTrends"
  | "listForecasts"
  | "listAnomalies"
  | "compareRanges"
  | "listServiceLevels"
  | "listMarkers";

/** What runs out in days is no news each second, and a forecast holds the thread for tens of milliseconds a series. */
const FORECASTS_GOOD_MS = 60_000;

/** What the past says of the present and the future. */
export function analyticsHandlers(platform: Platform): Pick<Handlers, AnalyticsOperation> {
  const forecasts = keepAnswers<ForecastList>(platform.clock, 1);
  return {
    listTrends: ({ query }) => listTrends(platform, query),
    listForecasts: () => forecasts.of("all", FORECASTS_GOOD_MS, () => listForecasts(platform)),
    listAnomalies: () => listAnomalies(platform),
    compareRanges: ({ query }) => compareRanges(platform, query),
    listServiceLevels: () => listServiceLevels(platform),
    listMarkers: async ({ query }) => {
      const { fromMs, toMs } = await readRange(platform, query);
      return { items: await listMarkers(platform, { fromMs, toMs, service: query.service }) };
    },
  };
}
