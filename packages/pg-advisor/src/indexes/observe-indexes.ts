import { type ReadOptions, resolveReadOptions } from "../snapshot/options.ts";
import { inReadTransaction } from "../snapshot/read-transaction.ts";
import type { RelationName, TableUsage } from "../snapshot/snapshot.ts";
import { readBtrees } from "../what-if/twin/twin-catalogue.ts";
import { estimateBloat } from "./estimate-bloat.ts";
import { type IndexPortrait, type IndexTraits, portrayIndexes } from "./index-portrait.ts";
import { readIndexCatalogue } from "./read-index-catalogue.ts";
import { type CountingFacts, readCountingFacts, readIndexTraits } from "./read-index-traits.ts";

/** All that one look at the indexes of a database told. Plain data. */
export interface IndexObservation {
  readonly takenAt: string;
  readonly versionNumber: number;
  readonly startedAt: string;
  readonly isReplica: boolean;
  readonly counting: CountingFacts;
  readonly indexes: readonly IndexPortrait[];
  readonly traits: readonly IndexTraits[];
  readonly tables: readonly { readonly name: RelationName; readonly usage: TableUsage }[];
}

/**
 * Looks at the indexes of a database once: one connection, one transaction that is read only, no index is read itself.
 *
 * @param connectionString `postgresql://user:password@host:port/database`
 * @throws StreamGateError `SG_PG_TOO_OLD`, `SG_PG_READ_…`, `SG_PG_ABORTED`, and those of the connection
 * @example
 * ```ts
 * import { findDuplicateIndexes, observeIndexes } from "@streamgate/pg-advisor";
 * const superfluous = async (url: string) => {
 *   const { indexes } = await observeIndexes(url);
 *   return findDuplicateIndexes(indexes).map(({ superfluous }) => superfluous.index.name);
 * };
 * ```
 */
export async function observeIndexes(
  connectionString: string,
  options: ReadOptions = {},
): Promise<IndexObservation> {
  return inReadTransaction(
    connectionString,
    resolveReadOptions(options),
    async (client, address) => {
      const counting = await readCountingFacts(client);
      const traits = await readIndexTraits(client);
      const btrees = await readBtrees(client);
      const catalogue = await readIndexCatalogue(client, address);
      const { takenAt, server, relations } = catalogue;
      return {
        takenAt,
        versionNumber: server.versionNumber,
        startedAt: server.startedAt,
        isReplica: server.isReplica,
        counting,
        indexes: portrayIndexes(catalogue, traits, estimateBloat(catalogue, btrees)),
        traits,
        tables: relations
          .filter(({ kind }) => kind !== "view")
          .map(({ schema, name, usage }) => ({ name: { schema, name }, usage })),
      };
    },
  );
}
