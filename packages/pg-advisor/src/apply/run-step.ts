import { formatDuration, messageOf } from "@streamgate/core";
import type { AppliedStep, StepOutcome } from "./application.ts";
import type { ApplyRun } from "./apply-run.ts";
import { backOffMs } from "./back-off.ts";
import { inspectStep, type StepState } from "./inspect-step.ts";
import type { PlannedStep } from "./planned-step.ts";
import { codeOf, isPassing } from "./postgres-problem.ts";
import { runWatched } from "./watched-query.ts";

type ReadyStep = Extract<StepState, { kind: "ready" }>;

/**
 * Brings one step to its end: looks what is there, waits for another's build, removes the rest of
 * a failed one, runs the SQL, and begins again when a lock was not to be had.
 */
export async function runStep(
  run: ApplyRun,
  step: PlannedStep,
  later: readonly PlannedStep[],
): Promise<AppliedStep> {
  const { clock, signal } = run.context;
  const startedMs = clock.monotonicMs();
  const ended = (attempts: number, outcome: StepOutcome): AppliedStep => ({
    sql: step.sql,
    durationMs: clock.monotonicMs() - startedMs,
    attempts,
    outcome,
  });
  let failures = 0;
  for (;;) {
    signal.throwIfAborted();
    try {
      const state = await inspectStep(run.worker, step, later);
      if (state.kind === "settled") return ended(failures, state.outcome);
      if (state.kind === "being built") await waitForBuilder(run, state.index, state.pid);
      if (state.kind === "leftover") await dropLeftover(run, state.index);
      if (state.kind === "ready") {
        await perform(run, step, state);
        return ended(failures + 1, "done");
      }
    } catch (error) {
      failures += 1;
      if (!isPassing(error) || failures >= run.options.attempts) throw error;
      await waitBeforeRetry(run, failures, error);
    }
  }
}

/** Drops an invalid index without blocking readers or writers. */
export async function dropLeftover(run: ApplyRun, index: string): Promise<void> {
  await runWatched(run, {
    sql: leftoverDrop(index),
    activity: `removing the invalid index ${index}`,
    lockTimeoutMs: run.options.finishTimeoutMs,
  });
}

/** The SQL that removes an invalid index. */
export function leftoverDrop(index: string): string {
  return `drop index concurrently if exists ${index}`;
}

async function perform(run: ApplyRun, step: PlannedStep, ready: ReadyStep): Promise<void> {
  const { lockTimeoutMs, finishTimeoutMs } = run.options;
  const activity = `running ${step.sql}`;
  if (ready.isConcurrent && ready.table !== null) await knock(run, ready.table, activity);
  run.started.add(step);
  // A simple query of its own is a transaction of its own.
  await runWatched(run, {
    sql: ready.sql,
    activity,
    lockTimeoutMs: ready.isConcurrent ? finishTimeoutMs : lockTimeoutMs,
  });
}

/**
 * Takes the table lock of a concurrent statement for an instant, with the short timeout: a failure
 * here costs nothing, while a failure of the statement itself leaves an invalid index.
 */
async function knock(run: ApplyRun, table: string, activity: string): Promise<void> {
  try {
    await runWatched(run, {
      // LOCK TABLE wants a transaction block, which a query of two statements is.
      sql: `lock table only ${table} in share update exclusive mode; select 1`,
      activity,
      lockTimeoutMs: run.options.lockTimeoutMs,
    });
  } catch (error) {
    if (!CANNOT_KNOCK.has(codeOf(error))) throw error;
  }
}

/** LOCK TABLE refuses materialized views (42809), and owners who revoked their own rights (42501). */
const CANNOT_KNOCK = new Set(["42809", "42501"]);

async function waitForBuilder(run: ApplyRun, index: string, pid: number): Promise<void> {
  const { clock, signal, onProgress } = run.context;
  onProgress({
    activity: `waiting for process ${pid}, which builds ${index}`,
    done: 0,
    unit: "steps",
  });
  await clock.sleep(run.options.pollMs, signal);
}

async function waitBeforeRetry(run: ApplyRun, failures: number, error: unknown): Promise<void> {
  const { clock, signal, random, onProgress } = run.context;
  const waitMs = backOffMs(failures, random, run.options);
  const blockers = run.blockers === "" ? "" : ` (${run.blockers})`;
  onProgress({
    activity: `${messageOf(error)}${blockers}; trying again in ${formatDuration(waitMs)}`,
    done: failures,
    total: run.options.attempts,
    unit: "attempts",
  });
  await clock.sleep(waitMs, signal);
}
