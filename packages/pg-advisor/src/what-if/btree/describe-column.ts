import { compressedLength } from "../sizes/compressed-length.ts";
import type { DerivedStatistics } from "../sizes/derive-statistics.ts";
import { sampleValues } from "../sizes/value-samples.ts";
import type { KeyColumn } from "./key-column.ts";

/** How the catalogue of the twin describes the type of an index column. */
export interface ColumnType {
  readonly lengthBytes: number;
  readonly alignmentBytes: number;
  /** How the width of a value follows from its text form. */
  readonly storedAs: "text" | "numeric" | "other";
}

/** What PostgreSQL assumes of a variable width that it never measured. */
const UNKNOWN_WIDTH_BYTES = 32;
const LENGTH_WORD_BYTES = 1;
const NUMERIC_HEADER_BYTES = 2;
const ALMOST_ALL = 1 - 1e-12;
/** A share of the rows below which how many a value has is a matter of chance. */
const THINNED_BELOW = 0.9;
const AROUND_MEAN = [-3, -2, -1, 0, 0, 1, 2, 3] as const;
const SAMPLES = 256;
/** ANALYZE cuts the fraction off a mean width. */
const LARGEST_FRACTION = 0.99;
/** Longer values are compressed before they enter an index (TOAST_INDEX_TARGET). */
const COMPRESSED_BEYOND_BYTES = 508;

/** Puts a column's type and the planner's statistics into the words of the size model. */
export function describeColumn(
  type: ColumnType,
  statistics: DerivedStatistics | undefined,
  rows: number,
  tableRows: number = rows,
): KeyColumn {
  const averageWidthBytes = statistics?.averageWidth ?? UNKNOWN_WIDTH_BYTES;
  const countedRows = statistics?.isOfIndexedRows === true ? rows : tableRows;
  return {
    lengthBytes: type.lengthBytes,
    alignmentBytes: type.alignmentBytes,
    averageWidthBytes,
    sampleWidthsBytes: sampleWidths(type, averageWidthBytes, statistics),
    nullFraction: statistics?.nullFraction ?? 0,
    distinct: distinctAmong(
      distinctValues(statistics?.distinct ?? 0, countedRows),
      rows,
      countedRows,
    ),
    isThinned: rows < countedRows * THINNED_BELOW,
    commonFractions: statistics?.mostCommonFrequencies ?? [],
  };
}

/** How many of the values of a table some of its rows have, drawn without regard to them (Cardenas, CACM 18, 1975). */
function distinctAmong(distinct: number, rows: number, tableRows: number): number {
  if (rows >= tableRows || distinct <= 1) return distinct;
  const missed = Math.exp(
    (tableRows / distinct) * Math.log1p(-Math.min(rows / tableRows, ALMOST_ALL)),
  );
  return Math.max(1, distinct * (1 - missed));
}

/** Negative counts are shares of the rows. Values that nobody counted are taken to differ, for the larger index. */
function distinctValues(distinct: number, rows: number): number {
  if (distinct === 0) return rows;
  return Math.max(1, distinct > 0 ? distinct : -distinct * rows);
}

/** Widths of equally likely values; of types whose text tells nothing, those around the mean. */
function sampleWidths(
  { storedAs }: ColumnType,
  averageWidthBytes: number,
  statistics: DerivedStatistics | undefined,
): readonly number[] {
  const widths = statistics?.widthsBytes ?? [];
  if (storedAs === "other" && widths.length > 0) return widths;
  if (storedAs === "other" || statistics === undefined) {
    return AROUND_MEAN.map((offset) => Math.max(1, averageWidthBytes + offset));
  }
  const values = drawValues(statistics);
  if (storedAs === "numeric") return values.map(numericBytes);
  const corrected = withMean(values.map(textBytes), averageWidthBytes);
  return corrected.map((width, position) =>
    width > COMPRESSED_BEYOND_BYTES ? width * compressedShare(values[position] ?? "") : width,
  );
}

/** Widths of a sample, moved so that their mean is that of all rows. */
function withMean(widths: readonly number[], averageWidthBytes: number): readonly number[] {
  const mean = widths.reduce((sum, width) => sum + width, 0) / Math.max(1, widths.length);
  const wanted = Math.min(Math.max(mean, averageWidthBytes), averageWidthBytes + LARGEST_FRACTION);
  if (widths.length === 0 || wanted === mean) return widths;
  const stretch = (wanted - LENGTH_WORD_BYTES) / Math.max(1, mean - LENGTH_WORD_BYTES);
  return widths.map((width) => LENGTH_WORD_BYTES + (width - LENGTH_WORD_BYTES) * stretch);
}

function compressedShare(value: string): number {
  const bytes = Buffer.from(value);
  return compressedLength(bytes) / Math.max(1, bytes.length);
}

/** The most common values as often as they occur, then the histogram's. */
function drawValues(statistics: DerivedStatistics): readonly string[] {
  const samples = sampleValues(statistics);
  if (samples.every(({ isRepresentative }) => isRepresentative)) {
    return samples.map(({ value }) => value);
  }
  const drawn: string[] = [];
  let passed = 0;
  for (const { value, share } of samples) {
    passed += share;
    while (drawn.length + 0.5 < passed * SAMPLES) drawn.push(value);
  }
  return drawn;
}

function textBytes(value: string): number {
  return Buffer.byteLength(value, "utf8") + LENGTH_WORD_BYTES;
}

/** A numeric keeps two bytes for every four decimal digits on either side of the point, outer zeros left out. */
function numericBytes(value: string): number {
  const [whole = "", fraction = ""] = value.replace("-", "").split(".");
  const padded = whole.padStart(Math.ceil(whole.length / 4) * 4, "0");
  const digits = padded + fraction.padEnd(Math.ceil(fraction.length / 4) * 4, "0");
  const groups = digits.replace(/^(?:0000)+/, "").replace(/(?:0000)+$/, "").length / 4;
  return LENGTH_WORD_BYTES + NUMERIC_HEADER_BYTES + 2 * Math.ceil(groups);
}
