/** Where a page starts: after so many rows, or after the row with this key. */
export type PageStart =
  | { readonly kind: "offset"; readonly offset: number }
  | { readonly kind: "key"; readonly key: readonly string[] };

export const FIRST_PAGE: PageStart = { kind: "offset", offset: 0 };

/** One page and where the next one starts, absent after the last. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next?: PageStart;
}

/** Turns one row more than asked for into the page and the start of the next. */
export function pageOf<Row>(
  rowsAndOneMore: readonly Row[],
  limit: number,
  nextStart: (last: Row) => PageStart,
): Page<Row> {
  const rows = rowsAndOneMore.slice(0, limit);
  const last = rows.at(-1);
  if (rowsAndOneMore.length <= limit || last === undefined) return { rows };
  return { rows, next: nextStart(last) };
}

/** The two ways to find a page; the key is absent for the first. */
export interface PageQueries<Row> {
  byOffset(offset: number): Promise<Page<Row>>;
  byKey(key: readonly string[] | undefined): Promise<Page<Row>>;
}

/** Goes on in the way that the start says; a list's first page is the switch's choice. */
export function findPage<Row>(
  start: PageStart,
  isOffsetPreferred: boolean,
  queries: PageQueries<Row>,
): Promise<Page<Row>> {
  if (start.kind === "key") return queries.byKey(start.key);
  if (start.offset > 0 || isOffsetPreferred) return queries.byOffset(start.offset);
  return queries.byKey(undefined);
}
