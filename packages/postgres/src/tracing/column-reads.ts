import type { ColumnReads } from "../requests/traced-request.ts";

/** The first rows of a result stand for the rest. */
const MOST_ROWS = 20;
/** A wider row would take longer to watch than to read. */
const MOST_COLUMNS = 200;

/** Which columns of a result the program looks at. */
export class WatchedColumns {
  private readonly all: readonly string[];
  private readonly read = new Set<string>();
  private readonly sizes = new Map<string, number>();

  constructor(all: readonly string[]) {
    this.all = all;
  }

  reads(): ColumnReads {
    const read = this.all.filter((column) => this.read.has(column));
    const sizeOf = (columns: readonly string[]): number =>
      columns.reduce((sum, column) => sum + (this.sizes.get(column) ?? 0), 0);
    const whole = sizeOf(this.all);
    return { all: this.all, read, unreadShare: whole === 0 ? 0 : 1 - sizeOf(read) / whole };
  }

  /** @param value as the driver gave it */
  weigh(column: string, value: unknown): void {
    this.sizes.set(column, (this.sizes.get(column) ?? 0) + sizeAsText(value));
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
    watched.weigh(name, value);
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

const NUMBER_BYTES = 8;

function sizeAsText(value: unknown): number {
  if (value === null || value === undefined) return 0;
  if (typeof value === "string") return value.length;
  if (value instanceof Uint8Array) return value.byteLength;
  if (typeof value !== "object" || value instanceof Date) return NUMBER_BYTES;
  try {
    return JSON.stringify(value).length;
  } catch {
    return NUMBER_BYTES;
  }
}
