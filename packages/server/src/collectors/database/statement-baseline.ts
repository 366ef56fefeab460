import { type Continuation, continuationOf } from "./counter-life.ts";
import { lifeOf } from "./database-points.ts";
import type { DatabaseFacts } from "./database-questions.ts";
import type { StatementsReading } from "./read-database.ts";
import { increasesOf, type StatementCounts, type StatementIncreases } from "./statement-counts.ts";

/** What the next reading is measured by. */
export interface FactsBaseline {
  readonly facts: DatabaseFacts;
  readonly monotonicMs: number;
}

/** The same of the statements, which may be of an earlier reading, where they could not be read at the last. */
export interface StatementsBaseline extends FactsBaseline {
  readonly resetAt: Date | null;
  readonly counts: ReadonlyMap<string, StatementCounts>;
}

/** Undefined where nobody knows what happened since. */
export function increasesSince(
  before: StatementsBaseline | undefined,
  facts: DatabaseFacts,
  { resetAt, counts }: StatementsReading,
): StatementIncreases | undefined {
  if (before === undefined) return undefined;
  return increasesOf(continuationSince(before, facts, resetAt), before.counts, counts);
}

function continuationSince(
  { facts: earlier, resetAt: earlierResetAt }: StatementsBaseline,
  facts: DatabaseFacts,
  resetAt: Date | null,
): Continuation {
  // What was hidden and is no longer would all look new.
  if (earlier.seesAll !== facts.seesAll || earlier.user !== facts.user) return "unknown";
  return continuationOf(lifeOf(earlier, earlierResetAt), lifeOf(facts, resetAt));
}

/** What the next reading of the statements is measured by, of this one. */
export function baselineOf({
  resetAt,
  counts,
}: StatementsReading): Pick<StatementsBaseline, "resetAt" | "counts"> {
  return { resetAt, counts: new Map(counts.map((one) => [one.entry, one])) };
}
