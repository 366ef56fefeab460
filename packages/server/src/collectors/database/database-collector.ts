import { messageOf } from "@streamgate/core";
import type { SeriesPoint } from "@streamgate/monitor";
import { CallerBook } from "../../callers/caller-book.ts";
import { noteCallers } from "../../callers/caller-table.ts";
import { LockWatch } from "../../locks/lock-watch.ts";
import type { WatchedDatabase } from "../../platform/platform-configuration.ts";
import type { StorePool } from "../../platform/store-pool.ts";
import type { Collector, Reading } from "../collector.ts";
import { type BusiestStatements, keepBusiest } from "./busiest-statements.ts";
import { counter, databasePoints, type Interval, statementPoints } from "./database-points.ts";
import { statementTextsSql } from "./database-questions.ts";
import { type KeptConnection, keepConnection } from "./kept-connection.ts";
import { createKnownStatements, type TextRow } from "./known-statements.ts";
import { readDatabase, type StatementsReading } from "./read-database.ts";
import {
  baselineOf,
  type FactsBaseline,
  increasesSince,
  type StatementsBaseline,
} from "./statement-baseline.ts";
import {
  type StatementCounts,
  type StatementIncrease,
  type StatementIncreases,
  sumOfCounts,
} from "./statement-counts.ts";
import {
  forgetStatements,
  type RegisteredStatement,
  registerStatements,
} from "./statement-register.ts";

export interface DatabaseCollectorOptions {
  readonly database: WatchedDatabase;
  readonly tables: StorePool;
  readonly feed: (points: readonly SeriesPoint[]) => void;
  /** Statements that have series of their own. @default 200 */
  readonly mostStatements?: number;
}

const MOST_STATEMENTS = 200;
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 5_000;
const TIMEOUT_MS = 20_000;
/** The size is read by looking at every file of the database. */
const SIZE_EVERY_MS = 5 * 60_000;
const REGISTER_EVERY_MS = 30_000;
const FORGET_AFTER_MS = 90 * 86_400_000;

/** Reads what a database counts, and tells it as what happened between readings. */
export function databaseCollector(options: DatabaseCollectorOptions): Collector {
  const { database } = options;
  const work = new DatabaseWork(options);
  return {
    source: {
      id: `database:${database.name}`,
      kind: "database",
      name: database.name,
      everyMs: database.intervalMs,
    },
    definition: JSON.stringify(["database", database.name, database.url, database.intervalMs]),
    runs: "leader",
    timeoutMs: TIMEOUT_MS,
    read: (reading) => work.read(reading),
    rest: () => work.rest(),
  };
}

