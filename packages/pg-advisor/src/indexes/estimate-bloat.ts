import { keyOf } from "../schema/identifiers.ts";
import type { Index, Relation } from "../snapshot/snapshot.ts";
import { predictBtreeSize } from "../what-if/btree/btree-size.ts";
import { btreeFacts, StatisticsByColumn } from "../what-if/twin/btree-facts.ts";
import type { StoredBtree } from "../what-if/twin/twin-catalogue.ts";
import type { IndexCatalogue } from "./read-index-catalogue.ts";

/** Types of which equal values may look different, so that equal keys are not merged (manual, 65.1.4.3). */
const NEVER_MERGED = /^(numeric|double precision|real|jsonb)|\[\]$/;

/**
 * The share of each B-tree's bytes that a rebuild would free: its size beside the one that CREATE INDEX would give it today by the
 * planner's statistics. The idea is that of pgstattuple_approx (manual, F.33: what the visibility map and statistics tell need not be
 * read) and of the queries that estimate bloat from pg_stats; the size model is the twin's own, which knows of merged equal keys.
 * Where the number of rows is in doubt, the larger one is taken, and so the smaller bloat.
 *
 * @returns by the index's address; without those whose columns were never analysed
 */
export function estimateBloat(
  catalogue: IndexCatalogue,
  btrees: readonly StoredBtree[],
): ReadonlyMap<string, number> {
  const statistics = new StatisticsByColumn(catalogue);
  const indexes = new Map(catalogue.indexes.map((index) => [keyOf(index), index]));
  const tables = new Map(catalogue.relations.map((relation) => [keyOf(relation), relation]));
  const estimates = new Map<string, number>();
  for (const btree of btrees) {
    const index = indexes.get(keyOf(btree));
    const table = index === undefined ? undefined : tables.get(keyOf(index.table));
    if (index === undefined || table === undefined || index.sizeBytes === 0) continue;
    if (!isAnalysed(btree, statistics)) continue;
    const rows = rowsOf(index, table);
    const facts = btreeFacts(btree, rows, mergesEqualKeys(btree, table), statistics);
    const asNewBytes = predictBtreeSize(facts).bytes;
    estimates.set(keyOf(index), Math.max(0, 1 - asNewBytes / index.sizeBytes));
  }
  return estimates;
}

function isAnalysed(btree: StoredBtree, statistics: StatisticsByColumn): boolean {
  return btree.columns.every(({ column, indexColumn }) =>
    column === null
      ? statistics.find(btree.schema, btree.name, indexColumn) !== undefined
      : statistics.find(btree.tableSchema, btree.table, column) !== undefined,
  );
}

function rowsOf(index: Index, table: Relation): number {
  if (index.predicate !== null) return Math.max(0, index.rows);
  return Math.max(0, index.rows, table.usage.liveRows);
}

function mergesEqualKeys(btree: StoredBtree, table: Relation): boolean {
  if (btree.columns.length > btree.keyCount) return false;
  const types = new Map(table.columns.map(({ name, type }) => [name, type]));
  return btree.columns.every(
    ({ column, storedAs }) =>
      storedAs !== "numeric" && (column === null || !NEVER_MERGED.test(types.get(column) ?? "")),
  );
}
