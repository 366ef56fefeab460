import { medianOf } from "../../support/cost.ts";
import type { BenchStatement } from "../workload-case.ts";
import type { RunTime, StatementPlan, TimedSession } from "./timed-session.ts";

/** A statement in one database: its plan, and its times over all rounds. */
export interface StatementTimes {
  readonly plan: StatementPlan;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly isTimedOut: boolean;
  /**
   * Its processor time as a multiple of that in the first database: the median over pairs of runs that
   * follow each other closely.
   */
  readonly timesAsLong: number;
}

const ROUNDS = 3;
/** Further rounds for what seems slower, before it is called slower. */
const ROUNDS_FOR_SUSPECTS = 12;
export const SLOWER = 1.05;
/** Short statements are run until they have taken so long, so that a round is more than noise. */
const LEAST_MS_A_ROUND = 5;
const MOST_RUNS_A_ROUND = 40;
const LONG_MS = 20;

/**
 * Times of every statement in several databases, the first of which is the one without advice: each
 * statement warm, databases taking turns within a round. One that only reads and is planned as in the
 * first is the same work on the same rows: it has the times of the first. One that seems slower is run
 * there and here in turns some more.
 *
 * @returns by database, then by statement
 */
export async function timeStatements(
  sessions: readonly TimedSession[],
  statements: readonly BenchStatement[],
): Promise<readonly (readonly StatementTimes[])[]> {
  const times = sessions.map((): StatementTimes[] => []);
  for (const statement of statements) {
    for (const [position, found] of (await timeOne(sessions, statement)).entries()) {
      times[position]?.push(found);
    }
  }
  return times;
}

/** A statement's runs in a database. */
interface Lane {
  readonly session: TimedSession;
  readonly plan: StatementPlan;
  readonly runsARound: number;
  readonly runs: RunTime[];
  /** Quotients of a run and the one in the first database just before. */
  readonly pairs: number[];
}

async function timeOne(
  [first, ...others]: readonly TimedSession[],
  statement: BenchStatement,
): Promise<readonly StatementTimes[]> {
  if (first === undefined) return [];
  const base = await warmUp(first, await first.plan(statement.sql), statement);
  const lanes: Lane[] = [];
  for (const session of others) {
    const plan = await session.plan(statement.sql);
    const isSameWork = !statement.isWrite && plan.shape === base.plan.shape;
    lanes.push(isSameWork ? { ...base, plan } : await warmUp(session, plan, statement));
  }
  const different = lanes.filter((lane) => lane.runs !== base.runs);
  for (let round = 0; round < ROUNDS; round += 1) {
    await takeTurns(base, different, statement);
  }
  const suspects = different.filter((lane) => medianOf(lane.pairs) > SLOWER);
  for (let round = 0; round < ROUNDS_FOR_SUSPECTS && suspects.length > 0; round += 1) {
    await takeTurns(base, suspects, statement);
  }
  return [base, ...lanes].map(summarise);
}

async function warmUp(
  session: TimedSession,
  plan: StatementPlan,
  statement: BenchStatement,
): Promise<Lane> {
  const first = await session.run(statement);
  const isLong = first.wallMs > LONG_MS;
  // The first run of a long statement reads into memory all that it needs; a short one settles in.
  const warm = isLong ? first : await session.run(statement);
  const runsARound = Math.min(
    MOST_RUNS_A_ROUND,
    Math.max(1, Math.ceil(LEAST_MS_A_ROUND / warm.wallMs)),
  );
  return { session, plan, runsARound, runs: warm.isTimedOut ? [warm] : [], pairs: [] };
}

async function takeTurns(
  base: Lane,
  others: readonly Lane[],
  statement: BenchStatement,
): Promise<void> {
  for (const lane of [base, ...others]) {
    // What ran out of time once is not asked again.
    if (!lane.runs.some(({ isTimedOut }) => isTimedOut)) {
      lane.runs.push(await lane.session.run(statement, lane.runsARound));
    }
    const [own, other] = [lane.runs.at(-1), base.runs.at(-1)];
    if (own !== undefined && other !== undefined) lane.pairs.push(own.cpuMs / other.cpuMs);
  }
}

function summarise({ plan, runs, pairs }: Lane): StatementTimes {
  return {
    plan,
    wallMs: medianOf(runs.map(({ wallMs }) => wallMs)),
    cpuMs: medianOf(runs.map(({ cpuMs }) => cpuMs)),
    isTimedOut: runs.some(({ isTimedOut }) => isTimedOut),
    timesAsLong: medianOf(pairs),
  };
}
