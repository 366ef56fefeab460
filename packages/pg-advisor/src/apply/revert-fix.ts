import type { Application, AppliedStep } from "./application.ts";
import { type ApplyRequest, prepare } from "./apply-fix.ts";
import { withRun } from "./apply-run.ts";
import { failureOf } from "./failure.ts";
import { planRevert } from "./planned-step.ts";
import { runStep } from "./run-step.ts";

/**
 * Takes an applied fix back, last step first, with the same care as `applyFix`. A second revert
 * finds nothing to do. When a step fails, those before it stay reverted and the error names the
 * SQL of the rest.
 *
 * @throws StreamGateError as `applyFix` does
 */
export async function revertFix(request: ApplyRequest): Promise<Application> {
  const { fix, connectionString, context, options } = request;
  const steps = await planRevert(fix);
  return withRun(connectionString, context, options, async (run) => {
    const startedMs = context.clock.monotonicMs();
    await prepare(run, steps);
    const reverted: AppliedStep[] = [];
    for (const [position, step] of steps.entries()) {
      try {
        reverted.push(await runStep(run, step, steps.slice(position + 1)));
      } catch (error) {
        const rest = steps.slice(position).map(({ sql }) => sql);
        throw failureOf(run, step, error, rest);
      }
    }
    return {
      appliedAt: context.clock.now().toISOString(),
      durationMs: context.clock.monotonicMs() - startedMs,
      steps: reverted,
    };
  });
}
