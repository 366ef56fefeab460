import type { StatementCounters } from "./snapshot.ts";
import { differenceBetween } from "./statement-moments.ts";

/** The counters of pg_stat_statements at one instant. */
export interface StatementReading {
  readonly takenAt: string;
  /** When the counters were last reset; null where the server does not tell. */
  readonly since: string | null;
  /** Entries thrown away since then; null where the server does not tell. */
  readonly evicted: number | null;
  readonly counters: readonly StatementCounters[];
}

/** What ran between two readings. */
export interface StatementWindow {
  readonly from: string;
  readonly to: string;
  readonly durationMs: number;
  readonly counters: readonly StatementCounters[];
  /** Where the difference is not exact, and why. */
  readonly warnings: readonly string[];
}

/**
 * What ran between two readings of one database. Where the counters were reset or an entry began
 * anew in between, what the later reading has is taken whole, with a warning; where the entry of one of several users was thrown away,
 * the statement is left out, as nobody knows what the others did. Mean and deviation
 * are those of the calls in the window; the extremes are those since the last reset.
 *
 * @example
 * ```ts
 * import { differenceOf, type StatementReading } from "@streamgate/pg-advisor";
 * const empty: StatementReading = { takenAt: "2026-01-01T00:00:00Z", since: null, evicted: 0, counters: [] };
 * differenceOf(empty, { ...empty, takenAt: "2026-01-01T00:01:00Z" }).durationMs; // 60000
 * ```
 */
export function differenceOf(before: StatementReading, after: StatementReading): StatementWindow {
  const wasReset = before.since !== after.since;
  const earlier = new Map(
    wasReset ? [] : before.counters.map((counters) => [keyOf(counters), counters]),
  );
  const counters: StatementCounters[] = [];
  let restarted = 0;
  let torn = 0;
  for (const late of after.counters) {
    const early = earlier.get(keyOf(late));
    earlier.delete(keyOf(late));
    if (early !== undefined && lacksUsers(early, late)) {
      torn += 1;
      continue;
    }
    if (early !== undefined && late.calls < early.calls) restarted += 1;
    const difference = sinceThen(early, late);
    if (difference.calls > 0) counters.push(difference);
  }
  return {
    from: before.takenAt,
    to: after.takenAt,
    durationMs: Date.parse(after.takenAt) - Date.parse(before.takenAt),
    counters: counters.sort((one, other) => other.totalMs - one.totalMs),
    warnings: warningsOf(wasReset, after.since, { restarted, torn, gone: earlier.size }),
  };
}

/** In a sum over users one entry less hides what all the others did. */
function lacksUsers(early: StatementCounters, late: StatementCounters): boolean {
  const users = early.users ?? 1;
  return (late.users ?? 1) < users || (users > 1 && late.calls < early.calls);
}

function keyOf(counters: StatementCounters): string {
  return `${counters.queryId} ${counters.isTopLevel}`;
}

function sinceThen(
  early: StatementCounters | undefined,
  late: StatementCounters,
): StatementCounters {
  if (early === undefined || late.calls < early.calls) return late;
  return late.calls === early.calls ? { ...late, calls: 0 } : differenceBetween(early, late);
}

function warningsOf(
  wasReset: boolean,
  since: string | null,
  { restarted, torn, gone }: Readonly<Record<"restarted" | "torn" | "gone", number>>,
): readonly string[] {
  return [
    ...(wasReset
      ? [
          `The statement counters were reset at ${since ?? "an unknown time"}, inside the window: what ran before that is not counted.`,
        ]
      : []),
    ...(restarted > 0
      ? [
          `The counters of ${restarted} statements began anew inside the window: what they did before that is not counted.`,
        ]
      : []),
    ...(torn > 0
      ? [
          `pg_stat_statements threw away one user's part of ${torn} statements inside the window: they are left out; raise pg_stat_statements.max.`,
        ]
      : []),
    ...(gone > 0
      ? [
          `pg_stat_statements threw away ${gone} statements inside the window: raise pg_stat_statements.max to keep them.`,
        ]
      : []),
  ];
}
