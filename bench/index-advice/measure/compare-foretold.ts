import { type ChosenIndex, identifyStatement, type Workload } from "@streamgate/pg-advisor";
import type { TestPostgres } from "../../../test/support/postgres.ts";
import type { WorkloadCase } from "../workload-case.ts";
import { buildIndex, buildSet } from "./built-set.ts";
import { timeStatements } from "./time-statements.ts";
import { TimedSession } from "./timed-session.ts";

/** What an index was foretold to save its statements, and what it saved them. */
export interface ForetoldSaving {
  readonly index: string;
  readonly foretoldMsPerHour: number;
  readonly measuredMsPerHour: number;
  /** Whether a statement ran out of time before, so that both are floors. */
  readonly isFloor: boolean;
}

/**
 * Builds each advised index alone in a copy of the database and runs the statements that it is said
 * to help there and in the database without it.
 */
export async function compareForetold(
  workload: WorkloadCase,
  foretold: { readonly chosen: readonly ChosenIndex[]; readonly workload: Workload } | null,
  { postgres, timeoutMs }: { readonly postgres: TestPostgres; readonly timeoutMs: number },
): Promise<readonly ForetoldSaving[]> {
  if (foretold === null) return [];
  const database = `${workload.database}_alone`;
  await buildSet(postgres, workload.database, database, []);
  const byFingerprint = new Map(
    workload.statements.map((statement) => [fingerprintOf(statement.sql), statement]),
  );
  const found: ForetoldSaving[] = [];
  for (const { candidate, gains } of foretold.chosen) {
    await buildIndex(postgres, database, "advised_alone", candidate.definition);
    const helped = gains.flatMap((gain) => {
      const statement = byFingerprint.get(gain.fingerprint);
      return statement === undefined ? [] : [{ gain, statement }];
    });
    const sessions = [
      await TimedSession.open(postgres.url(workload.database), timeoutMs),
      await TimedSession.open(postgres.url(database), timeoutMs),
    ];
    const [before = [], after = []] = await timeStatements(
      sessions,
      helped.map(({ statement }) => statement),
    );
    for (const session of sessions) await session.close();
    await postgres.query("drop index advised_alone", undefined, database);
    let [foretoldMsPerHour, measuredMsPerHour] = [0, 0];
    for (const [at, { gain, statement }] of helped.entries()) {
      const saved = (before[at]?.cpuMs ?? 0) - (after[at]?.cpuMs ?? 0);
      foretoldMsPerHour += statement.callsAnHour * (gain.meanBeforeMs - gain.expectedMeanMs);
      measuredMsPerHour += statement.callsAnHour * saved;
    }
    found.push({
      index: candidate.origin,
      foretoldMsPerHour,
      measuredMsPerHour,
      isFloor: before.some(({ isTimedOut }) => isTimedOut),
    });
  }
  return found;
}

function fingerprintOf(sql: string): string {
  return identifyStatement(sql)?.fingerprint ?? "";
}
