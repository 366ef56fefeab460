import type { RelationName } from "../snapshot/snapshot.ts";

export type IndexMethod = "btree" | "hash" | "gin" | "gist" | "brin";

/** What an index would be, apart from its name. */
export interface IndexDefinition {
  readonly table: RelationName;
  readonly method: IndexMethod;
  readonly keys: readonly IndexKey[];
  /** Columns carried for index-only scans. */
  readonly include: readonly string[];
  /** Predicate of a partial index, as SQL; null for a full one. */
  readonly predicate: string | null;
  /** Storage options, as `name=value`: `pages_per_range=32`; empty for PostgreSQL's own. */
  readonly options: readonly string[];
}

/** Where a column stands in an order. */
export interface ColumnOrder {
  readonly column: string;
  readonly direction: "asc" | "desc";
  /** PostgreSQL's default is `last` for asc and `first` for desc. */
  readonly nulls: "first" | "last";
}

/** A column or an expression that an index is searched by. */
export interface IndexKey {
  /** Null for an expression. */
  readonly column: string | null;
  /** As SQL, without the parentheses around it; null for a column. */
  readonly expression: string | null;
  /** `text_pattern_ops`, as SQL; null for the type's own. */
  readonly operatorClass: string | null;
  /** Of a method without an order always `asc`, nulls `last`. */
  readonly direction: "asc" | "desc";
  readonly nulls: "first" | "last";
}

/** A key that is a plain column of its type's own operator class. */
export function columnKey({ column, direction, nulls }: ColumnOrder): IndexKey {
  return { column, expression: null, operatorClass: null, direction, nulls };
}

/** A plain B-tree on columns. */
export function btreeOn(table: RelationName, keys: readonly ColumnOrder[]): IndexDefinition {
  return {
    table: { schema: table.schema, name: table.name },
    method: "btree",
    keys: keys.map(columnKey),
    include: [],
    predicate: null,
    options: [],
  };
}

/** An index that might help, and why it was thought of. */
export interface Candidate {
  /** Unique among the candidates; also the name under which the twin knows it. */
  readonly id: string;
  readonly definition: IndexDefinition;
  /** The statements that it was derived from. */
  readonly fingerprints: readonly string[];
  /** In words: `equality on user_id and status, order by created_at desc`. */
  readonly origin: string;
}
