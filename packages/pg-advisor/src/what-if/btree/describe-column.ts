import { parseArrayText } from "../../snapshot/array-text.ts";
import type { ColumnStatistics } from "../../snapshot/snapshot.ts";
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
const AROUND_MEAN = [-3, -2, -1, 0, 0, 1, 2, 3] as const;
const SAMPLES = 64;

/** Puts a column's type and the planner's statistics into the words of the size model. */
export function describeColumn(
  type: ColumnType,
  statistics: ColumnStatistics | undefined,
  rows: number,
): KeyColumn {
  const averageWidthBytes = statistics?.averageWidth ?? UNKNOWN_WIDTH_BYTES;
  return {
    lengthBytes: type.lengthBytes,
    alignmentBytes: type.alignmentBytes,
    averageWidthBytes,
    sampleWidthsBytes: sampleWidths(type, averageWidthBytes, statistics),
    nullFraction: statistics?.nullFraction ?? 0,
    distinct: distinctValues(statistics?.distinct ?? 0, rows),
    commonFractions: statistics?.mostCommonFrequencies ?? [],
  };
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
  statistics: ColumnStatistics | undefined,
): readonly number[] {
  if (storedAs === "other" || statistics === undefined) {
    return AROUND_MEAN.map((offset) => Math.max(1, averageWidthBytes + offset));
  }
  const widthOf = storedAs === "numeric" ? numericBytes : textBytes;
  return widthsOfValues(statistics, widthOf);
}

/** The most common values as often as they occur, then the histogram's. */
function widthsOfValues(
  statistics: ColumnStatistics,
  widthOf: (value: string) => number,
): readonly number[] {
  const common = elementsOf(statistics.mostCommonValues ?? "{}").map(widthOf);
  const others = elementsOf(statistics.histogramBounds ?? "{}").map(widthOf);
  const fractions = statistics.mostCommonFrequencies ?? [];
  const presentShare = 1 - statistics.nullFraction;
  if (presentShare <= 0 || common.length + others.length === 0) return [];
  const bounds = cumulative(fractions.map((fraction) => fraction / presentShare));
  const commonShare = others.length === 0 ? 1 : (bounds.at(-1) ?? 0);
  return Array.from({ length: SAMPLES }, (_, sample) => {
    const share = (sample + 0.5) / SAMPLES;
    if (share < commonShare) {
      const position = bounds.findIndex((bound) => share < bound);
      return common[position] ?? common.at(-1) ?? statistics.averageWidth;
    }
    const rank = (share - commonShare) / (1 - commonShare);
    return others[Math.floor(rank * others.length)] ?? statistics.averageWidth;
  });
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

function cumulative(shares: readonly number[]): readonly number[] {
  let total = 0;
  return shares.map((share) => {
    total += share;
    return total;
  });
}

/** pg_stats lists no NULL among its values; arrays of arrays stay text. */
function elementsOf(arrayText: string): readonly string[] {
  return parseArrayText(arrayText).filter((element) => element !== null);
}
