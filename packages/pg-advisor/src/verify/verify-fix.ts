import type {
  Finding,
  Interval,
  Random,
  StatementVerification,
  Verification,
} from "@streamgate/core";
import type { RelationName } from "../snapshot/snapshot.ts";
import type { StatementWindow } from "../snapshot/statement-window.ts";
import type { Workload } from "../workload/workload.ts";
import { shiftsOf } from "./shift.ts";
import { judge } from "./verdict.ts";
import { resolveVerifyOptions, type VerifyOptions } from "./verify-options.ts";
import { type WatchedStatement, watchedStatements } from "./watched-statements.ts";
import { sumOf, type WindowSide, windowSide } from "./window-series.ts";

export interface VerifyRequest {
  readonly finding: Finding;
  readonly workload: Workload;
  /** What ran in windows before and after the apply. */
  readonly before: readonly StatementWindow[];
  readonly after: readonly StatementWindow[];
  /** All tables that were changed between the two sides: statements on others are the control. */
  readonly tables: readonly RelationName[];
  /** Those that this fix changes: statements on them are watched for harm. @default those of `tables` that the finding's statements use */
  readonly ownTables?: readonly RelationName[];
  readonly random: Random;
  readonly options?: VerifyOptions;
}

const HOUR_MS = 3_600_000;

/**
 * Says from the counters of production whether a fix did what it was meant for. It is `verified`
 * when the targets got faster by more than a tenth beyond doubt, `harmful` when a target got slower
 * by as much, or another statement on the same tables lost more than the gain excuses; `no change`
 * when both are excluded; else `inconclusive`, with what is missing.
 *
 * @throws StreamGateError `SG_PG_BAD_VERIFY_OPTION`
 */
export function verifyFix(request: VerifyRequest): Verification {
  const options = resolveVerifyOptions(request.options);
  const before = windowSide(request.before);
  const after = windowSide(request.after);
  const { minimumCalls } = options;
  const watched = watchedStatements({
    ...request,
    ownTables: request.ownTables,
    before,
    after,
    minimumCalls,
  });
  const { targets, rareTargets, bystanders, control } = watched;
  const shifts = shiftsOf(watched, request.random, options);
  const statements = [
    ...targets.map((target, at) => entryOf(target, "target", shifts.targets[at])),
    ...bystanders.map((other, at) => entryOf(other, other.role, shifts.bystanders[at])),
  ];
  const allTargets = [...targets, ...rareTargets];
  const targetMsPerHour = {
    before: perHour(sumOf(allTargets.map((target) => sumOf(target.before.totalMs))), before),
    after: perHour(sumOf(allTargets.map((target) => sumOf(target.after.totalMs))), after),
  };
  const rarest = [...rareTargets].sort((one, other) => other.share - one.share)[0];
  const judgement = judge(
    {
      windows: Math.min(before.windows, after.windows),
      measuredShare: sumOf(targets.map(({ share }) => share)),
      rarest:
        rarest === undefined
          ? null
          : { text: rarest.text, before: rarest.callsBefore, after: rarest.callsAfter },
      combined: shifts.combined,
      statements,
      control: control.length,
      targetMsPerHour,
    },
    options,
  );
  return {
    ...judgement,
    before: sideOf(before),
    after: sideOf(after),
    statements,
    targetMsPerHour,
    control: { statements: control.length, drift: shifts.drift },
  };
}

const UNKNOWN: Interval = { point: 1, low: 0, high: Number.MAX_VALUE, confidence: 0 };

function entryOf(
  statement: WatchedStatement,
  role: StatementVerification["role"],
  speedup: Interval = UNKNOWN,
): StatementVerification {
  const { fingerprint, text, callsBefore, callsAfter } = statement;
  return {
    fingerprint,
    text,
    role,
    callsBefore,
    callsAfter,
    meanBeforeMs: sumOf(statement.before.totalMs) / callsBefore,
    meanAfterMs: sumOf(statement.after.totalMs) / callsAfter,
    speedup,
  };
}

function perHour(totalMs: number, { durationMs }: WindowSide): number {
  return durationMs > 0 ? (totalMs / durationMs) * HOUR_MS : 0;
}

function sideOf({ from, to, windows }: WindowSide): Verification["before"] {
  return { from, to, windows };
}
