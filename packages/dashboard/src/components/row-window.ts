/** Which rows of a long table are in the page. */
export interface RowWindow {
  readonly first: number;
  /** Past the last one. */
  readonly end: number;
}

/** Rows on either side of what is seen, so that a quick scroll shows no gap. */
const BESIDE = 10;

/** The rows to have in the page for what is seen of a table. @param topPx from the upper edge of the window to the first row */
export function windowOf(rows: number, rowPx: number, topPx: number, viewPx: number): RowWindow {
  const seen = Math.ceil(viewPx / rowPx);
  const first = Math.max(0, Math.min(rows - seen, Math.floor(-topPx / rowPx)) - BESIDE);
  return { first, end: Math.min(rows, first + seen + 2 * BESIDE) };
}
