import { type ApplyRun, cleanUpRun } from "./apply-run.ts";
import { inspectStep } from "./inspect-step.ts";
import { type PlannedStep, turned } from "./planned-step.ts";
import { dropLeftover, leftoverDrop, runStep } from "./run-step.ts";

/**
 * Takes back what a failed apply left: first the step that failed, then those that it had done,
 * last first. Returns the SQL of what could not be taken back.
 */
export async function cleanUp(
  failedRun: ApplyRun,
  failed: PlannedStep,
  done: readonly PlannedStep[],
): Promise<readonly string[]> {
  const run = cleanUpRun(failedRun);
  if (failedRun.started.has(failed)) await endLostBackend(run);
  const undoing = done.map(turned).reverse();
  const leftovers = await undoFailed(run, failed, failedRun.started.has(failed), undoing);
  for (const [position, step] of undoing.entries()) {
    try {
      await runStep(run, step, undoing.slice(position + 1));
    } catch {
      leftovers.push(step.sql);
    }
  }
  return leftovers;
}

async function undoFailed(
  run: ApplyRun,
  failed: PlannedStep,
  isStarted: boolean,
  later: readonly PlannedStep[],
): Promise<string[]> {
  const { kind } = failed.action;
  const undo = turned(failed);
  if (isStarted && (kind === "create index" || kind === "drop index")) {
    return runStep(run, undo, later).then(
      () => [],
      () => [undo.sql],
    );
  }
  const state = await inspectStep(run.worker, failed, []).catch(() => null);
  if (state?.kind !== "leftover") return [];
  return dropLeftover(run, state.index).then(
    () => [],
    () => [leftoverDrop(state.index)],
  );
}

/** The server may still work on a statement whose client it has lost. */
async function endLostBackend(run: ApplyRun): Promise<void> {
  const backend = run.worker.backend();
  if (backend === null) return;
  await run.worker
    .query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where pid = $1 and backend_start::text = $2 and pid <> pg_backend_pid()`,
      [backend.pid, backend.startedAt],
    )
    .catch(() => undefined);
}
