import type { Collector } from "../collectors/collector.ts";
import type { Platform } from "../platform/platform.ts";
import type { WatchedDatabase } from "../platform/platform-configuration.ts";
import { collectIndexes } from "./collect-indexes.ts";

/** Indexes change slowly; their counters need no more than to be seen between two restarts. */
const EVERY_MS = 5 * 60_000;
const TIMEOUT_MS = 60_000;

/** Looks at the indexes of a database every few minutes. */
export function indexCollector(
  { name, url }: WatchedDatabase,
  { tables, clock }: Pick<Platform, "tables" | "clock">,
): Collector {
  return {
    source: {
      id: `indexes:${name}`,
      kind: "database",
      name: `indexes of ${name}`,
      everyMs: EVERY_MS,
    },
    definition: JSON.stringify([name, url]),
    runs: "leader",
    timeoutMs: TIMEOUT_MS,
    read: async ({ signal }) => {
      await collectIndexes({ database: name, url, tables, clock, signal });
      return undefined;
    },
    rest: async () => undefined,
  };
}
