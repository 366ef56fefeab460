import { auditIn } from "../../access/audit.ts";
import { findProcess } from "../../agents/find-process.ts";
import { forceCollectionIn } from "../../agents/force-collection.ts";
import type { Platform } from "../../platform/platform.ts";
import { Profiles } from "../../profiling/profiles.ts";
import { ResourceViews } from "../../resources/resource-views.ts";
import { authorOf } from "../author.ts";
import type { Handlers } from "../handlers.ts";

/** The operations of the service that look into its processes. */
type ResourceOperation =
  | "getResources"
  | "getMemoryMetrics"
  | "getMemoryStatistics"
  | "getMemoryTrends"
  | "forceCollection"
  | "getCpuMetrics"
  | "getCpuStatistics"
  | "getCpuTrends"
  | "listProfiles"
  | "takeProfile"
  | "getProfile";

export function resourcesHandlers(platform: Platform): Pick<Handlers, ResourceOperation> {
  const audit = auditIn(platform.store);
  const profiles = new Profiles(platform);
  const views = new ResourceViews(platform, profiles);
  return {
    getResources: ({ query }) => views.all(query),
    getMemoryMetrics: ({ query }) => views.metrics("memory", query),
    getMemoryStatistics: ({ query }) => views.statistics("memory", query),
    getMemoryTrends: ({ query }) => views.trends("memory", query),
    forceCollection: async (call) => {
      const process = findProcess(platform, call.body);
      await audit(call, "collect garbage", `${process.service} ${process.instance}`);
      return forceCollectionIn(process, call.signal);
    },
    getCpuMetrics: ({ query }) => views.metrics("cpu", query),
    getCpuStatistics: ({ query }) => views.statistics("cpu", query),
    getCpuTrends: ({ query }) => views.trends("cpu", query),
    listProfiles: async () => ({ items: await profiles.list() }),
    takeProfile: async (call) => {
      const begun = await profiles.take(call.body, authorOf(call));
      const { id, kind, service, instance, durationMs } = begun;
      await audit(call, "take a profile", `${service} ${instance}`, { id, kind, durationMs });
      return begun;
    },
    getProfile: ({ parameters }) => profiles.get(parameters.id),
  };
}
