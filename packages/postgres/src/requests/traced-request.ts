/** One frame of a stack, as V8 writes it: `loadOwner (/srv/shop/owners.ts:14:9)`. */
export type Frame = string;

/** Columns of a result, and those of them that the program looked at. */
export interface ColumnReads {
  readonly all: readonly string[];
  readonly read: readonly string[];
  /** Of the bytes of the rows that were watched, the share in the other columns, 0 to 1; estimated from the values as text. */
  readonly unreadShare: number;
}

/** One call of a statement in a request. */
export interface TracedStatement {
  readonly sql: string;
  /** `$1` first. */
  readonly parameters: readonly unknown[];
  /** Milliseconds from the request's start to the call. */
  readonly issuedMs: number;
  /** When its connection was free for it. */
  readonly startMs: number;
  readonly endMs: number;
  /** Connections of a request are told apart by numbers; undefined where nothing is known. */
  readonly connection: number | undefined;
  /** Returned or changed; undefined where the driver does not tell. */
  readonly rows: number | undefined;
  /** SQLSTATE, or a name, of a statement that failed. */
  readonly error: string | undefined;
  /** The application's own frames, innermost first; undefined where none were taken. */
  readonly stack: readonly Frame[] | undefined;
  readonly columns: ColumnReads | undefined;
}

/** What one request asked of the database. */
export interface TracedRequest {
  /** `GET /users/:id`, or what a job is called. */
  readonly name: string;
  /** ISO 8601 instant. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** In the order of their calls. */
  readonly statements: readonly TracedStatement[];
  /** Statements beyond the most that are kept of one request. */
  readonly omitted: number;
}
