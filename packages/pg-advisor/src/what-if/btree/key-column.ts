/** What is known of one column of an index, in the words of the size model. */
export interface KeyColumn {
  /** `attlen`: bytes of a fixed-width type, negative for a variable one. */
  readonly lengthBytes: number;
  /** 1, 2, 4 or 8. */
  readonly alignmentBytes: number;
  /** Mean width of values that are not null, the length word included, as `avg_width`. */
  readonly averageWidthBytes: number;
  /** Widths of some values, each as likely as the others; empty where no values are known. */
  readonly sampleWidthsBytes: readonly number[];
  /** Share of rows without a value, 0 to 1. */
  readonly nullFraction: number;
  /** Number of different values. */
  readonly distinct: number;
  /** Shares of the rows that the most common values have. */
  readonly commonFractions: readonly number[];
  /** Whether how many rows a value has is a matter of chance: of a partial index, say. */
  readonly isThinned?: boolean;
}

/** An index whose size is wanted. */
export interface BtreeFacts {
  readonly rows: number;
  /** Key columns, then included ones. */
  readonly columns: readonly KeyColumn[];
  readonly keyCount: number;
  /** Number of different keys where statistics tell it; null: estimated from the columns. */
  readonly distinctKeys: number | null;
  /** Whether equal keys share a posting list. */
  readonly deduplicates: boolean;
  /** @default 90 */
  readonly fillFactorPercent?: number;
}
