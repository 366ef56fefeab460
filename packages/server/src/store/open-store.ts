import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { StreamGateError } from "@streamgate/core";
import { type Cluster, startCluster } from "@streamgate/pg-advisor";
import type { DataFolder } from "../configuration/data-folder.ts";
import { folderBusy, storeUnreachable } from "../errors.ts";
import { addressOf } from "../secrets/redact.ts";
import { openPostgresStore } from "./postgres-store.ts";
import { isAlive, withProcessLock } from "./process-lock.ts";
import { findRunningServer, isStopping, type RunningServer } from "./running-server.ts";
import type { Store } from "./store.ts";

const DATABASE = "postgres";
/** The store is small; its server should be, too. */
const SETTINGS = {
  shared_buffers: "8MB",
  // Two that watch, an advise and a look at the alerts.
  max_connections: "40",
  // A history is written each second: fewer checkpoints, for disk that is used again and again.
  max_wal_size: "256MB",
  autovacuum_max_workers: "1",
  max_parallel_workers: "0",
  log_checkpoints: "off",
} as const;
/** How long a server that is on its way up or down is waited for. */
const BUSY_PATIENCE_MS = 20_000;
/** How long the end of the server is waited for: others may use it for hours. */
const STOP_PATIENCE_MS = 5_000;

/** The PostgreSQL that the store is in. */
export interface StoreServer {
  /** Its address now: the embedded one may come up again on another port. */
  locate(): Promise<string>;
  /**
   * Whether whoever started it wants it to end: it takes nobody new, and waits for those who are connected. Nothing to ask
   * of a server that is not embedded.
   */
  isStopping(): Promise<boolean>;
  /** Null where another process runs it. */
  readonly pid: number | null;
  /** Orders its end where this process started it. */
  release(): Promise<void>;
}

/** Opens the store at `url`, or the embedded one in the data folder. */
export async function openStore(url: string | undefined, folder: DataFolder): Promise<Store> {
  const server = await openStoreServer(url, folder);
  try {
    return await openPostgresStore({
      locate: () => server.locate(),
      ...(url === undefined ? { isStopping: () => server.isStopping() } : {}),
      serverPid: server.pid,
      close: () => server.release(),
    });
  } catch (cause) {
    if (url === undefined || cause instanceof StreamGateError) throw cause;
    throw storeUnreachable(addressOf(url), cause);
  }
}

/**
 * The store's PostgreSQL: the one at `url`, or the embedded one, started where nobody has and joined
 * where another StreamGate has. Whoever started it orders its end, and the server waits until the
 * others are done.
 */
export async function openStoreServer(
  url: string | undefined,
  folder: DataFolder,
): Promise<StoreServer> {
  if (url !== undefined) {
    return {
      locate: async () => url,
      isStopping: async () => false,
      pid: null,
      release: async () => undefined,
    };
  }
  let server = await startOrJoin(folder);
  return {
    locate: async () => {
      if (!isAlive(server.pid)) server = await startOrJoin(folder);
      return server.url(DATABASE);
    },
    isStopping: () => isStopping(folder.store),
    pid: "stop" in server ? server.pid : null,
    release: async () => {
      if ("stop" in server) await Promise.race([server.stop("smart"), sleep(STOP_PATIENCE_MS)]);
    },
  };
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
