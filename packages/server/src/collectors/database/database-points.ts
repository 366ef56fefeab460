import type { Point, SeriesPoint } from "@streamgate/monitor";
import { type Continuation, type CounterLife, continuationOf, increaseOf } from "./counter-life.ts";
import type { DatabaseFacts } from "./database-questions.ts";
import type { DatabaseReading } from "./read-database.ts";
import type { StatementIncrease } from "./statement-counts.ts";

/** The stretch between two readings, by this instance's clocks. */
export interface Interval {
  /** Its end, in ms since 1970. */
  readonly atMs: number;
  readonly spanMs: number;
}

/** Every session is in one of these (pg_stat_activity); those that nobody is in are zero, which is not the same as not known. */
const STATES = [
  "active",
  "idle",
  "idle in transaction",
  "idle in transaction (aborted)",
  "fastpath function call",
] as const;
const HIDDEN = "hidden";

/** What the database as a whole did and is. */
export function databasePoints(
  database: string,
  before: DatabaseFacts | undefined,
  now: DatabaseReading,
  interval: Interval,
): SeriesPoint[] {
  const continuation = continuationOf(
    before === undefined ? undefined : lifeOf(before),
    lifeOf(now.facts),
  );
  return [
    ...counterPoints(database, continuation, before, now.facts, interval),
    ...gaugePoints(database, now, interval),
  ];
}

/** @param resetAt of the counters that are compared; those of statements have one of their own */
export function lifeOf(facts: DatabaseFacts, resetAt: Date | null = facts.resetAt): CounterLife {
  return {
    startedAtMs: facts.startedAt.getTime(),
    takenAtMs: facts.takenAt.getTime(),
    resetAtMs: resetAt?.getTime() ?? null,
  };
}

function counterPoints(
  database: string,
  continuation: Continuation,
  before: DatabaseFacts | undefined,
  now: DatabaseFacts,
  interval: Interval,
): SeriesPoint[] {
  const pairs: readonly (readonly [string, (facts: DatabaseFacts) => number])[] = [
    ["streamgate_database_transactions", (facts) => facts.transactions],
    ["streamgate_database_blocks_hit", (facts) => facts.blocksHit],
    ["streamgate_database_blocks_read", (facts) => facts.blocksRead],
    ["streamgate_database_deadlocks", (facts) => facts.deadlocks],
    ["streamgate_database_temp_bytes", (facts) => facts.tempBytes],
  ];
  return pairs.flatMap(([name, read]) => {
    const early = before === undefined ? undefined : read(before);
    const increase = increaseOf(continuation, early, read(now));
    return increase === undefined ? [] : [counter(name, { database }, increase, interval)];
  });
}

function gaugePoints(
  database: string,
  { facts, activity, waits, waitingLocks, lagSeconds, sizeBytes }: DatabaseReading,
  interval: Interval,
): SeriesPoint[] {
  const labels = { database };
  const known: (readonly [string, number | undefined])[] = [
    ["streamgate_database_max_connections", facts.maxConnections],
    ["streamgate_database_waiting_locks", waitingLocks],
    ["streamgate_database_replication_lag_seconds", lagSeconds],
    ["streamgate_database_size_bytes", sizeBytes],
  ];
  const points = known.flatMap(([name, value]) =>
    value === undefined ? [] : [gauge(name, labels, value, interval)],
  );
  points.push(...waitPoints(labels, waits, interval));
  if (activity === undefined) return points;
  const sessions = new Map<string, number>(STATES.map((state) => [state, 0]));
  for (const { state, sessions: count } of activity) sessions.set(state ?? HIDDEN, count);
  const longest = Math.max(0, ...activity.map(({ longestSeconds }) => longestSeconds ?? 0));
  return [
    ...points,
    gauge("streamgate_database_longest_transaction_seconds", labels, longest, interval),
    ...[...sessions].map(([state, count]) =>
      gauge("streamgate_database_connections", { ...labels, state }, count, interval),
    ),
  ];
}

/** The classes that a server nearly always has: a series of them stands at 0 rather than being missing. */
const WAITS: readonly string[] = ["CPU", "IO", "Lock", "LWLock", "Client"];

function waitPoints(
  labels: { readonly database: string },
  waits: DatabaseReading["waits"],
  interval: Interval,
): readonly SeriesPoint[] {
  if (waits === undefined) return [];
  const sessions = new Map<string, number>(WAITS.map((wait) => [wait, 0]));
  for (const { wait, sessions: count } of waits) sessions.set(wait, count);
  return [...sessions].map(([wait, count]) =>
    gauge("streamgate_database_active_sessions", { ...labels, wait }, count, interval),
  );
}

/** What one statement did: `increase` is of all entries with this fingerprint together. */
export function statementPoints(
  database: string,
  fingerprint: string,
  { calls, totalMs, rows, blocksHit, blocksRead }: Omit<StatementIncrease, "queryId">,
  interval: Interval,
): SeriesPoint[] {
  const labels = { database, fingerprint };
  return [
    counter("streamgate_database_statement_calls", labels, calls, interval),
    counter("streamgate_database_statement_seconds", labels, totalMs / 1_000, interval),
    counter("streamgate_database_statement_rows", labels, rows, interval),
    counter("streamgate_database_statement_blocks_hit", labels, blocksHit, interval),
    counter("streamgate_database_statement_blocks_read", labels, blocksRead, interval),
  ];
}

export function counter(
  name: string,
  labels: SeriesPoint["key"]["labels"],
  increase: number,
  interval: Interval,
): SeriesPoint {
  return { key: { name, labels }, point: { kind: "counter", ...interval, increase } };
}

export function gauge(
  name: string,
  labels: SeriesPoint["key"]["labels"],
  last: number,
  interval: Interval,
): SeriesPoint {
  const point: Point = {
    kind: "gauge",
    ...interval,
    min: last,
    max: last,
    sum: last,
    count: 1,
    last,
  };
  return { key: { name, labels }, point };
}
