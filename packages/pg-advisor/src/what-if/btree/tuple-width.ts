import type { KeyColumn } from "./key-column.ts";

const HEADER_BYTES = 8;
const HEADER_WITH_NULLS_BYTES = 16;
const MAXIMUM_ALIGNMENT_BYTES = 8;
const SHORT_VALUE_BYTES = 127;
/** Longer values are compressed before they enter an index (TOAST_INDEX_TARGET). */
const COMPRESSED_BEYOND_BYTES = 508;
const REPRESENTATIVES = 128;

/**
 * Mean width of the index tuples of these columns, each rounded up to 8 bytes as on the page.
 * Rounding makes the mean of the widths wrong, so representative tuples are laid out instead: the
 * values and nulls of each column are spread over them evenly and without regard to the others.
 */
export function meanTupleWidth(columns: readonly KeyColumn[]): number {
  let total = 0;
  for (let tuple = 0; tuple < REPRESENTATIVES; tuple += 1) total += tupleWidth(columns, tuple);
  return total / REPRESENTATIVES;
}

function tupleWidth(columns: readonly KeyColumn[], tuple: number): number {
  let width = 0;
  let hasNull = false;
  for (const [position, column] of columns.entries()) {
    if (spread(tuple, 2 * position) < column.nullFraction) {
      hasNull = true;
    } else {
      width = widthAfter(width, column, spread(tuple, 2 * position + 1));
    }
  }
  return align((hasNull ? HEADER_WITH_NULLS_BYTES : HEADER_BYTES) + width, MAXIMUM_ALIGNMENT_BYTES);
}

/** Width of a tuple's data once a value of the column is appended; `share` in [0, 1) picks it. */
function widthAfter(width: number, column: KeyColumn, share: number): number {
  if (column.lengthBytes >= 0) {
    return align(width, column.alignmentBytes) + column.lengthBytes;
  }
  const valueBytes = Math.min(valueWidth(column, share), COMPRESSED_BEYOND_BYTES);
  if (valueBytes < SHORT_VALUE_BYTES) return width + valueBytes;
  return align(width, column.alignmentBytes) + valueBytes;
}

function valueWidth(column: KeyColumn, share: number): number {
  const { sampleWidthsBytes: widths } = column;
  const width = widths[Math.floor(share * widths.length)];
  return Math.round(width ?? column.averageWidthBytes);
}

/**
 * The additive recurrence of an irrational number fills [0, 1) evenly; each dimension has its own
 * (no square is 2 more than a multiple of 3).
 */
function spread(tuple: number, dimension: number): number {
  return ((tuple + 0.5) * (Math.sqrt(2 + dimension * 3) % 1)) % 1;
}

export function align(bytes: number, alignmentBytes: number): number {
  return Math.ceil(bytes / alignmentBytes) * alignmentBytes;
}
