import { rm } from "node:fs/promises";
import { type Cluster, startCluster } from "@streamgate/pg-advisor";
import pg from "pg";
import type { DataFolder } from "../configuration/data-folder.ts";
import { demoAlreadyRuns } from "../errors.ts";
import { findRunningServer } from "../store/running-server.ts";
import { DEMO_DATABASE } from "./running-demo.ts";

/** The database that the demo watches, as if it were somebody's production. */
export interface DemoDatabase {
  readonly cluster: Cluster;
  readonly url: string;
}

const SETTINGS = {
  shared_preload_libraries: "pg_stat_statements",
  shared_buffers: "128MB",
  max_wal_size: "2GB",
  // Two servers and a lab may share two cores: a statement takes one of them at the most.
  max_parallel_workers_per_gather: "0",
} as const;

/** Starts the demo's PostgreSQL, made where there is none. Its data outlive the demo. */
export async function startDemoDatabase(
  folder: DataFolder,
  isFresh: boolean,
): Promise<DemoDatabase> {
  const sighting = await findRunningServer(folder.demo);
  if (sighting.kind !== "none") throw demoAlreadyRuns(folder.demo);
  if (isFresh) await rm(folder.demo, { recursive: true, force: true });
  const cluster = await startCluster({
    folder: folder.demo,
    sharedFolder: folder.root,
    settings: SETTINGS,
  });
  await makeDatabase(cluster);
  return { cluster, url: cluster.url(DEMO_DATABASE) };
}

/** Forgets what the counters have seen: the loading of the data is no workload. */
export async function resetCounters(url: string): Promise<void> {
  await withClient(url, (client) => client.query("select pg_stat_statements_reset()"));
}

async function makeDatabase(cluster: Cluster): Promise<void> {
  await withClient(cluster.url(), async (client) => {
    const known = await client.query("select 1 from pg_database where datname = $1", [
      DEMO_DATABASE,
    ]);
    if (known.rowCount === 0) {
      await client.query(`create database ${pg.escapeIdentifier(DEMO_DATABASE)}`);
    }
  });
  await withClient(cluster.url(DEMO_DATABASE), (client) =>
    client.query("create extension if not exists pg_stat_statements"),
  );
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: "streamgate demo" });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
