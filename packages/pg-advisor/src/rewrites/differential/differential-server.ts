import { join } from "node:path";
import pg from "pg";
import { startCluster } from "../../cluster/cluster.ts";
import type { RunContext } from "../../context.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import type { RewriteCatalogue } from "../catalogue/catalogue.ts";
import { type DifferentialOptions, type DifferentialProof, proveEqual } from "./prove-equal.ts";

/** An embedded server on which small databases are made by the thousand. */
export interface DifferentialServer {
  /** @throws the signal's reason when it is aborted */
  prove(
    request: {
      readonly snapshot: Snapshot;
      readonly catalogue: RewriteCatalogue;
      readonly original: string;
      readonly rewritings: readonly string[];
      readonly context: RunContext;
    },
    options?: DifferentialOptions,
  ): Promise<readonly DifferentialProof[]>;
  close(): Promise<void>;
}

/** Where the server lives: a folder of its own, and one for what servers share. */
export interface DifferentialPlace {
  readonly folder: string;
  readonly sharedFolder: string;
}

/**
 * Starts the embedded PostgreSQL for differential proofs; each gets a database of its own there, which goes when it is done.
 *
 * @throws StreamGateError `SG_PG_EMBEDDED_MISSING`, `SG_PG_CLUSTER_FAILED`
 */
export async function openDifferentialServer({
  folder,
  sharedFolder,
}: DifferentialPlace): Promise<DifferentialServer> {
  const cluster = await startCluster({
    folder: join(folder, "differential"),
    sharedFolder,
    isDisposable: true,
    settings: {
      autovacuum: "off",
      shared_buffers: "64MB",
      jit: "off",
      max_parallel_workers_per_gather: "0",
      wal_level: "minimal",
      max_wal_senders: "0",
      io_method: "sync",
    },
  });
  const client = new pg.Client({ connectionString: cluster.url() });
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return {
    prove: async (request, options) => {
      const { random, signal, onProgress } = request.context;
      await emptyDatabase(client);
      return proveEqual(
        {
          ...request,
          client,
          random,
          signal,
          onProgress: (done, total) =>
            onProgress({
              activity: "comparing on small databases",
              done,
              total,
              unit: "databases",
            }),
        },
        options,
      );
    },
    close: async () => {
      await client.end().catch(() => undefined);
      await cluster.stop();
    },
  };
}

/** Every schema that is not PostgreSQL's own. */
const DROP_ALL = `
do $$
declare
  found text;
begin
  for found in select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' loop
    execute format('drop schema %I cascade', found);
  end loop;
  create schema public;
end $$`;

/** Takes the connection and its database back to what a new one is: far quicker than making another database. */
export async function emptyDatabase(client: pg.Client): Promise<void> {
  await client.query("discard all");
  await client.query("set client_min_messages = error");
  await client.query(DROP_ALL);
}
