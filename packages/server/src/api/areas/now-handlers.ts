import type { Platform } from "../../platform/platform.ts";
import { RouteViews } from "../../routes/route-views.ts";
import { NowViews } from "../../verdict/now-view.ts";
import type { Handlers } from "../handlers.ts";

/** The operations of the service that say how it is and where its time goes. */
export function nowHandlers(
  platform: Platform,
): Pick<Handlers, "getNow" | "listRoutes" | "getRoute"> {
  const now = new NowViews(platform);
  const routes = new RouteViews(platform);
  return {
    getNow: ({ query }) => now.read(query),
    listRoutes: ({ query }) => routes.list(query),
    getRoute: ({ parameters, query }) => routes.one(parameters.id, query),
  };
}
