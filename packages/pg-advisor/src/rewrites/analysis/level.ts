import type { Node, SelectStmt } from "@pgsql/types";
import type { ColumnFacts, TableFacts } from "../catalogue/catalogue.ts";
import type { Path } from "../tree/path.ts";

/** One item of FROM, under a name that nothing else in the statement has. */
export interface Source {
  readonly alias: string;
  /** Null for all that is not a table. */
  readonly table: TableFacts | null;
  /** The query of a derived table; null for all else. */
  readonly query: SelectStmt | null;
  readonly commonTable: string | null;
  readonly columns: readonly ColumnFacts[];
  /** Whether an outer join may put nulls in place of its row. */
  readonly isOuter: boolean;
  readonly isLateral: boolean;
}

/** One SELECT of a statement with what its names mean. */
export interface Level {
  readonly select: SelectStmt;
  /** Where the SelectStmt's fields stand in the statement. */
  readonly path: Path;
  /** The level whose columns can be named here. */
  readonly parent: Level | null;
  readonly role: "statement" | "sublink" | "derived table" | "common table" | "arm";
  /** The sublink that this is the query of. */
  readonly sublink: Node | null;
  readonly sources: readonly Source[];
  readonly output: readonly ColumnFacts[];
  /** CTEs that can be named here. */
  readonly commonTables: ReadonlyMap<string, CommonTable>;
}

export interface CommonTable {
  readonly name: string;
  readonly columns: readonly ColumnFacts[];
}

/** A statement that was understood: every name resolved and written out, every alias used once. */
export interface Analysis {
  readonly tree: Node;
  /** Outer before inner. */
  readonly levels: readonly Level[];
  /** By alias, over all levels. */
  readonly sources: ReadonlyMap<string, Source>;
}
