import type { CacheOperations } from "@streamgate/contract";
import { auditIn } from "../../access/audit.ts";
import { invalidateIn, warmIn } from "../../caching/cache-acts.ts";
import { CacheReports } from "../../caching/cache-reports.ts";
import { readCacheView } from "../../caching/read-cache-view.ts";
import type { Platform } from "../../platform/platform.ts";
import type { Handlers } from "../handlers.ts";

/** So many names say what was meant; a thousand would fill the audit log. */
const MOST_NAMED = 20;

export function cacheHandlers(platform: Platform): Pick<Handlers, keyof CacheOperations> {
  const audit = auditIn(platform.store);
  const reports = new CacheReports(platform.clock, platform.signal);
  return {
    getCacheStatistics: ({ query, principal }) =>
      readCacheView(platform, query, principal, reports),
    invalidateCache: async (call) => {
      const { service, namespace, tags = [], keys = [] } = call.body;
      // Noted before: what was begun is known, however it ends.
      await audit(call, "invalidate the cache", service, {
        ...(namespace === undefined ? {} : { namespace }),
        tags: tags.slice(0, MOST_NAMED),
        tagCount: tags.length,
        keyCount: keys.length,
      });
      const result = await invalidateIn(platform.processes(), call.body, call.signal);
      platform.live.changed("now");
      return result;
    },
    warmCache: async (call) => {
      const { service, namespace, keys } = call.body;
      await audit(call, "warm the cache", service, { namespace, keyCount: keys?.length ?? null });
      const result = await warmIn(platform.processes(), call.body, call.signal);
      platform.live.changed("now");
      return result;
    },
  };
}
