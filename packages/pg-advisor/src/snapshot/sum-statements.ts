import type { StatementEntry } from "./queries/statements.ts";
import type { StatementCounters } from "./snapshot.ts";
import { sumOf } from "./statement-moments.ts";

/** Entries summed over users, and what was hidden from this role. */
export interface StatementSums {
  /** By total time, most first. */
  readonly counters: readonly StatementCounters[];
  readonly hidden: number;
  /** The hidden entries' part of all time, from 0 to 1. */
  readonly hiddenShare: number;
}

/** What PostgreSQL shows in place of another user's text. */
const HIDDEN_TEXT = "<insufficient privilege>";

/** One row a statement, whoever ran it; entries without id or text are counted as hidden. */
export function sumStatements(entries: readonly StatementEntry[]): StatementSums {
  const sums = new Map<string, StatementCounters>();
  let hidden = 0;
  let hiddenMs = 0;
  let totalMs = 0;
  for (const { queryId, text, ...entry } of entries) {
    totalMs += entry.totalMs;
    if (queryId === null || text === HIDDEN_TEXT) {
      hidden += 1;
      hiddenMs += entry.totalMs;
      continue;
    }
    const counters = { ...entry, queryId, text: text ?? "" };
    const key = `${queryId} ${entry.isTopLevel}`;
    const known = sums.get(key);
    sums.set(
      key,
      known === undefined ? counters : { ...sumOf(known, counters), users: (known.users ?? 1) + 1 },
    );
  }
  return {
    counters: [...sums.values()].sort((one, other) => other.totalMs - one.totalMs),
    hidden,
    hiddenShare: totalMs === 0 ? 0 : hiddenMs / totalMs,
  };
}
