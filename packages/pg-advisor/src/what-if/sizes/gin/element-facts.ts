import type { KeyGroup } from "../../btree/key-groups.ts";

/** Keys of a GIN column: elements of arrays, lexemes, trigrams, keys and values of documents. */
export interface ElementFacts {
  /** How many keys there are, and how many rows have each. */
  readonly groups: readonly KeyGroup[];
  /** `attlen` of a key as the index stores it. */
  readonly lengthBytes: number;
  readonly alignmentBytes: number;
  /** Mean width of a key of variable length, its length word included. */
  readonly averageWidthBytes: number;
  /** Widths of some keys, each as likely as the others. */
  readonly sampleWidthsBytes: readonly number[];
  /** Rows that have no key, for NULL and for empty values; the index has one entry for all of each kind. */
  readonly nullRows: number;
  readonly emptyRows: number;
}
