import type pg from "pg";
import { leadershipLost } from "../errors.ts";

/** A statement of a transaction. */
export type Query = <Row>(sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/** Longer silence inside a transaction means that its process is frozen: the server ends it, so that nobody waits for it. */
const IDLE_LIMIT_MS = 5_000;
const STATEMENT_LIMIT_MS = 15_000;

/** The row lock makes whoever takes over wait for this transaction, and this one see whoever took over. */
const OPEN = `
begin;
set local idle_in_transaction_session_timeout = ${IDLE_LIMIT_MS};
set local statement_timeout = ${STATEMENT_LIMIT_MS};
set local synchronous_commit = on;
select term::float8 as term from streamgate_monitor.leadership where name = 'alerting' for share`;

/**
 * A transaction that commits only while `term` is the present one: a leader that lost its connection, or was frozen
 * and woke up, cannot write.
 *
 * @throws StreamGateError `SG_MONITOR_LEADERSHIP_LOST`
 */
export async function inTerm<Result>(
  pool: pg.Pool,
  term: number,
  work: (query: Query) => Promise<Result>,
): Promise<Result> {
  return inTransaction(pool, OPEN, async (query, opened) => {
    const [row] = opened as readonly { readonly term: number }[];
    if (row?.term !== term) throw leadershipLost(term);
    return work(query);
  });
}

/** A transaction of whoever asks, leader or not: people's acts. */
export async function transact<Result>(
  pool: pg.Pool,
  work: (query: Query) => Promise<Result>,
): Promise<Result> {
  return inTransaction(pool, "begin", work);
}

async function inTransaction<Result>(
  pool: pg.Pool,
  open: string,
  work: (query: Query, opened: readonly unknown[]) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let failure: Error | undefined;
  // A pool hears its idle clients only: without a listener, a connection lost in between ends the process.
  const onLost = (lost: Error): void => {
    failure = lost;
  };
  client.on("error", onLost);
  const query: Query = async <Row>(sql: string, values?: readonly unknown[]) => {
    const { rows } = await client.query(sql, values === undefined ? undefined : [...values]);
    return rows as readonly Row[];
  };
  try {
    const opened: pg.QueryResult | readonly pg.QueryResult[] = await client.query(open);
    const last = Array.isArray(opened) ? opened.at(-1) : opened;
    const result = await work(query, last?.rows ?? []);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch(onLost);
    throw error;
  } finally {
    client.off("error", onLost);
    client.release(failure);
  }
}
