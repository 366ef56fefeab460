import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { StreamGateError } from "@streamgate/core";
import { type Cluster, startCluster } from "@streamgate/pg-advisor";
import type { DataFolder } from "../configuration/data-folder.ts";
import { folderBusy, storeUnreachable } from "../errors.ts";
import { addressOf } from "../secrets/redact.ts";
import { openPostgresStore } from "./postgres-store.ts";
import { isAlive, withProcessLock } from "./process-lock.ts";
import { findRunningServer, type RunningServer } from "./running-server.ts";
import type { Store } from "./store.ts";

const DATABASE = "postgres";
/** The store is small; its server should be, too. */
const SETTINGS = {
  shared_buffers: "8MB",
  max_connections: "20",
  max_wal_size: "64MB",
  autovacuum_max_workers: "1",
  max_parallel_workers: "0",
  log_checkpoints: "off",
} as const;
/** How long a server that is on its way up or down is waited for. */
const BUSY_PATIENCE_MS = 20_000;
/** How long the end of the server is waited for: others may use it for hours. */
const STOP_PATIENCE_MS = 5_000;

/** Opens the store at `url`, or the embedded one in the data folder. */
export async function openStore(url: string | undefined, folder: DataFolder): Promise<Store> {
  if (url === undefined) return openEmbeddedStore(folder);
  try {
    return await openPostgresStore({
      locate: async () => url,
      serverPid: null,
      close: async () => undefined,
    });
  } catch (cause) {
    throw cause instanceof StreamGateError ? cause : storeUnreachable(addressOf(url), cause);
  }
}

/**
 * The embedded store: started where nobody has, joined where another StreamGate has. Whoever
 * started it orders its end, and the server waits until the others are done.
 */
async function openEmbeddedStore(folder: DataFolder): Promise<Store> {
  let server = await startOrJoin(folder);
  return openPostgresStore({
    locate: async () => {
      if (!isAlive(server.pid)) server = await startOrJoin(folder);
      return server.url(DATABASE);
    },
    serverPid: "stop" in server ? server.pid : null,
    close: async () => {
      if ("stop" in server) await Promise.race([server.stop("smart"), sleep(STOP_PATIENCE_MS)]);
    },
  });
}

function startOrJoin(folder: DataFolder): Promise<Cluster | RunningServer> {
  return withProcessLock(join(folder.root, "store.lock"), async () => {
    const deadline = performance.now() + BUSY_PATIENCE_MS;
    for (;;) {
      const sighting = await findRunningServer(folder.store);
      if (sighting.kind === "running") return sighting.server;
      if (sighting.kind === "none") return startEmbeddedServer(folder);
      if (performance.now() > deadline) throw folderBusy(folder.store, sighting.pid);
      await sleep(100);
    }
  });
}

function startEmbeddedServer(folder: DataFolder): Promise<Cluster> {
  return startCluster({
    folder: folder.store,
    sharedFolder: folder.root,
    isDurable: true,
    settings: SETTINGS,
  });
}
