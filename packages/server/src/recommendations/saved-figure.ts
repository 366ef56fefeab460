import type { Figure } from "@streamgate/contract";
import type { Finding, Interval, Verification } from "@streamgate/core";

/** By how much a proof's lab runs of one statement got faster. */
export interface MeasuredSpeedup {
  readonly fingerprint: string;
  /** before ÷ after. */
  readonly speedup: Interval;
}

/** What is known of a finding's worth, the best evidence first. */
export interface SavedEvidence {
  readonly finding: Finding;
  readonly speedups: readonly MeasuredSpeedup[];
  readonly verification: SavedVerification | null;
}

/** The part of a verification that tells what is saved. */
export type SavedVerification = Pick<Verification, "verdict" | "before" | "statements">;

const HOUR_MS = 3_600_000;

/** What the fix saves in each hour: as production showed, else as the lab measured, else as the planner estimates. */
export function savedFigure({ finding, speedups, verification }: SavedEvidence): Figure {
  return (
    (verification === null ? null : verifiedSaving(verification)) ??
    measuredSaving(finding, speedups) ??
    estimatedSaving(finding)
  );
}

/** What production's statements took of an hour before, times the share that they lost; the control's drift is taken out. */
export function verifiedSaving({ verdict, before, statements }: SavedVerification): Figure | null {
  const durationMs = Date.parse(before.to) - Date.parse(before.from);
  const targets = statements.filter(({ role }) => role === "target");
  if (verdict === "inconclusive" || targets.length === 0 || !(durationMs > 0)) return null;
  const perHour = HOUR_MS / durationMs;
  return figureOf(
    "verified",
    targets.map(({ callsBefore, meanBeforeMs, speedup }) => ({
      ms: callsBefore * meanBeforeMs * perHour,
      speedup,
    })),
  );
}

/** The estimate, corrected by what the same statements gained in the lab with this fix alone. */
export function measuredSaving(
  { statements, savedMsPerHour }: Finding,
  speedups: readonly MeasuredSpeedup[],
): Figure | null {
  const measured = new Map(speedups.map(({ fingerprint, speedup }) => [fingerprint, speedup]));
  const known = statements.flatMap(({ fingerprint, calls, meanMs, ...means }) => {
    const speedup = measured.get(fingerprint);
    const expectedMs = means.expectedAloneMs ?? means.expectedMeanMs;
    return speedup === undefined
      ? []
      : [{ ms: calls * meanMs, expected: calls * (meanMs - expectedMs), speedup }];
  });
  const expected = known.reduce((sum, one) => sum + one.expected, 0);
  if (!(expected > 0) || !(savedMsPerHour > 0)) return null;
  const perHour = savedMsPerHour / expected;
  return figureOf(
    "measured",
    known.map(({ ms, speedup }) => ({ ms: ms * perHour, speedup })),
  );
}

export function estimatedSaving({
  savedMsPerHour,
  saved,
}: Pick<Finding, "savedMsPerHour" | "saved">): Figure {
  return {
    value: savedMsPerHour > 0 ? savedMsPerHour : null,
    unit: "ms",
    rung: "estimated",
    ...(saved === undefined || !(savedMsPerHour > 0) ? {} : { low: saved.low, high: saved.high }),
  };
}

/** The bounds are those of all statements at once: wider than 95 %, never narrower. */
function figureOf(
  rung: Figure["rung"],
  parts: readonly { readonly ms: number; readonly speedup: Interval }[],
): Figure | null {
  const sum = (read: (speedup: Interval) => number): number =>
    parts.reduce((total, { ms, speedup }) => total + ms * lostShare(read(speedup)), 0);
  const value = sum(({ point }) => point);
  if (!Number.isFinite(value)) return null;
  const low = sum((speedup) => speedup.low);
  const high = sum((speedup) => speedup.high);
  return {
    value,
    unit: "ms",
    rung,
    ...(Number.isFinite(low) && Number.isFinite(high) ? { low, high } : {}),
  };
}

/** The share of its time that a statement loses when it gets so many times faster. */
function lostShare(speedup: number): number {
  return speedup > 0 ? 1 - 1 / speedup : Number.NEGATIVE_INFINITY;
}
