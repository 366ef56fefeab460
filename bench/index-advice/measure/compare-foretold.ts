import type { ChosenIndex } from "@streamgate/pg-advisor";
import type { TestPostgres } from "../../../test/support/postgres.ts";
import type { BenchStatement, WorkloadCase } from "../workload-case.ts";
import { buildIndex, buildSet } from "./built-set.ts";
import { timeStatements } from "./time-statements.ts";
import { TimedSession } from "./timed-session.ts";

/** What an index was foretold to save the workload, and what it saved. */
export interface ForetoldSaving {
  readonly index: string;
  readonly foretoldMsPerHour: number;
  readonly measuredMsPerHour: number;
  /** Whether a statement ran out of time before, so that both are floors. */
  readonly isFloor: boolean;
}

/**
 * Builds the advised indexes in a copy of the database in the order of the advice, one more at a time, and runs every statement whose plan it
 * changes just before and after, whether that was foretold or not: a saving is foretold beside the ones above it, so that all add up.
 */
export async function compareForetold(
  workload: WorkloadCase,
  foretold: { readonly chosen: readonly ChosenIndex[] } | null,
  { postgres, timeoutMs }: { readonly postgres: TestPostgres; readonly timeoutMs: number },
): Promise<readonly ForetoldSaving[]> {
  if (foretold === null) return [];
  const [without, having] = [`${workload.database}_before`, `${workload.database}_after`];
  for (const database of [without, having]) {
    await buildSet(postgres, workload.database, database, []);
  }
  const found: ForetoldSaving[] = [];
  for (const [position, { candidate, savedMsPerHour }] of foretold.chosen.entries()) {
    const build = (database: string): Promise<number> =>
      buildIndex(postgres, database, `advised_${position + 1}`, candidate.definition);
    await build(having);
    const sessions = [
      await TimedSession.open(postgres.url(without), timeoutMs),
      await TimedSession.open(postgres.url(having), timeoutMs),
    ] as const;
    const changed = await plannedOtherwise(workload.statements.flatMap(withAllValues), sessions);
    const [before = [], after = []] = await timeStatements(sessions, changed);
    for (const session of sessions) await session.close();
    await build(without);
    const measuredMsPerHour = changed.reduce((sum, { callsAnHour }, at) => {
      const saved = (before[at]?.cpuMs ?? 0) - (after[at]?.cpuMs ?? 0);
      return sum + callsAnHour * saved;
    }, 0);
    found.push({
      index: candidate.origin,
      foretoldMsPerHour: savedMsPerHour,
      measuredMsPerHour,
      isFloor: before.some(({ isTimedOut }) => isTimedOut),
    });
  }
  return found;
}

/** The statement with each of its values: what was foretold is of all of them. */
function withAllValues(statement: BenchStatement): readonly BenchStatement[] {
  const texts = [statement.sql, ...statement.alternatives];
  return texts.map((sql, at) => ({
    ...statement,
    name: `${statement.name}, values ${at + 1}`,
    sql,
    callsAnHour: statement.callsAnHour / texts.length,
  }));
}

async function plannedOtherwise(
  statements: readonly BenchStatement[],
  [without, having]: readonly [TimedSession, TimedSession],
): Promise<readonly BenchStatement[]> {
  const changed: BenchStatement[] = [];
  for (const statement of statements) {
    const [one, other] = [await without.plan(statement.sql), await having.plan(statement.sql)];
    if (one.shape !== other.shape) changed.push(statement);
  }
  return changed;
}
