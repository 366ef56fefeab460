import type { SeriesGroup } from "@streamgate/monitor";
import type { SeriesSource } from "../charts/series-source.ts";
import type { SteppedRange } from "../ranges/time-range.ts";

/** The series of whole databases, each with what it is called here. */
const DATABASE_SERIES = {
  calls: "streamgate_database_calls",
  seconds: "streamgate_database_seconds",
  transactions: "streamgate_database_transactions",
  blocksHit: "streamgate_database_blocks_hit",
  blocksRead: "streamgate_database_blocks_read",
  deadlocks: "streamgate_database_deadlocks",
  tempBytes: "streamgate_database_temp_bytes",
  connections: "streamgate_database_connections",
  mostConnections: "streamgate_database_max_connections",
  sizeBytes: "streamgate_database_size_bytes",
  longestTransaction: "streamgate_database_longest_transaction_seconds",
  waitingLocks: "streamgate_database_waiting_locks",
  waits: "streamgate_database_active_sessions",
  replicationLag: "streamgate_database_replication_lag_seconds",
} as const;
type DatabaseSeries = keyof typeof DATABASE_SERIES;

/** What the sessions of a database are told apart by. */
const LABELS_BESIDE: Partial<Record<DatabaseSeries, readonly string[]>> = {
  connections: ["state"],
  waits: ["wait"],
};

/** All that is known of databases in a stretch of time: by database, connections by their state and working sessions by what they wait for, too. */
export type DatabaseGroups = Readonly<Record<DatabaseSeries, readonly SeriesGroup[]>>;

/** Reads every series of the databases, or of one. */
export async function readDatabaseSeries(
  source: SeriesSource,
  { fromMs, toMs, stepMs }: Pick<SteppedRange, "fromMs" | "toMs" | "stepMs">,
  database: string | undefined,
): Promise<DatabaseGroups> {
  const where = database === undefined ? [] : [{ label: "database", is: database }];
  const names = Object.keys(DATABASE_SERIES) as DatabaseSeries[];
  const groups = await Promise.all(
    names.map(async (name) => {
      const selector = { name: DATABASE_SERIES[name], where };
      const by = ["database", ...(LABELS_BESIDE[name] ?? [])];
      return [name, await source.aggregate({ selector, fromMs, toMs, stepMs, by })] as const;
    }),
  );
  return Object.fromEntries(groups) as DatabaseGroups;
}
