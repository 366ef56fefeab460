import { rm } from "node:fs/promises";
import pg from "pg";
import { type Cluster, startCluster } from "../cluster/cluster.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { SkippedPart } from "./lab.ts";
import { createLabDatabase, LAB_DATABASE } from "./lab-database.ts";

/** Where a lab's server lives, and how much memory it shares. */
export interface LabPlace {
  readonly folder: string;
  readonly sharedFolder: string;
  readonly snapshot: Snapshot;
}

/** Starts an empty server that need not survive a crash; the folder is gone when that fails. */
export async function startLabCluster(
  { folder, sharedFolder, snapshot }: LabPlace,
  sharedBuffersMb: number,
): Promise<Cluster> {
  const locks = Math.max(256, Math.ceil((snapshot.relations.length + snapshot.indexes.length) / 8));
  try {
    return await startCluster({
      folder,
      sharedFolder,
      isDisposable: true,
      settings: {
        autovacuum: "off",
        shared_buffers: `${sharedBuffersMb}MB`,
        maintenance_work_mem: "128MB",
        max_wal_size: "8GB",
        checkpoint_timeout: "1d",
        wal_level: "minimal",
        max_wal_senders: "0",
        max_locks_per_transaction: String(locks),
        io_method: "sync",
        jit: "off",
      },
    });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Makes the database that the rows go into. */
export async function makeDatabase(cluster: Cluster, snapshot: Snapshot): Promise<SkippedPart[]> {
  const admin = new pg.Client({ connectionString: cluster.url() });
  await admin.connect();
  try {
    return [...(await createLabDatabase(admin, snapshot))];
  } finally {
    await admin.end();
  }
}

/** A connection to that database. */
export async function connectToLab(cluster: Cluster): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: cluster.url(LAB_DATABASE) });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}
