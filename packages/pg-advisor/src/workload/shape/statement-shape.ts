import type { Node } from "@pgsql/types";
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
  /** Conditions on what is computed from columns of this table alone; those of an OR are left out. */
  readonly expressions: ExpressionPredicate[];
  /** Orders that begin with an expression. */
  readonly expressionOrders: ExpressionOrder[];
  /** Every column that the statement reads: what an index-only scan would have to carry. */
  readonly columnsRead: Set<string>;
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
  /** As SQL names it: `=`, `@>`, `is null`, `= any` with the column on the right. */
  readonly operator: string;
  readonly operand: Operand;
}

/** What is computed from columns of one occurrence of a table. */
export interface TableExpression {
  readonly node: Node;
  /** The expression's columns: a reference, its fields as JSON → the table's own name for it. */
  readonly columns: ReadonlyMap<string, string>;
}

/** A condition on an expression, such as `lower(email) = $1`. */
interface ExpressionPredicate extends TableExpression, Omit<ColumnPredicate, "column"> {}

/** An expression in whose order the statement wants the rows of one table. */
interface ExpressionOrder extends TableExpression, Omit<OrderedColumn, "column"> {}

/**
 * `equal`: one value; `any of`: several values, so that the order behind it is lost; `range`; `prefix`:
 * LIKE, which a B-tree serves in the C collation or by a pattern operator class; `other`: what a B-tree is
 * never searched by, such as `@>`, `<>` and `is not null`.
 */
export type PredicateKind = "equal" | "any of" | "range" | "prefix" | "other";

/** What is compared with, as far as it is one value. */
export type Operand =
  | { readonly kind: "parameter"; readonly number: number }
  | { readonly kind: "constant"; readonly text: string }
  /** The members of IN. */
  | { readonly kind: "list"; readonly members: readonly Operand[] }
  | { readonly kind: "null" | "true" | "false" | "unknown" };

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

export type ComparisonOperator =
  | "="
  | "<>"
  | "<"
  | "<="
  | ">"
  | ">="
  | "any"
  | "like"
  /** `@>` and `&&`: a few members of the column's arrays or documents. */
  | "contains"
  /** `?`: a key of the column's documents. */
  | "has key"
  /** The words of a text search. */
  | "matches";

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