class DatabaseWork {
  readonly #options: DatabaseCollectorOptions;
  readonly #connection: KeptConnection;
  readonly #callers = new CallerBook();
  readonly #known = createKnownStatements((fingerprint, text) =>
    this.#callers.seeText(fingerprint, text),
  );
  readonly #locks: LockWatch;
  #busiest: BusiestStatements;
  #before: FactsBaseline | undefined;
  #statementsBefore: StatementsBaseline | undefined;
  #sizeDueMs = Number.NEGATIVE_INFINITY;
  #registerDueMs = Number.NEGATIVE_INFINITY;
  /** Ran since the register was written last. */
  readonly #unregistered = new Set<string>();

  constructor(options: DatabaseCollectorOptions) {
    this.#options = options;
    this.#busiest = keepBusiest(options.mostStatements ?? MOST_STATEMENTS);
    this.#locks = new LockWatch(options.database.name, options.tables.query);
    this.#connection = keepConnection(options.database.url, {
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    });
  }

  async read({ signal, atMs, monotonicMs }: Reading): Promise<string | undefined> {
    const { database, feed } = this.#options;
    const withSize = monotonicMs >= this.#sizeDueMs;
    const reading = await readDatabase(this.#connection, { withSize, signal });
    const { facts, statements } = reading;
    const since = (baseline: FactsBaseline | undefined): Interval => ({
      atMs,
      spanMs: Math.round(
        baseline === undefined ? database.intervalMs : monotonicMs - baseline.monotonicMs,
      ),
    });
    const before = this.#before;
    const points = databasePoints(database.name, before?.facts, reading, since(before));
    const problems = [...reading.problems];
    if (statements !== undefined) {
      const earlier = this.#statementsBefore;
      const increases = increasesSince(earlier, facts, statements);
      await this.#learn(statements, increases, signal, problems);
      points.push(...this.#statementPoints(increases, since(earlier)));
    }
    signal.throwIfAborted();
    // Where this fails nothing is forgotten: the next reading tells of both intervals.
    feed(points);
    this.#before = { facts, monotonicMs };
    if (statements !== undefined)
      this.#statementsBefore = { facts, monotonicMs, ...baselineOf(statements) };
    if (reading.sizeBytes !== undefined) this.#sizeDueMs = monotonicMs + SIZE_EVERY_MS;
    this.#callers.see(reading.sampled ?? [], this.#known);
    if (reading.lockSessions !== undefined)
      await this.#locks
        .see(reading.lockSessions, new Date(atMs))
        .catch((error: unknown) => problems.push(`lock chains are not noted: ${messageOf(error)}`));
    if (statements !== undefined && monotonicMs >= this.#registerDueMs)
      await this.#register(statements, { atMs, monotonicMs }, problems);
    return problems.length === 0 ? undefined : problems.join("; ");
  }

  /** Another instance may read meanwhile, and tell what happened: this one begins anew afterwards. */
  async rest(): Promise<void> {
    this.#before = undefined;
    this.#statementsBefore = undefined;
    this.#busiest = keepBusiest(this.#options.mostStatements ?? MOST_STATEMENTS);
    this.#locks.rest();
    await this.#connection.close();
  }

  /** Statements are learned in the order of their time: of those that just ran, or at the beginning of all. */
  async #learn(
    { schema, counts }: StatementsReading,
    increases: StatementIncreases | undefined,
    signal: AbortSignal,
    problems: string[],
  ): Promise<void> {
    const ran: readonly Pick<StatementCounts, "queryId" | "totalMs">[] =
      increases?.statements ?? counts;
    const ids = [...ran]
      .sort((one, other) => other.totalMs - one.totalMs)
      .flatMap(({ queryId }) => (queryId === null ? [] : [queryId]));
    for (const id of ids) this.#unregistered.add(id);
    const fetch = (wanted: readonly string[]): Promise<readonly TextRow[]> =>
      this.#connection.ask<TextRow>(statementTextsSql(schema, wanted), signal);
    try {
      await this.#known.learn([...new Set([...ids, ...this.#unregistered])], fetch, signal);
    } catch (error) {
      signal.throwIfAborted();
      problems.push(`texts of statements: ${messageOf(error)}`);
    }
  }

  #statementPoints(increases: StatementIncreases | undefined, interval: Interval): SeriesPoint[] {
    if (increases === undefined) return [];
    const { name } = this.#options.database;
    const byFingerprint = new Map<string, StatementIncrease>();
    let { calls, totalMs } = increases;
    for (const increase of increases.statements) {
      const identity = this.#known.get(increase.queryId);
      if (identity === undefined) continue;
      if (identity.kind === "own") {
        // What StreamGate asks is not what the service makes the database do.
        calls = Math.max(0, calls - increase.calls);
        totalMs = Math.max(0, totalMs - increase.totalMs);
        continue;
      }
      const { fingerprint } = identity;
      const known = byFingerprint.get(fingerprint);
      byFingerprint.set(
        fingerprint,
        known === undefined ? increase : sumOfIncreases(known, increase),
      );
    }
    const times = new Map([...byFingerprint].map(([id, one]) => [id, one.totalMs]));
    const kept = this.#busiest.weigh(times, interval.spanMs);
    const labels = { database: name };
    return [
      counter("streamgate_database_calls", labels, calls, interval),
      counter("streamgate_database_seconds", labels, totalMs / 1_000, interval),
      ...[...byFingerprint].flatMap(([fingerprint, increase]) =>
        kept.has(fingerprint) ? statementPoints(name, fingerprint, increase, interval) : [],
      ),
    ];
  }

  /** What the store cannot take now is noted with the next reading. */
  async #register(
    statements: StatementsReading,
    { atMs, monotonicMs }: { readonly atMs: number; readonly monotonicMs: number },
    problems: string[],
  ): Promise<void> {
    const { tables, database } = this.#options;
    const ran = statements.counts.filter(
      ({ queryId }) => queryId !== null && this.#unregistered.has(queryId),
    );
    try {
      await registerStatements(
        tables,
        database.name,
        { at: new Date(atMs), countedSince: statements.resetAt },
        this.#sumsOf(ran, statements.counts),
      );
      await forgetStatements(tables, database.name, new Date(atMs - FORGET_AFTER_MS));
      await noteCallers(tables.query, database.name, new Date(atMs), this.#callers.list());
      this.#callers.forget();
      this.#registerDueMs = monotonicMs + REGISTER_EVERY_MS;
      // Those whose texts are still to be learned stay.
      for (const { queryId } of ran)
        if (queryId !== null && this.#known.get(queryId) !== undefined)
          this.#unregistered.delete(queryId);
      const present = new Set(statements.counts.map(({ queryId }) => queryId));
      for (const queryId of this.#unregistered)
        if (!present.has(queryId)) this.#unregistered.delete(queryId);
    } catch (error) {
      problems.push(`statements are not noted: ${messageOf(error)}`);
    }
  }

  /** The fingerprints of what ran, each with the counters of all entries that have it. */
  #sumsOf(
    ran: readonly StatementCounts[],
    all: readonly StatementCounts[],
  ): readonly RegisteredStatement[] {
    const wanted = new Set(ran.map(({ queryId }) => this.#known.get(queryId ?? "")?.fingerprint));
    const sums = new Map<string, RegisteredStatement>();
    for (const counts of all) {
      const identity = counts.queryId === null ? undefined : this.#known.get(counts.queryId);
      if (identity === undefined || identity.kind === "own") continue;
      const { fingerprint, text } = identity;
      if (!wanted.has(fingerprint)) continue;
      const known = sums.get(fingerprint);
      if (known === undefined) sums.set(fingerprint, { fingerprint, text, counts });
      else sums.set(fingerprint, { ...known, counts: sumOfCounts(known.counts, counts) });
    }
    return [...sums.values()];
  }
}

function sumOfIncreases(one: StatementIncrease, other: StatementIncrease): StatementIncrease {
  return {
    queryId: one.queryId,
    calls: one.calls + other.calls,
    totalMs: one.totalMs + other.totalMs,
    rows: one.rows + other.rows,
    blocksHit: one.blocksHit + other.blocksHit,
    blocksRead: one.blocksRead + other.blocksRead,
  };
}
