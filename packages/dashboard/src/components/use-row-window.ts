import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { type RowWindow, windowOf } from "./row-window.ts";

/** Height of a row as `table.css` sets it. */
const ROW_PX = 36;
/** Up to here all rows are in the page: searching in it finds them. */
const ALL_ROWS = 60;
/** Rows that the server renders of a longer table. */
const FIRST_ROWS = 40;

/** Follows what is seen of a table and says which of its rows to have in the page. */
export function useRowWindow(rows: number): RowWindow & {
  readonly body: RefObject<HTMLTableSectionElement | null>;
  readonly rowPx: number;
} {
  const body = useRef<HTMLTableSectionElement>(null);
  const isWindowed = rows > ALL_ROWS;
  const [range, setRange] = useState<RowWindow>({ first: 0, end: FIRST_ROWS });
  useLayoutEffect(() => {
    if (!isWindowed) return undefined;
    let frame = 0;
    const look = (): void => {
      frame = 0;
      const top = body.current?.getBoundingClientRect().top;
      if (top === undefined) return;
      const seen = windowOf(rows, ROW_PX, top, window.innerHeight);
      setRange((before) =>
        before.first === seen.first && before.end === seen.end ? before : seen,
      );
    };
    const lookSoon = (): void => {
      if (frame === 0) frame = requestAnimationFrame(look);
    };
    look();
    window.addEventListener("scroll", lookSoon, { passive: true });
    window.addEventListener("resize", lookSoon);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener("scroll", lookSoon);
      window.removeEventListener("resize", lookSoon);
    };
  }, [rows, isWindowed]);
  const shown = isWindowed
    ? {
        first: Math.min(range.first, Math.max(0, rows - FIRST_ROWS)),
        end: Math.min(range.end, rows),
      }
    : { first: 0, end: rows };
  return { ...shown, body, rowPx: ROW_PX };
}
