import type { ColumnReads } from "../requests/traced-request.ts";

/** The first rows of a result stand for the rest. */
const MOST_ROWS = 20;
/** A wider row would take longer to watch than to read. */
const MOST_COLUMNS = 200;

/** Which columns of a result the program looks at. */
export class WatchedColumns {
  private readonly all: readonly string[];
  private readonly read = new Set<string>();

  constructor(all: readonly string[]) {
    this.all = all;
  }

  reads(): ColumnReads {
    return { all: this.all, read: this.all.filter((column) => this.read.has(column)) };
  }

  mark(column: string): void {
    this.read.add(column);
  }
}

/**
 * Puts getters in the place of the columns of the first rows. Copying a row, comparing it or writing it as JSON reads all of it, and
 * counts as that: what this finds unread was touched by nobody. A column that is written to becomes a plain value again.
 *
 * @returns undefined where rows are arrays or there are none
 */
export function watchColumns(rows: readonly unknown[]): WatchedColumns | undefined {
  const [first] = rows;
  if (typeof first !== "object" || first === null || Array.isArray(first)) return undefined;
  const names = Object.keys(first);
  if (names.length < 2 || names.length > MOST_COLUMNS) return undefined;
  const watched = new WatchedColumns(names);
  for (const row of rows.slice(0, MOST_ROWS)) {
    if (typeof row === "object" && row !== null) watchRow(row, watched);
  }
  return watched;
}

function watchRow(row: object, watched: WatchedColumns): void {
  for (const [name, value] of Object.entries(row)) {
    const put = (plain: unknown): void => {
      Object.defineProperty(row, name, {
        configurable: true,
        enumerable: true,
        writable: true,
        value: plain,
      });
    };
    Object.defineProperty(row, name, {
      configurable: true,
      enumerable: true,
      get: () => {
        watched.mark(name);
        return value;
      },
      set: put,
    });
  }
}
