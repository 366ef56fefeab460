import pg from "pg";
import { type Cluster, startCluster } from "../../cluster/cluster.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";

const MAX_CONNECTIONS = 8;
const LOCKS_AT_LEAST = 64;

/** The smallest server that plans: no writers of its own, no statistics but those that it is given. */
const SETTINGS: Readonly<Record<string, string>> = {
  autovacuum: "off",
  io_method: "sync",
  shared_buffers: "8MB",
  max_connections: String(MAX_CONNECTIONS),
  superuser_reserved_connections: "0",
  wal_level: "minimal",
  max_wal_senders: "0",
  max_replication_slots: "0",
  max_logical_replication_workers: "0",
  max_worker_processes: "1",
  bgwriter_lru_maxpages: "0",
  checkpoint_timeout: "1d",
  track_counts: "off",
  log_min_messages: "log",
};

/** Starts an empty, disposable server that has room for all of the snapshot's locks. */
export function startTwinServer(
  snapshot: Snapshot,
  folder: string,
  sharedFolder: string,
): Promise<Cluster> {
  const objects = snapshot.relations.length + snapshot.indexes.length;
  const locks = Math.max(LOCKS_AT_LEAST, Math.ceil((4 * objects) / MAX_CONNECTIONS));
  return startCluster({
    folder,
    sharedFolder,
    isDurable: false,
    hasChecksums: false,
    isDisposable: true,
    settings: { ...SETTINGS, max_locks_per_transaction: String(locks) },
  });
}

/** Not the twin's own database, which shall hold nothing but what the watched one has. */
export const MAINTENANCE_DATABASE = "template1";

/**
 * Writes and forgets all pages in the server's buffers: it must hold none of a file that is changed
 * behind its back.
 */
export async function evictAllBuffers(cluster: Cluster): Promise<void> {
  await withClient(cluster.url(MAINTENANCE_DATABASE), async (client) => {
    await client.query("set client_min_messages = error");
    await client.query("create extension if not exists pg_buffercache");
    await client.query("select pg_buffercache_evict_all()");
  });
}

/** Runs `work` on a connection of its own. */
export async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
