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
 * Starts the embedded PostgreSQL for differential proofs, on which statements and their rewritings run on thousands of small databases drawn
 * to tell them apart (the idea of XData: S. Chandra et al., "Data generation for testing and grading SQL queries", VLDB Journal 2015).
 *
 * @throws StreamGateError `SG_PG_EMBEDDED_MISSING`, `SG_PG_CLUSTER_FAILED`
 * @example
 * ```ts
 * import { openDifferentialServer, readCatalogue } from "@streamgate/pg-advisor";
 * import type { RunContext, Snapshot } from "@streamgate/pg-advisor";
 * const areEqual = async (one: string, other: string, snapshot: Snapshot, context: RunContext) => {
 *   const place = { folder: "/var/lib/example/differential", sharedFolder: "/var/lib/example" };
 *   const server = await openDifferentialServer(place);
 *   const catalogue = readCatalogue(snapshot);
 *   const request = { snapshot, catalogue, original: one, rewritings: [other], context };
 *   const [proof] = await server.prove(request, { databases: 10_000 });
 *   await server.close();
 *   return proof?.outcome === "equal";
 * };
 * ```
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
