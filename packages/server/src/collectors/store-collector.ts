import type { StorePool } from "../platform/store-pool.ts";
import type { Collector } from "./collector.ts";

const EVERY_MS = 2_000;
const TIMEOUT_MS = 4_000;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Sees whether the store answers and takes writes: it is as much a source as what is watched.
 *
 * @param writeProblem why what is written all the time could not be written lately, such as a disk that is full
 */
export function storeCollector(
  tables: StorePool,
  name: string,
  writeProblem: () => string | undefined,
): Collector {
  return {
    source: { id: "store", kind: "store", name, everyMs: EVERY_MS },
    definition: "store",
    runs: "everywhere",
    timeoutMs: TIMEOUT_MS,
    longestPauseMs: LONGEST_PAUSE_MS,
    read: async () => {
      const [row] = await tables.query<{ readonly isReadOnly: boolean }>(
        `select pg_catalog.pg_is_in_recovery() or pg_catalog.current_setting('transaction_read_only')::boolean as "isReadOnly"`,
      );
      return row?.isReadOnly === true
        ? "it takes no writes: it is a standby, or read-only"
        : writeProblem();
    },
    rest: async () => undefined,
  };
}
