import { useEffect, useMemo, useState } from "preact/hooks";

/** A stretch of a list, as the API answers it. */
export interface RowsPage<Row> {
  readonly items: readonly Row[];
  readonly next: string | null;
}

export interface FurtherRows<Row> {
  readonly rows: readonly Row[];
  /** Where the next stretch begins; null at the end. */
  readonly next: string | null;
  readonly isLoading: boolean;
  /** What went wrong last. */
  readonly problem: unknown;
  readonly more: () => void;
}

/**
 * The rows that the page came with, and those that were asked for after them. They are kept while the page is read again, and
 * forgotten when `question` (what the list answers: filter, order, range) changes.
 */
export function useFurtherRows<Row>(
  first: RowsPage<Row>,
  question: string,
  keyOf: (row: Row) => string,
  read: (after: string) => Promise<RowsPage<Row>>,
): FurtherRows<Row> {
  const [further, setFurther] = useState<RowsPage<Row> | undefined>(undefined);
  const [isLoading, setLoading] = useState(false);
  const [problem, setProblem] = useState<unknown>(undefined);
  useEffect(() => {
    setFurther(undefined);
    setProblem(undefined);
  }, [question]);
  const next = further === undefined ? first.next : further.next;
  const more = (): void => {
    if (next === null || isLoading) return;
    setLoading(true);
    setProblem(undefined);
    read(next)
      .then((page) =>
        setFurther((before) => ({
          items: [...(before?.items ?? []), ...page.items],
          next: page.next,
        })),
      )
      .catch((error: unknown) => setProblem(error))
      .finally(() => setLoading(false));
  };
  const rows = useMemo(
    () => (further === undefined ? first.items : joined(first.items, further.items, keyOf)),
    [first.items, further, keyOf],
  );
  return { rows, next, isLoading, problem, more };
}

/** Both stretches; a row that has moved up since it was read stands where it is now, once. */
export function joined<Row>(
  first: readonly Row[],
  further: readonly Row[],
  keyOf: (row: Row) => string,
): readonly Row[] {
  const above = new Set(first.map(keyOf));
  return [...first, ...further.filter((row) => !above.has(keyOf(row)))];
}
