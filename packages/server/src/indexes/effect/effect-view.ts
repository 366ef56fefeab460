import type { Figure, IndexEffect, IndexEffectStatement } from "@streamgate/contract";
import type { Interval, StatementVerification, Verification } from "@streamgate/core";
import { estimated, finiteOrNull, measured } from "../../figures/figure.ts";
import type { EffectJudgement } from "./judge-effect.ts";

/** What is shown of an effect beside its verdict. */
export interface EffectFacts {
  readonly judgement: EffectJudgement;
  readonly verification: Verification | null;
  readonly caveats: readonly string[];
  readonly scans: { readonly count: number; readonly watchedMs: number } | null;
  /** Milliseconds of each hour, by a model. */
  readonly upkeepMsPerHour: number | null;
}

const HOUR_MS = 3_600_000;
const LEAST_WATCHED_MS = 60_000;
const MOST_STATEMENTS = 20;
const ROLES = ["target", "reader", "writer"] as const;

export function effectView(facts: EffectFacts): IndexEffect {
  const { judgement, verification, caveats, scans, upkeepMsPerHour } = facts;
  const isKnown = scans !== null && scans.watchedMs >= LEAST_WATCHED_MS;
  return {
    ...judgement,
    caveats,
    before: verification === null ? null : verification.before,
    after: verification === null ? null : verification.after,
    timeBefore: perHour(verification?.targetMsPerHour.before),
    timeAfter: perHour(verification?.targetMsPerHour.after),
    scansPerHour: measured(isKnown ? (scans.count * HOUR_MS) / scans.watchedMs : null, "per hour"),
    writers: slowdownOf(busiestWriter(verification)),
    upkeep: estimated(upkeepMsPerHour, "ms"),
    statements: statementsOf(verification),
  };
}

function perHour(ms: number | undefined): Figure {
  return measured(ms ?? null, "ms");
}

function statementsOf(verification: Verification | null): readonly IndexEffectStatement[] {
  return (verification?.statements ?? [])
    .toSorted(
      (one, other) =>
        ROLES.indexOf(one.role) - ROLES.indexOf(other.role) || timeOf(other) - timeOf(one),
    )
    .slice(0, MOST_STATEMENTS)
    .map((one) => ({
      fingerprint: one.fingerprint,
      text: one.text,
      role: one.role,
      callsBefore: one.callsBefore,
      callsAfter: one.callsAfter,
      meanBefore: measured(one.meanBeforeMs, "ms"),
      meanAfter: measured(one.meanAfterMs, "ms"),
      speedup: ratioOf(one.speedup),
    }));
}

function timeOf({ callsBefore, meanBeforeMs }: StatementVerification): number {
  return callsBefore * meanBeforeMs;
}

function busiestWriter(verification: Verification | null): StatementVerification | undefined {
  return verification?.statements
    .filter(({ role }) => role === "writer")
    .toSorted((one, other) => timeOf(other) - timeOf(one))[0];
}

function slowdownOf(writer: StatementVerification | undefined): Figure {
  if (writer === undefined) return measured(null, "times");
  const { point, low, high, confidence } = writer.speedup;
  return ratioOf({ point: 1 / point, low: 1 / high, high: 1 / low, confidence });
}

/** Counters of production before and after, with an interval: that is `verified`. */
function ratioOf({ point, low, high }: Interval): Figure {
  const value = finiteOrNull(point);
  if (value === null || !Number.isFinite(low) || !Number.isFinite(high))
    return measured(null, "times");
  return { value, unit: "times", rung: "verified", low, high };
}
