import type { SeriesOperations } from "@streamgate/contract";
import { listSeries } from "../../analytics/list-series.ts";
import { querySeries } from "../../analytics/query-series.ts";
import type { Platform } from "../../platform/platform.ts";
import type { Handlers } from "../handlers.ts";
import { analyticsHandlers } from "./analytics.ts";

export function seriesHandlers(platform: Platform): Pick<Handlers, keyof SeriesOperations> {
  return {
    ...analyticsHandlers(platform),
    listSeries: ({ query }) => listSeries(platform, query),
    querySeries: ({ body }) => querySeries(platform, body),
  };
}
