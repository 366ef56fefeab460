import type { Relation, RelationName } from "../../snapshot/snapshot.ts";

/** What a statement asks of each of its tables, read from its parse tree alone. */
export interface StatementShape {
  /** Every occurrence of a table, also below views, subqueries and CTEs; a self join has two. */
  readonly tables: readonly TableUse[];
  /** Relations named in the text, each once: tables, views, foreign tables. */
  readonly relations: readonly RelationName[];
  /** Names in FROM that the snapshot does not know, as written. */
  readonly unknownNames: readonly string[];
  /** Whether a relation of a system schema is named. */
  readonly touchesSystem: boolean;
  /** Roles by parameter number. */
  readonly parameters: ReadonlyMap<number, ParameterRole>;
}

/** One occurrence of a table in a statement. */
export interface TableUse {
  readonly relation: Relation;
  /** Conditions that hold together. */
  readonly predicates: ColumnPredicate[];
  /** Of each arm of an OR, the conditions that hold together there. */
  readonly alternatives: ColumnPredicate[][];
  readonly orders: OrderNeed[];
  /** Columns that the statement writes; empty where it only reads. */
  readonly written: Set<string>;
  /** What the statement does to the table itself. */
  readonly role: "read" | "insert" | "update" | "delete";
}

/** A condition that an index on the column could serve. */
export interface ColumnPredicate {
  readonly column: string;
  readonly kind: PredicateKind;
  /** The table whose column is compared with, of a join or a correlated condition. */
  readonly joinedWith: TableUse | null;
}

/**
 * `equal`: one value; `any of`: several values, so that the order behind it is lost; `range`; `prefix`:
 * LIKE, which a B-tree serves in the C collation only.
 */
export type PredicateKind = "equal" | "any of" | "range" | "prefix";

/** A run of columns in whose order the statement wants the rows of one table. */
export interface OrderNeed {
  readonly kind: "order by" | "group by" | "distinct" | "extreme" | "window";
  readonly columns: readonly OrderedColumn[];
  readonly hasLimit: boolean;
}

export interface OrderedColumn {
  readonly column: string;
  readonly direction: "asc" | "desc";
  readonly nulls: "first" | "last";
}

/** A column that a parameter is compared with or written to. */
export interface ColumnAddress {
  readonly relation: RelationName;
  readonly column: string;
}

export type ComparisonOperator = "=" | "<>" | "<" | "<=" | ">" | ">=" | "any" | "like";

export type ParameterRole =
  | {
      readonly kind: "compared";
      readonly column: ColumnAddress;
      readonly operator: ComparisonOperator;
    }
  | { readonly kind: "written"; readonly column: ColumnAddress }
  | { readonly kind: "limit" }
  | { readonly kind: "offset" }
  /** An argument for which its function accepts few texts: a unit of time, a time zone, a format. */
  | { readonly kind: "accepted text"; readonly text: string };
