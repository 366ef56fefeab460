import type { RunContext } from "../context.ts";
import {
  APPLY_DEFAULTS,
  type ApplyOptions,
  type ResolvedApplyOptions,
  resolveApplyOptions,
} from "./apply-options.ts";
import { type Link, openLink } from "./link.ts";
import type { PlannedStep } from "./planned-step.ts";

/** What all steps of one apply or revert share. */
export interface ApplyRun {
  /** Runs the steps. */
  readonly worker: Link;
  /** Watches the worker, cancels it, and holds the advisory locks; never holds a transaction open. */
  readonly supervisor: Link;
  readonly options: ResolvedApplyOptions;
  /** Its signal also aborts when the deadline has passed. */
  readonly context: RunContext;
  /** Steps whose SQL was sent to the server. */
  readonly started: Set<PlannedStep>;
  /** Who kept the worker waiting when that was last looked at; empty when nobody did. */
  blockers: string;
}

/** The reason with which a run's signal aborts when the deadline has passed. */
export class DeadlinePassed extends Error {}

const RECONNECT_ATTEMPTS = 20;

/** Opens a run, gives it to `work`, and closes it whatever happens. */
export async function withRun<Result>(
  connectionString: string,
  context: RunContext,
  options: ApplyOptions | undefined,
  work: (run: ApplyRun) => Promise<Result>,
): Promise<Result> {
  const resolved = resolveApplyOptions(options);
  const ended = new AbortController();
  const deadline = new AbortController();
  context.clock.sleep(resolved.deadlineMs, ended.signal).then(
    () => deadline.abort(new DeadlinePassed()),
    () => undefined,
  );
  const link = (reconnectAttempts: number): Link =>
    openLink({
      connectionString,
      clock: context.clock,
      reconnectAttempts,
      settings: sessionSettings(resolved),
    });
  const run: ApplyRun = {
    worker: link(RECONNECT_ATTEMPTS),
    supervisor: link(1),
    options: resolved,
    context: { ...context, signal: AbortSignal.any([context.signal, deadline.signal]) },
    started: new Set(),
    blockers: "",
  };
  try {
    return await work(run);
  } finally {
    ended.abort();
    await Promise.all([run.worker.close(), run.supervisor.close()]);
  }
}

/** The same run for removing what a failed one left: it cannot be aborted, and its patience is short. */
export function cleanUpRun(run: ApplyRun): ApplyRun {
  return {
    ...run,
    started: new Set(),
    blockers: "",
    context: { ...run.context, signal: new AbortController().signal },
    options: {
      ...run.options,
      attempts: run.options.cleanUpAttempts,
      lockTimeoutMs: run.options.cleanUpTimeoutMs,
      finishTimeoutMs: run.options.cleanUpTimeoutMs,
      firstBackOffMs: APPLY_DEFAULTS.firstBackOffMs,
    },
  };
}

/** No limit but the lock's: a build takes as long as it takes. */
function sessionSettings(options: ResolvedApplyOptions): Readonly<Record<string, string>> {
  return {
    lock_timeout: `${options.lockTimeoutMs}ms`,
    statement_timeout: "0",
    transaction_timeout: "0",
    idle_in_transaction_session_timeout: "30s",
    idle_session_timeout: "0",
  };
}
