import { messageOf } from "@streamgate/core";
import { quoteIdentifier } from "@streamgate/pg-advisor";
import type { SampledSession } from "../../callers/caller-book.ts";
import { LOCK_SESSIONS, type LockSessionRow } from "../../locks/lock-question.ts";
import * as questions from "./database-questions.ts";
import type { KeptConnection } from "./kept-connection.ts";
import type { StatementCounts } from "./statement-counts.ts";

/** Everything that was read of a database at one instant. What could not be read is undefined, and why is among the problems. */
export interface DatabaseReading {
  readonly facts: questions.DatabaseFacts;
  readonly statements: StatementsReading | undefined;
  readonly activity: readonly questions.ActivityRow[] | undefined;
  readonly waitingLocks: number | undefined;
  readonly waits: readonly questions.WaitRow[] | undefined;
  /** Those that wait for locks, and those that they wait for. */
  readonly lockSessions: readonly LockSessionRow[] | undefined;
  /** What sessions run, or ran last, and who they say they are. */
  readonly sampled: readonly SampledSession[] | undefined;
  readonly lagSeconds: number | undefined;
  /** Read more rarely than the rest. */
  readonly sizeBytes: number | undefined;
  readonly problems: readonly string[];
}

export interface StatementsReading {
  /** Quoted. */
  readonly schema: string;
  readonly resetAt: Date | null;
  readonly counts: readonly StatementCounts[];
}

/**
 * Asks one question after another: what one of them may not know does not keep the others from being asked.
 *
 * @throws whatever made it impossible to ask at all
 */
export async function readDatabase(
  connection: KeptConnection,
  { withSize, signal }: { readonly withSize: boolean; readonly signal: AbortSignal },
): Promise<DatabaseReading> {
  const facts = await firstOf<questions.DatabaseFacts>(connection, questions.FACTS, signal);
  if (facts === undefined) throw new Error("the server tells nothing of this database");
  const problems: string[] = [];
  const attempt = async <Answer>(
    what: string,
    work: () => Promise<Answer | undefined>,
  ): Promise<Answer | undefined> => {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (isLost(error)) throw error;
      problems.push(`${what}: ${messageOf(error)}`);
      return undefined;
    }
  };
  const ask = <Row extends object>(sql: string): Promise<Row | undefined> =>
    firstOf<Row>(connection, sql, signal);

  const statements = await attempt("statements", () =>
    readStatements(connection, facts, signal, (problem) => problems.push(problem)),
  );
  const activity = await attempt("sessions", () =>
    connection.ask<questions.ActivityRow>(questions.ACTIVITY, signal),
  );
  const hidden = facts.seesAll ? 0 : (activity?.find(({ state }) => state === null)?.sessions ?? 0);
  if (hidden > 0 && !problems.some((problem) => problem.includes("grant pg_read_all_stats")))
    problems.push(`what ${hidden} sessions do is hidden: ${grantTo(facts.user)}`);
  const waiting = await attempt("locks", () =>
    ask<{ readonly waiting: number }>(questions.WAITING),
  );
  const lockSessions =
    waiting?.waiting === 0
      ? []
      : await attempt("who waits for whom", () =>
          connection.ask<LockSessionRow>(LOCK_SESSIONS, signal),
        );
  const sampled = await attempt("callers", () =>
    connection.ask<SampledSession>(questions.SESSIONS, signal),
  );
  const waits = await attempt("waits", () =>
    connection.ask<questions.WaitRow>(questions.WAITS, signal),
  );
  const lag = await attempt("replication", () =>
    ask<{ readonly seconds: number | null }>(
      facts.isReplica ? questions.OWN_LAG : questions.LAG_OF_STANDBYS,
    ),
  );
  const size = withSize
    ? await attempt("size", () => ask<{ readonly bytes: number }>(questions.SIZE))
    : undefined;
  return {
    facts,
    statements,
    activity,
    waitingLocks: waiting?.waiting,
    waits,
    lockSessions,
    sampled,
    lagSeconds: lag?.seconds ?? undefined,
    sizeBytes: size?.bytes,
    problems,
  };
}

async function readStatements(
  connection: KeptConnection,
  { user }: questions.DatabaseFacts,
  signal: AbortSignal,
  note: (problem: string) => void,
): Promise<StatementsReading | undefined> {
  const source = await firstOf<questions.StatementsSource>(
    connection,
    questions.STATEMENTS_SOURCE,
    signal,
  );
  const missing = whatIsMissing(source);
  if (missing !== undefined) note(`statements are not counted: ${missing}`);
  if (missing !== undefined || source?.schema == null) return undefined;
  const schema = quoteIdentifier(source.schema);
  const info = source.hasInfo
    ? await firstOf<{ readonly resetAt: Date | null }>(
        connection,
        questions.statementsResetSql(schema),
        signal,
      )
    : undefined;
  const counts = await connection.ask<StatementCounts>(
    questions.statementCountsSql(schema, source.columns),
    signal,
  );
  const hidden = counts.filter(({ queryId }) => queryId === null);
  if (hidden.length > 0) {
    const percent = Math.round((100 * timeOf(hidden)) / Math.max(timeOf(counts), Number.MIN_VALUE));
    note(`statements that take ${percent} % of the time are hidden: ${grantTo(user)}`);
  }
  return { schema, resetAt: info?.resetAt ?? null, counts };
}

function timeOf(counts: readonly StatementCounts[]): number {
  return counts.reduce((sum, { totalMs }) => sum + totalMs, 0);
}

function whatIsMissing(source: questions.StatementsSource | undefined): string | undefined {
  if (source === undefined) return "the server does not tell";
  if (!source.isPreloaded)
    return "add pg_stat_statements to shared_preload_libraries and restart PostgreSQL";
  if (source.schema === null) return "run `create extension pg_stat_statements` in this database";
  if (!source.columns.includes("total_exec_time"))
    return "run `alter extension pg_stat_statements update` in this database";
  return undefined;
}

function grantTo(user: string): string {
  return `grant pg_read_all_stats to ${quoteIdentifier(user)}`;
}

async function firstOf<Row extends object>(
  connection: KeptConnection,
  sql: string,
  signal: AbortSignal,
): Promise<Row | undefined> {
  const [row] = await connection.ask<Row>(sql, signal);
  return row;
}

/** Errors of the server itself have an SQLSTATE; classes 08, 57P and 53 say that there is nobody to ask any more. */
function isLost(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (typeof code !== "string" || !/^[0-9A-Z]{5}$/.test(code)) return true;
  return code.startsWith("08") || code.startsWith("57P") || code.startsWith("53");
}
