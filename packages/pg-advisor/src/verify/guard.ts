import type { Finding, Fix, Verification } from "@streamgate/core";
import type { Application } from "../apply/application.ts";
import type { RunContext } from "../context.ts";
import type { StatementWindow } from "../snapshot/statement-window.ts";
import type { Workload } from "../workload/workload.ts";
import { fixTables } from "./fix-tables.ts";
import { observeWindows } from "./observe-windows.ts";
import { verifyFix } from "./verify-fix.ts";
import type { VerifyOptions } from "./verify-options.ts";

export interface GuardRequest {
  readonly finding: Finding;
  readonly fix: Fix;
  readonly workload: Workload;
  readonly connectionString: string;
  /** What ran in windows before the apply. */
  readonly before: readonly StatementWindow[];
  /** How long to watch, in milliseconds. */
  readonly observeMs: number;
  /** @default as many windows as `observeWindows` takes */
  readonly windows?: number;
  readonly context: RunContext;
  /** Takes the fix back; called when it turns out to be harmful. */
  readonly revert: () => Promise<Application>;
  readonly options?: VerifyOptions;
}

export interface Guarded {
  readonly verification: Verification;
  /** What took the fix back; null when it stays. */
  readonly reverted: Application | null;
}

/**
 * Watches production after an apply, and takes the fix back by itself when it did harm. When the
 * signal aborts, it judges by the windows that it has.
 */
export async function verifyAndGuard(request: GuardRequest): Promise<Guarded> {
  const { finding, fix, workload, connectionString, before, context, revert } = request;
  const tables = await fixTables(fix, finding, workload);
  const after = await observeWindows({
    connectionString,
    totalMs: request.observeMs,
    context,
    ...(request.windows === undefined ? {} : { windows: request.windows }),
  });
  const verification = verifyFix({
    finding,
    workload,
    before,
    after,
    tables,
    ownTables: tables,
    random: context.random,
    ...(request.options === undefined ? {} : { options: request.options }),
  });
  const reverted = verification.verdict === "harmful" ? await revert() : null;
  return { verification, reverted };
}
