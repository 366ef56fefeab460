import { type Channel, channel } from "node:diagnostics_channel";
import { CHANNELS, type Clock, type Method, type PostgresStatement } from "@streamgate/core";
import { FormCache, type StatementForm } from "../statements/statement-form.ts";
import { type TakenStack, takeStack } from "./call-site.ts";
import { watchColumns } from "./column-reads.ts";
import type { Courses } from "./courses.ts";
import { NOT_YET, type OpenRequest, OpenStatement } from "./open-request.ts";

export type CallSites = "repeated" | "every-call" | "none";

/** A copy protects from callers that use one array for all their calls; a longer one is kept as it is. */
const LONGEST_COPY = 64;
const NO_PARAMETERS: readonly unknown[] = [];
/** Calls of a form in one request of which the stack is taken, where not of every one. */
const SECOND = 2;
const THIRD = 3;
/** Results of each `select *` that are watched whatever request they are of: one that is rarely asked would else wait for long. */
const FIRST_WATCHED = 3;
/** So many stacks of a form are enough in the life of a process. */
const MOST_STACKS_PER_FORM = 24;

/** Where a client keeps when its last statement ended: a property costs less than a WeakMap. */
const LAST_END = Symbol("streamgate.lastEnd");

interface Client {
  [LAST_END]?: { lastEndMs: number };
}

/** Keeps the books of calls: which request, which form, from when to when. */
export class StatementTracer {
  readonly courses: Courses;
  private readonly clock: Clock;
  private readonly mostStatements: number;
  private readonly callSites: CallSites;
  private readonly forms = new FormCache();
  private readonly stacksTaken = new WeakMap<StatementForm, Map<string, TakenStack[]>>();
  private readonly watchesColumns: boolean;
  private readonly resultsWatched = new WeakMap<StatementForm, number>();
  private readonly statements: Channel = channel(CHANNELS.postgresStatement);

  constructor(parts: {
    readonly courses: Courses;
    readonly clock: Clock;
    readonly mostStatements: number;
    readonly callSites: CallSites;
    /** Whether it is watched at all which columns nobody reads. */
    readonly watchesColumns: boolean;
  }) {
    this.courses = parts.courses;
    this.clock = parts.clock;
    this.mostStatements = parts.mostStatements;
    this.callSites = parts.callSites;
    this.watchesColumns = parts.watchesColumns;
  }

  /** The request in whose course this is called. */
  request(): OpenRequest | undefined {
    const request = this.courses.current();
    return request?.isOpen === true ? request : undefined;
  }

  /**
   * Notes what the program asks for.
   *
   * @param below the wrapper that the program called
   */
  ask(
    request: OpenRequest,
    config: unknown,
    values: unknown,
    isPooled: boolean,
    below: Method,
  ): OpenStatement | undefined {
    const sql = sqlOf(config);
    if (sql === undefined) return undefined;
    const form = this.forms.formOf(sql);
    const parameters = copyOf(parametersOf(config, values));
    const statement = new OpenStatement(request, form, sql, parameters, isPooled);
    if (this.callSites !== "none") statement.stack = this.stackOf(request, form, below);
    statement.issuedMs = this.clock.monotonicMs();
    request.count += 1;
    if (request.statements.length < this.mostStatements) request.statements.push(statement);
    return statement;
  }

  /** The statement has a connection. */
  begin(statement: OpenStatement, client: object): OpenStatement {
    statement.client = client;
    statement.startMs =
      statement.isPooled && statement.waits ? this.clock.monotonicMs() : statement.issuedMs;
    return statement;
  }

  succeed(statement: OpenStatement, result: unknown): void {
    if (statement.endMs !== NOT_YET) return;
    statement.rows = rowsOf(result);
    if (this.watchesColumns && statement.form.facts.hasStar) this.watch(statement, result);
    this.end(statement);
  }

  private watch(statement: OpenStatement, result: unknown): void {
    const { form, request } = statement;
    const watched = this.resultsWatched.get(form) ?? 0;
    if (watched >= FIRST_WATCHED && !request.watchesColumns) return;
    statement.columns = watchColumns(listOfRows(result));
    if (statement.columns !== undefined) this.resultsWatched.set(form, watched + 1);
  }

