import type { TableTree } from "../candidates/table-tree.ts";
import { keyOf } from "../schema/identifiers.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { TracedStatement } from "./weigh-statements.ts";

/** Bytes of WAL that one more index entry writes, by the table's key. */
export type WalRates = (table: string) => number;

/** A record's head, a block reference and a short tuple: 24 + 20 + 16 bytes and the key, and now and then an image of the page. */
const WAL_PER_ENTRY = 120;
/** An entry of an index takes no more than a row with its images does. */
const MOST_WAL_PER_ENTRY = 2_000;

/**
 * What an INSERT of the table writes a row (`wal_bytes` ÷ `rows` of the counters), shared out among the row and the index entries
 * that it makes today; a usual figure where no INSERT tells it.
 */
export function walPerEntryIn(
  traced: readonly TracedStatement[],
  { statements, indexes }: Snapshot,
  tree: TableTree,
): WalRates {
  const walById = new Map(statements.map(({ queryId, walBytes }) => [queryId, walBytes]));
  const sums = new Map<string, { bytes: number; rows: number }>();
  for (const { statement, uses } of traced) {
    if (statement.kind !== "insert" || statement.rows <= 0) continue;
    const target = uses.find(({ role }) => role === "insert");
    if (target === undefined) continue;
    const bytes = statement.queryIds.reduce((sum, id) => sum + (walById.get(id) ?? 0), 0);
    const key = keyOf(tree.rootOf(target.relation));
    const sum = sums.get(key) ?? { bytes: 0, rows: 0 };
    sums.set(key, { bytes: sum.bytes + bytes, rows: sum.rows + statement.rows });
  }
  const indexCounts = new Map<string, number>();
  for (const { table } of indexes)
    indexCounts.set(keyOf(table), (indexCounts.get(keyOf(table)) ?? 0) + 1);
  return (table) => {
    const sum = sums.get(table);
    if (sum === undefined || sum.bytes <= 0) return WAL_PER_ENTRY;
    const entries = 1 + (indexCounts.get(table) ?? 0);
    return Math.min(MOST_WAL_PER_ENTRY, sum.bytes / sum.rows / entries);
  };
}
