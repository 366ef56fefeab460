import type { StatementCounters } from "./snapshot.ts";

/** Number, mean and sum of squared distances from the mean: what a mean and a deviation are made of. */
interface Moments {
  readonly calls: number;
  readonly mean: number;
  readonly squares: number;
}

function momentsOf(counters: StatementCounters): Moments {
  return {
    calls: counters.calls,
    mean: counters.totalMs / counters.calls,
    squares: counters.stddevMs ** 2 * counters.calls,
  };
}

/**
 * The counters of two users' calls of one statement, together.
 *
 * Chan, Golub, LeVeque: Updating Formulae and a Pairwise Algorithm for Computing Sample Variances
 * (1979), which does not subtract large sums of squares from each other.
 */
export function sumOf(one: StatementCounters, other: StatementCounters): StatementCounters {
  const [a, b] = [momentsOf(one), momentsOf(other)];
  const calls = a.calls + b.calls;
  const squares = a.squares + b.squares + ((b.mean - a.mean) ** 2 * a.calls * b.calls) / calls;
  return {
    ...combine(one, other, (left, right) => left + right),
    minMs: Math.min(one.minMs, other.minMs),
    maxMs: Math.max(one.maxMs, other.maxMs),
    ...meanAndDeviation(one.totalMs + other.totalMs, squares, calls),
  };
}

/**
 * The counters of the calls between two readings: the same formula, solved for the second part.
 * The extremes of the difference are not known; those of `after` bound them.
 */
export function differenceBetween(
  before: StatementCounters,
  after: StatementCounters,
): StatementCounters {
  const [a, whole] = [momentsOf(before), momentsOf(after)];
  const calls = whole.calls - a.calls;
  const totalMs = Math.max(0, after.totalMs - before.totalMs);
  const distance = totalMs / calls - a.mean;
  const squares = whole.squares - a.squares - (distance ** 2 * a.calls * calls) / whole.calls;
  return {
    ...combine(after, before, (late, early) => Math.max(0, late - early)),
    minMs: after.minMs,
    maxMs: after.maxMs,
    ...meanAndDeviation(totalMs, Math.max(0, squares), calls),
  };
}

function meanAndDeviation(
  totalMs: number,
  squares: number,
  calls: number,
): Pick<StatementCounters, "totalMs" | "meanMs" | "stddevMs"> {
  return { totalMs, meanMs: totalMs / calls, stddevMs: Math.sqrt(squares / calls) };
}

function combine(
  one: StatementCounters,
  other: StatementCounters,
  operation: (left: number, right: number) => number,
): StatementCounters {
  return {
    ...one,
    text: one.text === "" ? other.text : one.text,
    calls: operation(one.calls, other.calls),
    rows: operation(one.rows, other.rows),
    sharedBlocksHit: operation(one.sharedBlocksHit, other.sharedBlocksHit),
    sharedBlocksRead: operation(one.sharedBlocksRead, other.sharedBlocksRead),
    tempBlocksWritten: operation(one.tempBlocksWritten, other.tempBlocksWritten),
    walBytes: operation(one.walBytes, other.walBytes),
  };
}
