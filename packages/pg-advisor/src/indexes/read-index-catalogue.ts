import type { Address } from "../snapshot/address.ts";
import { ofRelations } from "../snapshot/of-relations.ts";
import { readColumnStatistics } from "../snapshot/queries/column-statistics.ts";
import { readColumns } from "../snapshot/queries/columns.ts";
import { readConstraints } from "../snapshot/queries/constraints.ts";
import { readExtendedStatistics } from "../snapshot/queries/extended-statistics.ts";
import { readIndexes } from "../snapshot/queries/indexes.ts";
import { readRelations } from "../snapshot/queries/relations.ts";
import { readServer } from "../snapshot/queries/server.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { rowsOf, type SqlClient } from "../snapshot/sql-client.ts";

/** The part of a snapshot by which indexes are judged. */
export type IndexCatalogue = Pick<
  Snapshot,
  | "takenAt"
  | "server"
  | "relations"
  | "indexes"
  | "constraints"
  | "columnStatistics"
  | "extendedStatistics"
>;

/**
 * Reads what is there of tables and indexes, inside a transaction that the caller began. Statistics that the role may not see are
 * missing, which leaves the bloat of their indexes unknown and nothing else.
 */
export async function readIndexCatalogue(
  client: SqlClient,
  address: Address,
): Promise<IndexCatalogue> {
  const server = await readServer(client, address);
  const columns = await readColumns(client);
  const indexes = await readIndexes(client);
  const constraints = await readConstraints(client);
  const columnStatistics = await readColumnStatistics(client, server.versionNumber);
  const { extendedStatistics } = await readExtendedStatistics(client, server.versionNumber);
  // Last: a relation that is there still was there for all of the questions before.
  const { relations } = await readRelations(client, columns);
  const [clock] = await rowsOf<{ readonly now: Date }>(client, "select clock_timestamp() as now");
  if (clock === undefined) throw new Error("the server gave no row for a query without FROM");
  return {
    takenAt: clock.now.toISOString(),
    server,
    relations,
    ...ofRelations(relations, { indexes, constraints, columnStatistics, extendedStatistics }),
  };
}
