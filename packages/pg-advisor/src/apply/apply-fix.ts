import type { Fix } from "@streamgate/core";
import type { RunContext } from "../context.ts";
import { holdIndexLocks } from "./advisory-lock.ts";
import type { Application, AppliedStep } from "./application.ts";
import type { ApplyOptions } from "./apply-options.ts";
import { type ApplyRun, withRun } from "./apply-run.ts";
import { cleanUp } from "./clean-up.ts";
import { failureOf } from "./failure.ts";
import { type PlannedStep, planApply } from "./planned-step.ts";
import { checkBeforehand } from "./preflight.ts";
import { runStep } from "./run-step.ts";

export interface ApplyRequest {
  readonly fix: Fix;
  readonly connectionString: string;
  readonly context: RunContext;
  readonly options?: ApplyOptions;
}

/**
 * Applies the steps of a fix to a database that is in use. What stands already is left alone, the
 * remains of an earlier attempt are removed first, and locks are asked for shortly and again. When
 * a step fails or `context.signal` aborts, all that this call did is taken back; what could not be
 * is named in the error with the SQL to run.
 *
 * @throws StreamGateError `SG_PG_FIX_UNSUPPORTED`, `SG_PG_READ_ONLY`, `SG_PG_NOT_OWNER`,
 * `SG_PG_RELATION_MISSING`, `SG_PG_INDEX_CONFLICT`, `SG_PG_UNREACHABLE`, `SG_PG_APPLY_…`
 */
export async function applyFix(request: ApplyRequest): Promise<Application> {
  const { fix, connectionString, context, options } = request;
  const steps = await planApply(fix);
  return withRun(connectionString, context, options, async (run) => {
    const startedMs = context.clock.monotonicMs();
    await prepare(run, steps);
    const applied = await applySteps(run, steps);
    return {
      appliedAt: context.clock.now().toISOString(),
      durationMs: context.clock.monotonicMs() - startedMs,
      steps: applied,
    };
  });
}

/** What comes before the first step: nothing of it changes the database. */
export async function prepare(run: ApplyRun, steps: readonly PlannedStep[]): Promise<void> {
  const [first] = steps;
  if (first === undefined) return;
  try {
    await checkBeforehand(run, steps);
    await holdIndexLocks(run, steps);
  } catch (error) {
    throw failureOf(run, first, error, []);
  }
}

async function applySteps(
  run: ApplyRun,
  steps: readonly PlannedStep[],
): Promise<readonly AppliedStep[]> {
  const applied: AppliedStep[] = [];
  const done: PlannedStep[] = [];
  for (const [position, step] of steps.entries()) {
    try {
      const result = await runStep(run, step, steps.slice(position + 1));
      applied.push(result);
      if (result.outcome === "done") done.push(step);
    } catch (error) {
      throw failureOf(run, step, error, await cleanUp(run, step, done));
    }
  }
  return applied;
}
