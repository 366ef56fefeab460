import { type Access, accessOf } from "../access/access.ts";
import type { Platform } from "../platform/platform.ts";
import { alertsHandlers } from "./areas/alerts.ts";
import { cacheHandlers } from "./areas/cache.ts";
import { databaseHandlers } from "./areas/database.ts";
import { recommendationsHandlers } from "./areas/recommendations.ts";
import { seriesHandlers } from "./areas/series.ts";
import { serviceHandlers } from "./areas/service.ts";
import { systemHandlers } from "./areas/system.ts";
import type { Handlers } from "./handlers.ts";

/** What answers every operation of the contract: one file an area. */
export function allHandlers(platform: Platform, access: Access = accessOf(platform)): Handlers {
  return {
    ...systemHandlers(platform, access),
    ...serviceHandlers(platform),
    ...seriesHandlers(platform),
    ...databaseHandlers(platform),
    ...cacheHandlers(platform),
    ...recommendationsHandlers(platform),
    ...alertsHandlers(platform),
  };
}
