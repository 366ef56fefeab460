import type { KeyColumn } from "./key-column.ts";

const HEADER_BYTES = 8;
const HEADER_WITH_NULLS_BYTES = 16;
const MAXIMUM_ALIGNMENT_BYTES = 8;
const SHORT_VALUE_BYTES = 127;
const REPRESENTATIVES = 512;
const STEPS: readonly number[] = [
  2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71,
].map((prime) => Math.sqrt(prime) % 1);

/**
 * Mean width of the index tuples of these columns, each rounded up to 8 bytes as on the page.
 * Rounding makes the mean of the widths wrong, so representative tuples are laid out instead: the
 * values and nulls of each column are spread over them evenly and without regard to the others.
 */
export function meanTupleWidth(columns: readonly KeyColumn[]): number {
  const isFixed = columns.every(
    ({ lengthBytes, nullFraction }) =>
      lengthBytes >= 0 && (nullFraction === 0 || nullFraction === 1),
  );
  const widths = isFixed ? [tupleWidth(columns, 0)] : tupleWidths(columns);
  return widths.reduce((sum, width) => sum + width, 0) / widths.length;
}

/** Widths of representative tuples, each as likely as the others. */
export function tupleWidths(columns: readonly KeyColumn[]): readonly number[] {
  return Array.from({ length: REPRESENTATIVES }, (_, tuple) => tupleWidth(columns, tuple));
}

/** Width of one of the tuples that these columns make. */
export function tupleWidth(columns: readonly KeyColumn[], tuple: number): number {
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
  const valueBytes = valueWidth(column, share);
  if (valueBytes < SHORT_VALUE_BYTES) return width + valueBytes;
  return align(width, column.alignmentBytes) + valueBytes;
}

function valueWidth(column: KeyColumn, share: number): number {
  const { sampleWidthsBytes: widths } = column;
  const width = widths[Math.floor(share * widths.length)];
  return Math.round(width ?? column.averageWidthBytes);
}

/** The additive recurrence of an irrational number fills [0, 1) evenly; each dimension has that of another prime. */
function spread(tuple: number, dimension: number): number {
  const step = STEPS[dimension % STEPS.length] ?? 0;
  return ((tuple + 0.5) * step) % 1;
}

export function align(bytes: number, alignmentBytes: number): number {
  return Math.ceil(bytes / alignmentBytes) * alignmentBytes;
}
