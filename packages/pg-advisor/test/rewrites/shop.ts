import { seededRandom } from "@streamgate/core";
import pg from "pg";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { SHOP_SCHEMA_SQL } from "../../../../test/support/rewrite-corpus/shop-schema.ts";
import { type RewriteCatalogue, readCatalogue } from "../../src/rewrites/catalogue/catalogue.ts";
import { emptyDatabase } from "../../src/rewrites/differential/differential-server.ts";
import { type DifferentialProof, proveEqual } from "../../src/rewrites/differential/prove-equal.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";

/** A shop without rows, what its catalogue says, and a server for small databases. */
export interface Shop {
  readonly postgres: TestPostgres;
  readonly snapshot: Snapshot;
  readonly catalogue: RewriteCatalogue;
  prove(
    original: string,
    rewritings: readonly string[],
    databases: number,
    seed?: number,
  ): Promise<readonly DifferentialProof[]>;
  close(): Promise<void>;
}

export async function openShop(schemaSql: string = SHOP_SCHEMA_SQL): Promise<Shop> {
  const postgres = await startTestPostgres({
    hasStatementCounters: false,
    settings: { jit: "off", autovacuum: "off", max_parallel_workers_per_gather: "0" },
  });
  const url = await postgres.createDatabase("shop");
  await postgres.query(schemaSql, undefined, "shop");
  const snapshot = await readSnapshot(url, { needsStatements: false });
  const catalogue = readCatalogue(snapshot);
  const client = new pg.Client({ connectionString: await postgres.createDatabase("small") });
  await client.connect();
  return {
    postgres,
    snapshot,
    catalogue,
    prove: async (original, rewritings, databases, seed = 1) => {
      await emptyDatabase(client);
      return proveEqual(
        { client, snapshot, catalogue, original, rewritings, random: seededRandom(seed) },
        { databases },
      );
    },
    close: async () => {
      await client.end();
      await postgres.stop();
    },
  };
}
