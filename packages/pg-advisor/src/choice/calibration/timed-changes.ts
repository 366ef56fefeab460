import type { Proof } from "@streamgate/core";
import type { StatementGain } from "../choice.ts";
import type { TimedChange } from "./fit-time-model.ts";

/**
 * What a proof teaches the calibration: the work of both plans of each statement, beside the medians of the times that they really took.
 * To be given to `chooseIndexes` as `measured` the next time.
 *
 * @example
 * ```ts
 * import type { Proof } from "@streamgate/core";
 * import { type Choice, timedChangesOf } from "@streamgate/pg-advisor";
 * const lessons = ({ chosen: [first] }: Choice, proof: Proof) =>
 *   timedChangesOf(first?.gains ?? [], proof);
 * ```
 */
export function timedChangesOf(
  gains: readonly StatementGain[],
  { statements }: Pick<Proof, "statements">,
): readonly TimedChange[] {
  const byFingerprint = new Map(gains.map((gain) => [gain.fingerprint, gain]));
  return statements.flatMap(({ fingerprint, usesFix, beforeMs, afterMs }) => {
    const { workBefore, workAfter } = byFingerprint.get(fingerprint) ?? {};
    const before = medianOf(beforeMs);
    const after = medianOf(afterMs);
    if (!usesFix || workBefore === undefined || workAfter === undefined) return [];
    if (before === null || after === null) return [];
    return [{ before: workBefore, after: workAfter, beforeMs: before, afterMs: after }];
  });
}

function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
