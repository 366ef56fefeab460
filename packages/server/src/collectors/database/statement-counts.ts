import { type Continuation, increaseOf } from "./counter-life.ts";

/** What the server counted of one entry since its counters began: of one statement, one user, sent by a client or by a function. Times in ms. */
export interface StatementCounts {
  /** Null for all those together that this role may not see. */
  readonly queryId: string | null;
  /** What tells this entry from the others of its statement. */
  readonly entry: string;
  /** When its counters began, in ms since 1970; null before PostgreSQL 17. */
  readonly sinceMs: number | null;
  readonly calls: number;
  readonly totalMs: number;
  /** Of those alone that a client sent, not a function: sums of these count no time twice. */
  readonly topLevelCalls: number;
  readonly topLevelMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  /** Of calls² around zero: sums of them give the deviation of several entries together. */
  readonly squaresMs2: number;
  readonly rows: number;
  readonly blocksHit: number;
  readonly blocksRead: number;
  readonly tempBlocksWritten: number;
  readonly walBytes: number;
}

/** What happened to a statement between two readings. */
export interface StatementIncrease {
  readonly queryId: string;
  readonly calls: number;
  readonly totalMs: number;
  readonly rows: number;
  readonly blocksHit: number;
  readonly blocksRead: number;
}

export interface StatementIncreases {
  readonly statements: readonly StatementIncrease[];
  /** Of all statements that clients sent, those that are hidden from this role among them. */
  readonly calls: number;
  readonly totalMs: number;
}

/** Undefined where nobody knows what happened in between. */
export function increasesOf(
  continuation: Continuation,
  before: ReadonlyMap<string, StatementCounts>,
  now: readonly StatementCounts[],
): StatementIncreases | undefined {
  if (continuation === "unknown") return undefined;
  const statements: StatementIncrease[] = [];
  let calls = 0;
  let totalMs = 0;
  for (const late of now) {
    const early = continuation === "continued" ? before.get(late.entry) : undefined;
    // A sum over many falls where one of them was thrown away: that tells nothing of the others.
    if (late.queryId === null && early !== undefined && late.calls < early.calls) continue;
    const base = early !== undefined && goesOn(early, late) ? early : undefined;
    const grown = (read: (counts: StatementCounts) => number): number =>
      increaseOf(continuation, base === undefined ? undefined : read(base), read(late)) ?? 0;
    calls += grown((counts) => counts.topLevelCalls);
    totalMs += grown((counts) => counts.topLevelMs);
    if (late.queryId === null || late.calls === base?.calls) continue;
    statements.push({
      queryId: late.queryId,
      calls: grown((counts) => counts.calls),
      totalMs: grown((counts) => counts.totalMs),
      rows: grown((counts) => counts.rows),
      blocksHit: grown((counts) => counts.blocksHit),
      blocksRead: grown((counts) => counts.blocksRead),
    });
  }
  return { statements, calls, totalMs };
}

/** One that was thrown away and came back began anew with all its counters: its calls fell, or the server says since when it counts. */
function goesOn(early: StatementCounts, late: StatementCounts): boolean {
  const isYounger = late.sinceMs !== null && early.sinceMs !== null && late.sinceMs > early.sinceMs;
  // Of the many that are hidden, the youngest's age says nothing.
  return late.calls >= early.calls && (late.queryId === null || !isYounger);
}

/** Several entries of one fingerprint together. */
export function sumOfCounts(one: StatementCounts, other: StatementCounts): StatementCounts {
  return {
    queryId: one.totalMs >= other.totalMs ? one.queryId : other.queryId,
    entry: one.totalMs >= other.totalMs ? one.entry : other.entry,
    sinceMs: one.sinceMs,
    calls: one.calls + other.calls,
    totalMs: one.totalMs + other.totalMs,
    topLevelCalls: one.topLevelCalls + other.topLevelCalls,
    topLevelMs: one.topLevelMs + other.topLevelMs,
    minMs: Math.min(one.minMs, other.minMs),
    maxMs: Math.max(one.maxMs, other.maxMs),
    squaresMs2: one.squaresMs2 + other.squaresMs2,
    rows: one.rows + other.rows,
    blocksHit: one.blocksHit + other.blocksHit,
    blocksRead: one.blocksRead + other.blocksRead,
    tempBlocksWritten: one.tempBlocksWritten + other.tempBlocksWritten,
    walBytes: one.walBytes + other.walBytes,
  };
}

/** Standard deviation of a call, in ms. */
export function deviationOf({ calls, totalMs, squaresMs2 }: StatementCounts): number {
  if (calls === 0) return 0;
  // Rounding may leave a little less than nothing.
  return Math.sqrt(Math.max(0, squaresMs2 / calls - (totalMs / calls) ** 2));
}
