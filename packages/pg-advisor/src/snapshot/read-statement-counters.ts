import { quoteIdentifier } from "../schema/identifiers.ts";
import {
  statementsHidden,
  statementsNotCreated,
  statementsNotPreloaded,
  statementsOutdated,
} from "./errors.ts";
import { type ReadOptions, resolveReadOptions } from "./options.ts";
import {
  readStatementEntries,
  readStatementsInfo,
  readStatementsSource,
  type StatementsSource,
} from "./queries/statements.ts";
import { inReadTransaction } from "./read-transaction.ts";
import { rowsOf, type SqlClient } from "./sql-client.ts";
import type { StatementReading } from "./statement-window.ts";
import { sumStatements } from "./sum-statements.ts";

/** How the counters are read. */
export interface ReadCountersOptions extends Omit<ReadOptions, "needsStatements"> {
  /** Whether to fetch the texts, which cost most; else they are empty. @default true */
  readonly withTexts?: boolean;
}

/** Above this part of all time, what remains would be advice about the wrong statements. */
const LARGEST_HIDDEN_SHARE = 0.5;

/**
 * Reads the counters of pg_stat_statements for one database, summed over users, for a window that
 * another reading ends.
 *
 * @param source a connection string, or a client that is connected to the database
 * @throws StreamGateError as `readSnapshot`
 */
export async function readStatementCounters(
  source: string | SqlClient,
  options: ReadCountersOptions = {},
): Promise<StatementReading> {
  const { withTexts = true, ...readOptions } = options;
  const read = async (client: SqlClient): Promise<StatementReading> =>
    (await readStatements(client, { withTexts, isRequired: true })).reading;
  return typeof source === "string"
    ? inReadTransaction(source, resolveReadOptions(readOptions), read)
    : read(source);
}

export interface StatementsAnswer {
  readonly reading: StatementReading;
  readonly warnings: readonly string[];
}

/** The counters with warnings; where they are not required, their absence is a warning too. */
export async function readStatements(
  client: SqlClient,
  options: { readonly withTexts: boolean; readonly isRequired: boolean },
): Promise<StatementsAnswer> {
  const { takenAt, database, user } = await readContext(client);
  const source = await readStatementsSource(client);
  const problem = problemOf(source, database);
  if (problem !== null) {
    if (options.isRequired) throw problem;
    const reading = { takenAt, since: null, evicted: null, counters: [] };
    return { reading, warnings: [`No statement counters: ${problem.happened}.`] };
  }
  const info = await readStatementsInfo(client, source);
  const sums = sumStatements(await readStatementEntries(client, source, options.withTexts));
  const reading = { takenAt, ...info, counters: sums.counters };
  if (source.seesAll || sums.hidden === 0) return { reading, warnings: [] };
  const command = `grant pg_read_all_stats to ${quoteIdentifier(user)}`;
  if (options.isRequired && sums.hiddenShare > LARGEST_HIDDEN_SHARE) {
    throw statementsHidden(sums.hidden, sums.hiddenShare, command);
  }
  const percent = Math.round(sums.hiddenShare * 100);
  return {
    reading,
    warnings: [
      `${sums.hidden} statements of other users, ${percent}% of all time, are hidden from this role and left out. As a superuser: ${command}.`,
    ],
  };
}

function problemOf(
  source: StatementsSource,
  database: string,
): ReturnType<typeof statementsOutdated> | null {
  if (!source.isPreloaded) return statementsNotPreloaded(source.schema !== null);
  if (source.schema === null) return statementsNotCreated(database);
  return source.columns.includes("total_exec_time") ? null : statementsOutdated();
}

interface Context {
  readonly takenAt: string;
  readonly database: string;
  readonly user: string;
}

/** The server's clock, so that windows have one clock however many machines read. */
async function readContext(client: SqlClient): Promise<Context> {
  const [row] = await rowsOf<{ now: Date; database: string; user: string }>(
    client,
    `select clock_timestamp() as now, current_database()::text as database, current_user::text as user`,
  );
  if (row === undefined) throw new Error("the server gave no row for a query without FROM");
  return { takenAt: row.now.toISOString(), database: row.database, user: row.user };
}
