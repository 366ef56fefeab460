import type { BtreeFacts, KeyColumn } from "../btree/key-column.ts";
import type { ElementFacts } from "./gin/element-facts.ts";

/** An index whose size is wanted, in the words of the size model of its method. */
export type IndexFacts =
  | ({ readonly method: "btree" } & BtreeFacts)
  | ({ readonly method: "hash" } & HashFacts)
  | ({ readonly method: "brin" } & BrinFacts)
  | ({ readonly method: "gin" } & GinFacts)
  | ({ readonly method: "gist" } & GistFacts);

export interface HashFacts {
  /** Rows that the index holds, nulls included, which it leaves out. */
  readonly rows: number;
  /** Rows of the whole table, as the planner estimates them: the buckets are made for these. */
  readonly tableRows: number;
  readonly column: KeyColumn;
  /** @default 75 */
  readonly fillFactorPercent?: number;
}

export interface BrinFacts {
  readonly tablePages: number;
  /** @default 128 */
  readonly pagesPerRange?: number;
  readonly rowsPerPage: number;
  readonly columns: readonly BrinColumn[];
}

/** A column and how a range of pages is summed up. */
export interface BrinColumn {
  readonly column: KeyColumn;
  readonly summary: "minmax" | "minmax-multi" | "bloom" | "inclusion";
}

export interface GinFacts {
  readonly rows: number;
  readonly tableRows: number;
  readonly tablePages: number;
  readonly columns: readonly ElementFacts[];
}

export interface GistFacts {
  readonly rows: number;
  readonly columns: readonly GistColumn[];
  /** Columns carried along. */
  readonly include: readonly KeyColumn[];
  /** @default 90 */
  readonly fillFactorPercent?: number;
}

interface GistColumn {
  /** The key as the leaves store it: a point is a box there, a text the set of its trigrams. */
  readonly column: KeyColumn;
  readonly operatorClass: string;
}
