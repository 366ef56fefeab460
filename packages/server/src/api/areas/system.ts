import type { SystemOperations } from "@streamgate/contract";
import type { Access } from "../../access/access.ts";
import { accessHandlers } from "../../access/access-handlers.ts";
import { auditedBy } from "../../access/audited-by.ts";
import type { Platform } from "../../platform/platform.ts";
import { showConfiguration } from "../../platform/show-configuration.ts";
import { healthOf, readinessOf } from "../../status/health.ts";
import { reloadByRequest } from "../../status/reload.ts";
import { statusOf } from "../../status/status-view.ts";
import type { Handlers } from "../handlers.ts";

export function systemHandlers(
  platform: Platform,
  access: Access,
): Pick<Handlers, keyof SystemOperations> {
  const { version, clock, sources, signal } = platform;
  const sourcesNow = (): ReturnType<typeof sources.list> => sources.list(clock.now().getTime());
  return {
    ...accessHandlers(access),
    getHealth: async () => healthOf(version, sourcesNow()),
    getReadiness: async () => readinessOf(version, sourcesNow(), signal.aborted),
    getStatus: () => statusOf(platform),
    getConfiguration: async () => ({
      path: platform.configuration().path,
      loadedAt: new Date(platform.configurationLoadedAtMs()).toISOString(),
      configuration: showConfiguration(platform.configuration()),
    }),
    reloadConfiguration: ({ principal }) => reloadByRequest(platform, auditedBy(principal)),
  };
}
