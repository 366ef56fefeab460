import type { TracedRequest, TracedStatement } from "../requests/traced-request.ts";
import type { StatementForm } from "../statements/statement-form.ts";
import { framesOf, type TakenStack } from "./call-site.ts";
import type { WatchedColumns } from "./column-reads.ts";
import type { Interest } from "./findings-teller.ts";

const MOST_COUNTED = 3;
const FURTHEST_BACK = 32;

/** A request that has not ended, and what it asked of the database so far. */
export class OpenRequest {
  name: string;
  readonly startedAt: Date;
  readonly startMs: number;
  /** Whether rows of `select *` are watched in this one. */
  readonly watchesColumns: boolean;
  /** What it was called when it began. */
  readonly firstName: string;
  readonly interest: Interest;
  /** Begun by the server, not by `runRequest`: then its route is its name. */
  readonly isHttp: boolean;
  isOpen: boolean = true;
  /** Statements that were asked, those that are not kept included. */
  count: number = 0;
  databaseMs: number = 0;
  statements: OpenStatement[] = [];

  constructor(
    name: string,
    startedAt: Date,
    startMs: number,
    parts: Pick<OpenRequest, "watchesColumns" | "isHttp" | "interest">,
  ) {
    this.name = name;
    this.firstName = name;
    this.startedAt = startedAt;
    this.startMs = startMs;
    this.watchesColumns = parts.watchesColumns;
    this.isHttp = parts.isHttp;
    this.interest = parts.interest;
  }

  /** Calls of a form among the last statements; past the first few it counts no further: a loop is known by then. */
  callsOf(form: StatementForm): number {
    const { statements } = this;
    const furthest = Math.max(0, statements.length - FURTHEST_BACK);
    let calls = 0;
    for (let index = statements.length - 1; index >= furthest && calls < MOST_COUNTED; index -= 1) {
      if (statements[index]?.form === form) calls += 1;
    }
    return calls;
  }

  /** As plain data. What has not ended by now counts up to now. */
  traced(endMs: number): TracedRequest {
    const connections = new Map<object, number>();
    const numberOf = (client: object): number => {
      const known = connections.get(client);
      if (known !== undefined) return known;
      connections.set(client, connections.size + 1);
      return connections.size;
    };
    return {
      name: this.name,
      startedAt: this.startedAt.toISOString(),
      durationMs: endMs - this.startMs,
      // What never got a connection never ran.
      statements: this.statements
        .filter(({ startMs }) => startMs !== NOT_YET)
        .map((each) => each.traced(this.startMs, endMs, numberOf)),
      omitted: this.count - this.statements.length,
    };
  }
}

const NO_CLIENT = {};
/** An instant that has not come. */
export const NOT_YET = -1;

/** A call of a statement. */
export class OpenStatement {
  readonly request: OpenRequest;
  readonly form: StatementForm;
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** Asked of a pool, whose own callback needs no course. */
  readonly isPooled: boolean;
  /** Whether it may be a while before it has a connection. */
  waits: boolean = true;
  client: object = NO_CLIENT;
  issuedMs: number = NOT_YET;
  startMs: number = NOT_YET;
  endMs: number = NOT_YET;
  rows: number | undefined = undefined;
  error: string | undefined = undefined;
  stack: TakenStack | undefined = undefined;
  columns: WatchedColumns | undefined = undefined;

  constructor(
    request: OpenRequest,
    form: StatementForm,
    sql: string,
    parameters: readonly unknown[],
    isPooled: boolean,
  ) {
    this.request = request;
    this.form = form;
    this.sql = sql;
    this.parameters = parameters;
    this.isPooled = isPooled;
  }

  /**
   * Whether a stack was taken that shows nothing of the application: some ORMs ask in a turn of their own. Those who wait for the answer can
   * then be seen when it has come.
   */
  get needsLaterStack(): boolean {
    return this.stack !== undefined && framesOf(this.stack).length === 0;
  }

  traced(
    requestStartMs: number,
    requestEndMs: number,
    numberOf: (client: object) => number,
  ): TracedStatement {
    const endMs = this.endMs === NOT_YET ? requestEndMs : this.endMs;
    return {
      sql: this.sql,
      parameters: this.parameters,
      issuedMs: this.issuedMs - requestStartMs,
      startMs: this.startMs - requestStartMs,
      endMs: endMs - requestStartMs,
      connection: numberOf(this.client),
      rows: this.rows,
      error: this.error,
      stack: this.stack === undefined ? undefined : framesOf(this.stack),
      columns: this.columns?.reads(),
    };
  }
}
