import type { IndexElem, Node } from "@pgsql/types";
import { keyOf } from "../schema/identifiers.ts";
import type { Index, Snapshot } from "../snapshot/snapshot.ts";
import { parseSql } from "../workload/text/parser.ts";
import { namesOf } from "../workload/text/sql-nodes.ts";
import { columnKey, type IndexKey } from "./candidate.ts";
import { normalForm, normalFormOf } from "./normal-form.ts";

/** An index of today, as far as it can stand in for a candidate. */
export interface ExistingIndex {
  readonly name: string;
  readonly method: string;
  readonly keys: readonly ExistingKey[];
  readonly include: ReadonlySet<string>;
  /** In its normal form; null for a full index. */
  readonly predicate: string | null;
  /**
   * Of a full B-tree the leading keys that are plain columns of default operator classes and collations;
   * empty for every other index.
   */
  readonly plainKeys: readonly IndexKey[];
  /** Whether no two rows have the same plain keys. */
  readonly isUnique: boolean;
}

export interface ExistingKey {
  /** The column or expression in its normal form. */
  readonly term: string;
  /** Without its schema; null for the type's own. */
  readonly operatorClass: string | null;
  /** Null for the column's own. */
  readonly collation: string | null;
  readonly direction: "asc" | "desc";
  readonly nulls: "first" | "last";
}

/** The valid indexes by table: free ones, and those of primary keys and unique constraints. */
export function existingIndexesByTable(
  snapshot: Snapshot,
): ReadonlyMap<string, readonly ExistingIndex[]> {
  const byTable = new Map<string, ExistingIndex[]>();
  for (const index of snapshot.indexes) {
    if (!index.isValid) continue;
    const key = keyOf(index.table);
    byTable.set(key, [...(byTable.get(key) ?? []), existingIndex(index)]);
  }
  return byTable;
}

/** A term of a candidate's key, as `ExistingKey` has it. */
export function termOf({ column, expression }: IndexKey): string {
  return column === null ? normalForm(expression ?? "") : JSON.stringify(column);
}

function existingIndex(index: Index): ExistingIndex {
  const elements = elementsOf(index.definition);
  const keys = index.keys.map(({ column, expression, direction, nulls }, position): ExistingKey => {
    const element = elements[position];
    return {
      term:
        column !== null
          ? JSON.stringify(column)
          : element?.expr === undefined
            ? normalForm(expression ?? "")
            : normalFormOf(element.expr),
      // pg_get_indexdef writes operator classes and collations only where they are not the column's own.
      operatorClass: namesOf(element?.opclass)?.at(-1) ?? null,
      collation: namesOf(element?.collation)?.at(-1) ?? null,
      direction,
      nulls,
    };
  });
  const plainKeys =
    index.method === "btree" && index.predicate === null ? plainOf(index, keys) : [];
  return {
    name: index.name,
    method: index.method,
    keys,
    include: new Set(index.includes),
    predicate: index.predicate === null ? null : normalForm(index.predicate),
    plainKeys,
    isUnique: index.isUnique && plainKeys.length > 0 && plainKeys.length === keys.length,
  };
}

/** An expression, an operator class or a collation of its own ends them. */
function plainOf(index: Index, keys: readonly ExistingKey[]): readonly IndexKey[] {
  const plain: IndexKey[] = [];
  for (const [position, { column, direction, nulls }] of index.keys.entries()) {
    const key = keys[position];
    if (column === null || key?.operatorClass !== null || key.collation !== null) break;
    plain.push(columnKey({ column, direction, nulls }));
  }
  return plain;
}

function elementsOf(definition: string): readonly IndexElem[] {
  const parsed = parseSql(definition);
  const node: Node | undefined =
    parsed.outcome === "parsed" ? parsed.statements[0]?.node : undefined;
  if (node === undefined || !("IndexStmt" in node)) return [];
  return (node.IndexStmt.indexParams ?? []).flatMap((item) =>
    "IndexElem" in item ? [item.IndexElem] : [],
  );
}