  fail(statement: OpenStatement, error: unknown): void {
    if (statement.endMs !== NOT_YET) return;
    statement.error = codeOf(error);
    this.end(statement);
  }

  private end(statement: OpenStatement): void {
    const endMs = this.clock.monotonicMs();
    const { request, client } = statement;
    const connection = (client as Client)[LAST_END];
    if (connection === undefined) {
      Object.defineProperty(client, LAST_END, { value: { lastEndMs: endMs } });
    } else {
      if (connection.lastEndMs > statement.startMs) statement.startMs = connection.lastEndMs;
      connection.lastEndMs = endMs;
    }
    statement.endMs = endMs;
    request.databaseMs += endMs - statement.startMs;
    if (this.statements.hasSubscribers) this.publish(statement);
  }

  private publish({ request, form, startMs, endMs, rows, error }: OpenStatement): void {
    const told: PostgresStatement = {
      request: request.name,
      fingerprint: form.fingerprint,
      text: form.text,
      durationMs: endMs - startMs,
      ...(rows === undefined ? {} : { rows }),
      ...(error === undefined ? {} : { error }),
    };
    this.statements.publish(told);
  }

  /** The stack says where a loop is: it is taken when a form comes again, until enough is known of it. */
  private stackOf(
    request: OpenRequest,
    form: StatementForm,
    below: Method,
  ): TakenStack | undefined {
    if (this.callSites === "every-call") return takeStack(below);
    const calls = request.callsOf(form) + 1;
    if (calls < SECOND || calls > THIRD) return undefined;
    let byRequest = this.stacksTaken.get(form);
    if (byRequest === undefined) {
      byRequest = new Map();
      this.stacksTaken.set(form, byRequest);
    }
    const taken = byRequest.get(request.name);
    const known = taken?.[calls - SECOND];
    if (known !== undefined || byRequest.size >= MOST_STACKS_PER_FORM) return known;
    const stack = takeStack(below);
    if (taken === undefined) byRequest.set(request.name, [stack]);
    else taken.push(stack);
    return stack;
  }
}

/** The text of what `query` was given: a string, a configuration, or a query that can be submitted. */
function sqlOf(config: unknown): string | undefined {
  if (typeof config === "string") return config;
  if (typeof config !== "object" || config === null) return undefined;
  const { text, name } = config as { readonly text?: unknown; readonly name?: unknown };
  if (typeof text === "string") return text;
  const inner: unknown = Reflect.get(config, "cursor");
  if (typeof inner === "object" && inner !== null) return sqlOf(inner);
  // An execution of what was prepared before under this name.
  return typeof name === "string" ? `execute "${name}"` : undefined;
}

function parametersOf(config: unknown, values: unknown): unknown {
  if (typeof config !== "object" || config === null || Array.isArray(values)) return values;
  const own = (config as { readonly values?: unknown }).values;
  if (own !== undefined) return own;
  const inner: unknown = Reflect.get(config, "cursor");
  return typeof inner === "object" && inner !== null ? Reflect.get(inner, "values") : undefined;
}

function copyOf(values: unknown): readonly unknown[] {
  if (!Array.isArray(values) || values.length === 0) return NO_PARAMETERS;
  return values.length > LONGEST_COPY ? values : values.slice();
}

function rowsOf(result: unknown): number | undefined {
  if (typeof result !== "object" || result === null) return undefined;
  if (Array.isArray(result)) return rowsOf(result.at(-1));
  const { rowCount } = result as { readonly rowCount?: unknown };
  return typeof rowCount === "number" ? rowCount : undefined;
}

function listOfRows(result: unknown): readonly unknown[] {
  const rows: unknown =
    typeof result === "object" && result !== null ? Reflect.get(result, "rows") : undefined;
  return Array.isArray(rows) ? rows : [];
}

/** SQLSTATE where the server sent it. */
function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "error";
  const code: unknown = Reflect.get(error, "code");
  if (typeof code === "string") return code;
  return error instanceof Error ? error.name : "error";
}
