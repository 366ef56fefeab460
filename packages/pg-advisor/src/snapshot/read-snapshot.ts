import type { Address } from "./address.ts";
import { ofRelations } from "./of-relations.ts";
import { type ReadOptions, type ResolvedReadOptions, resolveReadOptions } from "./options.ts";
import { readCollations } from "./queries/collations.ts";
import { readColumnStatistics, readHiddenStatistics } from "./queries/column-statistics.ts";
import { readColumns } from "./queries/columns.ts";
import { readConstraints } from "./queries/constraints.ts";
import { readExtendedStatistics } from "./queries/extended-statistics.ts";
import { readExtensions } from "./queries/extensions.ts";
import { readForeignServers } from "./queries/foreign-servers.ts";
import { readFunctions } from "./queries/functions.ts";
import { readIndexes } from "./queries/indexes.ts";
import { readOwnTypes } from "./queries/own-types.ts";
import { readRelations } from "./queries/relations.ts";
import { readSequences } from "./queries/sequences.ts";
import { readServer } from "./queries/server.ts";
import { readSettings } from "./queries/settings.ts";
import { readTypes } from "./queries/types.ts";
import { readStatements } from "./read-statement-counters.ts";
import { inReadTransaction } from "./read-transaction.ts";
import type { Snapshot } from "./snapshot.ts";
import {
  refuseHiddenStatistics,
  warnOfExtendedStatistics,
  warnOfNewServer,
  warnOfRowSecurity,
  warnOfStatistics,
} from "./snapshot-warnings.ts";
import type { SqlClient } from "./sql-client.ts";

/**
 * Reads all that advice is made of from a database, at one instant: one connection, one
 * transaction that is read only, a fixed number of queries however many tables there are.
 *
 * @param connectionString `postgresql://user:password@host:port/database`
 * @returns plain data that survives JSON
 * @throws StreamGateError `SG_PG_TOO_OLD`, `SG_PG_STATEMENTS_…`, `SG_PG_STATISTICS_HIDDEN`,
 *   `SG_PG_READ_…`, `SG_PG_ABORTED`, and those of the connection
 *
 * @example
 * ```ts
 * import { readSnapshot } from "@streamgate/pg-advisor";
 * const watch = async (url: string) => {
 *   const snapshot = await readSnapshot(url, { statementTimeoutMs: 10_000 });
 *   return snapshot.relations.length;
 * };
 * ```
 */
export async function readSnapshot(
  connectionString: string,
  options: ReadOptions = {},
): Promise<Snapshot> {
  const resolved = resolveReadOptions(options);
  return inReadTransaction(connectionString, resolved, (client, address) =>
    readAll(client, address, resolved),
  );
}

/** All questions, inside a transaction that the caller began. */
export async function readAll(
  client: SqlClient,
  address: Address,
  options: Pick<ResolvedReadOptions, "needsStatements">,
): Promise<Snapshot> {
  const server = await readServer(client, address);
  const settings = await readSettings(client);
  const statements = await readStatements(client, {
    withTexts: true,
    isRequired: options.needsStatements,
  });
  const extensions = await readExtensions(client);
  const types = await readTypes(client);
  const ownTypes = await readOwnTypes(client);
  const foreignServers = await readForeignServers(client);
  const collations = await readCollations(client);
  const functions = await readFunctions(client);
  const sequences = await readSequences(client);
  const columns = await readColumns(client);
  const indexes = await readIndexes(client);
  const constraints = await readConstraints(client);
  const columnStatistics = await readColumnStatistics(client, server.versionNumber);
  const hidden = await readHiddenStatistics(client);
  const extended = await readExtendedStatistics(client, server.versionNumber);
  // Last: a relation that is there still was there for all of the questions before.
  const { relations, guardedByRowSecurity } = await readRelations(client, columns);
  refuseHiddenStatistics(columnStatistics, hidden, server.user);
  return {
    takenAt: statements.reading.takenAt,
    server,
    extensions,
    types,
    ownTypes,
    foreignServers,
    collations,
    functions,
    sequences,
    relations,
    ...ofRelations(relations, {
      indexes,
      constraints,
      columnStatistics,
      extendedStatistics: extended.extendedStatistics,
    }),
    statements: statements.reading.counters,
    statementsSince: statements.reading.since,
    statementsEvicted: statements.reading.evicted,
    settings,
    warnings: [
      ...warnOfNewServer(server),
      ...statements.warnings,
      ...warnOfStatistics(hidden, server.user),
      ...warnOfExtendedStatistics(extended.partlyHidden, server.user),
      ...warnOfRowSecurity(guardedByRowSecurity),
    ],
  };
}
