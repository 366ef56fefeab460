import type { Node } from "@pgsql/types";
import type { Index } from "../snapshot/snapshot.ts";
import { parseSql } from "../workload/text/parser.ts";

/** All that decides which searches an index can serve. Texts are as PostgreSQL's own catalogue writes them. */
export interface IndexShape {
  readonly method: string;
  readonly isUnique: boolean;
  /** Whether two rows with NULL in the keys count as equal (`NULLS NOT DISTINCT`). */
  readonly treatsNullsAsEqual: boolean;
  readonly keys: readonly ShapeKey[];
  /** Columns carried for index-only scans. */
  readonly includes: readonly string[];
  readonly predicate: string | null;
  /** Storage options, as `name=value`; absent where an older StreamGate kept the shape. */
  readonly options?: readonly string[];
}

export interface ShapeKey {
  /** The column, or null for an expression. */
  readonly column: string | null;
  readonly expression: string | null;
  /** Other than that of the column's type, with its parameters; null where it is the type's own. */
  readonly operatorClass: string | null;
  /** Other than the column's; null where it is the column's own. */
  readonly collation: string | null;
  readonly direction: "asc" | "desc";
  readonly nulls: "first" | "last";
}

/**
 * What an index can serve; null where its definition is one that the parser does not know. pg_get_indexdef writes operator classes
 * and collations only where they are not the column's own, so that equal texts on one table mean equal things.
 */
export function shapeOf(index: Index): IndexShape | null {
  const parsed = parseSql(index.definition);
  const node = parsed.outcome === "parsed" ? parsed.statements[0]?.node : undefined;
  if (node === undefined || !("IndexStmt" in node)) return null;
  const elements = (node.IndexStmt.indexParams ?? []).flatMap((item) =>
    "IndexElem" in item ? [item.IndexElem] : [],
  );
  if (elements.length !== index.keys.length) return null;
  return {
    method: index.method,
    isUnique: index.isUnique,
    treatsNullsAsEqual: node.IndexStmt.nulls_not_distinct === true,
    keys: index.keys.map((key, position) => {
      const element = elements[position];
      return {
        ...key,
        operatorClass: textOfParts([element?.opclass, element?.opclassopts]),
        collation: textOfParts([element?.collation]),
      };
    }),
    includes: index.includes,
    predicate: index.predicate,
    options: (node.IndexStmt.options ?? []).flatMap(optionOf).toSorted(),
  };
}

function optionOf(node: Node): readonly string[] {
  if (!("DefElem" in node)) return [];
  const { defname = "", arg } = node.DefElem;
  return [`${defname}=${textOfParts([arg]) ?? "true"}`];
}

/** Parts of a parse tree as one text, without the places where they stood; null where none is there. */
function textOfParts(parts: readonly unknown[]): string | null {
  if (parts.every((part) => part === undefined)) return null;
  return JSON.stringify(parts, (name, value: unknown) => (name === "location" ? undefined : value));
}
