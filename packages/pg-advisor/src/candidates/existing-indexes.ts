import { keyOf } from "../schema/identifiers.ts";
import type { Index, Snapshot } from "../snapshot/snapshot.ts";
import { parseSql } from "../workload/text/parser.ts";
import type { ColumnOrder } from "./candidate.ts";

/** A full, valid B-tree index on plain columns of default operator classes and collations. */
export interface PlainIndex {
  readonly name: string;
  readonly keys: readonly ColumnOrder[];
  readonly isUnique: boolean;
}

/** The indexes that can stand in for a candidate, by table; partial and expression indexes cannot. */
export function plainIndexesByTable(
  snapshot: Snapshot,
): ReadonlyMap<string, readonly PlainIndex[]> {
  const byTable = new Map<string, PlainIndex[]>();
  for (const index of snapshot.indexes) {
    const plain = plainIndex(index);
    if (plain === null) continue;
    const key = keyOf(index.table);
    byTable.set(key, [...(byTable.get(key) ?? []), plain]);
  }
  return byTable;
}

/** The leading keys that are plain; an operator class or a collation of its own ends them. */
function plainIndex(index: Index): PlainIndex | null {
  if (index.method !== "btree" || !index.isValid || index.predicate !== null) return null;
  const special = firstSpecialKey(index);
  const keys: ColumnOrder[] = [];
  for (const { column, direction, nulls } of index.keys.slice(0, special)) {
    if (column === null) break;
    keys.push({ column, direction, nulls });
  }
  if (keys.length === 0) return null;
  return { name: index.name, keys, isUnique: index.isUnique && keys.length === index.keys.length };
}

/** pg_get_indexdef writes operator classes and collations only where they are not the column's own. */
function firstSpecialKey({ definition, keys }: Index): number {
  const parsed = parseSql(definition);
  const node = parsed.outcome === "parsed" ? parsed.statements[0]?.node : undefined;
  if (node === undefined || !("IndexStmt" in node)) return keys.length;
  const position = (node.IndexStmt.indexParams ?? []).findIndex(
    (item) =>
      "IndexElem" in item &&
      (item.IndexElem.opclass !== undefined || item.IndexElem.collation !== undefined),
  );
  return position < 0 ? keys.length : position;
}
