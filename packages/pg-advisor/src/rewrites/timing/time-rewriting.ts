import type { Interval, ResultComparison } from "@streamgate/core";
import type { RunContext } from "../../context.ts";
import { quantileShift, type Round } from "../../proof/bootstrap.ts";
import { compareResults } from "../../proof/compare-results.ts";
import { observe } from "../../proof/observe.ts";
import { type ProofOptions, resolveProofOptions } from "../../proof/options.ts";
import { planSchedule } from "../../proof/schedule.ts";
import { type LabSession, openLabSession, sqlStateOf } from "../../proof/session.ts";
import { readShape } from "../../proof/statement-shape.ts";
import { finallyRun } from "../../proof/versions.ts";
import { timeInTurn } from "./time-in-turn.ts";

/** What running both statements on real rows brought; all of it is `measured`. */
export type TimedProof =
  | {
      readonly outcome: "timed";
      readonly verdict: "faster" | "not faster" | "different";
      /** original ÷ rewritten of the median run times: above 1 is faster. */
      readonly speedup: Interval;
      /** Null where the original did not end in time: then only small databases were compared. */
      readonly results: ResultComparison | null;
      readonly rounds: readonly Round[];
      readonly beforeMs: readonly number[];
      readonly afterMs: readonly number[];
      /** Whether the original did not end in time, so that the speed-up is at least this. */
      readonly isAtLeast: boolean;
      readonly planBefore: string;
      readonly planAfter: string;
    }
  | { readonly outcome: "not run"; readonly because: string };

export interface TimeRewritingInput extends RewritingOnLab {
  /** Connection string of a database with real rows, on which both may run. */
  readonly lab: string;
}

export interface RewritingOnLab {
  readonly original: string;
  readonly rewritten: string;
  /** Values for `$1`, `$2`, …; one empty list where there are none. */
  readonly samples: readonly (readonly (string | null)[])[];
  readonly context: RunContext;
}

/** Of rounds this long a few must do: what differs so much needs no more. */
const LONG_ROUND_MS = 5_000;
const FEW_ROUNDS = 3;

/**
 * Runs a statement and its rewriting on the same rows, compares their results by hash, and times them in interleaved rounds.
 * Faster means that the interval of the speed-up lies wholly above 1.
 */
export async function timeRewriting(
  input: TimeRewritingInput,
  options: ProofOptions = {},
): Promise<TimedProof> {
  const resolved = resolveProofOptions(options);
  const session = await openLabSession(input.lab, input.context.signal);
  try {
    await session.execute(`set statement_timeout = ${resolved.statementTimeoutMs}`);
    await session.execute("begin isolation level repeatable read, read only");
    return await finallyRun(session, "rollback", () => compareAndTime(session, input, resolved));
  } catch (error) {
    if (sqlStateOf(error) === undefined) throw error;
    return { outcome: "not run", because: error instanceof Error ? error.message : String(error) };
  } finally {
    await session.close();
  }
}

/** The same on a session that stands in a transaction. */
export async function compareAndTime(
  session: LabSession,
  input: RewritingOnLab,
  options: ReturnType<typeof resolveProofOptions>,
): Promise<TimedProof> {
  const { original, rewritten, samples, context } = input;
  const after = await observe(session, rewritten, samples);
  if (after.timedOut)
    return { outcome: "not run", because: "the rewritten statement did not end in time" };
  const before = await observe(session, original, samples);
  const results = before.timedOut ? null : await compareAll(original, before, after);
  const callMs = (before.timedOut ? 0 : before.slowestMs) + after.slowestMs;
  const schedule = planSchedule(callMs, options);
  const roundCount =
    callMs > LONG_ROUND_MS ? Math.min(FEW_ROUNDS, schedule.rounds) : schedule.rounds;
  const timed = await timeInTurn(
    session,
    (samples.length === 0 ? [[]] : samples).map((values) => ({
      before: [{ text: original, values }],
      after: [{ text: rewritten, values }],
    })),
    { ...schedule, rounds: roundCount },
    context,
    before.timedOut ? ["after"] : undefined,
  );
  const rounds: readonly Round[] = before.timedOut
    ? [{ before: [before.slowestMs], after: [after.slowestMs] }, ...timed]
    : timed;
  const speedup = quantileShift(rounds, 0.5, context.random);
  const isFaster = before.timedOut ? before.slowestMs > after.slowestMs * 1.2 : speedup.low > 1;
  return {
    outcome: "timed",
    verdict: results?.kind === "different" ? "different" : isFaster ? "faster" : "not faster",
    speedup,
    results,
    rounds,
    beforeMs: rounds.flatMap((round) => round.before),
    afterMs: rounds.flatMap((round) => round.after),
    isAtLeast: before.timedOut,
    planBefore: before.plan,
    planAfter: after.plan,
  };
}

async function compareAll(
  original: string,
  before: Awaited<ReturnType<typeof observe>>,
  after: Awaited<ReturnType<typeof observe>>,
): Promise<ResultComparison> {
  const shape = await readShape(original);
  let rows = 0;
  let hasTies = false;
  for (const [index, left] of before.digests.entries()) {
    const right = after.digests[index];
    if (left === null || right === null || right === undefined) break;
    const results = compareResults(left, right, shape);
    if (results.kind === "different") return results;
    rows += results.rows;
    hasTies ||= results.kind === "identical but for ties";
  }
  return { kind: hasTies ? "identical but for ties" : "identical", rows };
}
