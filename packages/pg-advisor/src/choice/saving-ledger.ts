import type { Finding, Interval, StatementProof, Verification } from "@streamgate/core";

/** One finding's prediction beside what came true. */
export interface SavingEntry {
  readonly finding: string;
  /** Share of the affected statements' time that was predicted to go, 0 to 1. */
  readonly predictedShare: number;
  /** The share that did go: in the lab, or in production where it was verified. */
  readonly measuredShare: number;
  readonly rung: "measured" | "verified";
  /** predicted ÷ measured: above 1 promised too much. */
  readonly ratio: number;
  /** Whether what was measured lies within the finding's interval; null where it has none. */
  readonly isWithinInterval: boolean | null;
}

/** How well the predictions held. */
export interface SavingLedger {
  readonly entries: readonly SavingEntry[];
  /** Share of the entries whose ratio lies between 0.8 and 1.25; null without entries. */
  readonly shareWithinBand: number | null;
  readonly shareWithinInterval: number | null;
  readonly medianRatio: number | null;
}

/** A finding with what judged it; of a proof and of a verification no more is needed than how much faster each statement became. */
export interface SavingRecord {
  readonly finding: Finding;
  readonly proof: {
    readonly statements: readonly Pick<
      StatementProof,
      "fingerprint" | "role" | "speedupOfMedian"
    >[];
  } | null;
  readonly verification: Pick<Verification, "verdict" | "statements"> | null;
}

const BAND = { low: 0.8, high: 1.25 };

/**
 * Predicted against measured time saved, over all findings that a lab or production judged. Production counts more than a lab. Shares are
 * compared, not milliseconds: a lab may be faster than production. Each statement counts by the time that it takes today.
 *
 * @example
 * ```ts
 * import type { Finding, Proof } from "@streamgate/core";
 * import { ledgerOfSavings } from "@streamgate/pg-advisor";
 * const held = (finding: Finding, proof: Proof) =>
 *   ledgerOfSavings([{ finding, proof, verification: null }]).shareWithinBand;
 * ```
 */
export function ledgerOfSavings(records: readonly SavingRecord[]): SavingLedger {
  const entries = records.flatMap(entryOf);
  const judged = entries.flatMap(({ isWithinInterval }) => isWithinInterval ?? []);
  return {
    entries,
    shareWithinBand: shareOf(entries.map(({ ratio }) => ratio >= BAND.low && ratio <= BAND.high)),
    shareWithinInterval: shareOf(judged),
    medianRatio: medianOf(entries.map(({ ratio }) => ratio)),
  };
}

function entryOf({ finding, proof, verification }: SavingRecord): readonly SavingEntry[] {
  const speedups = verifiedSpeedups(verification) ?? provenSpeedups(proof);
  if (speedups === null) return [];
  let todayMs = 0;
  let predictedMs = 0;
  let measuredMs = 0;
  for (const { fingerprint, calls, meanMs, ...expected } of finding.statements) {
    const speedup = speedups.byFingerprint.get(fingerprint);
    if (speedup === undefined || !(speedup.point > 0)) continue;
    todayMs += calls * meanMs;
    predictedMs += calls * (meanMs - (expected.expectedAloneMs ?? expected.expectedMeanMs));
    measuredMs += calls * meanMs * (1 - 1 / speedup.point);
  }
  // What nothing was promised of, as it helps only beside others, can break no promise.
  if (!(todayMs > 0 && predictedMs > 0)) return [];
  const ratio = measuredMs > 0 ? predictedMs / measuredMs : Number.POSITIVE_INFINITY;
  return [
    {
      finding: finding.id,
      predictedShare: predictedMs / todayMs,
      measuredShare: measuredMs / todayMs,
      rung: speedups.rung,
      ratio,
      isWithinInterval: isWithin(finding, ratio),
    },
  ];
}

interface Speedups {
  readonly rung: "measured" | "verified";
  /** before ÷ after. */
  readonly byFingerprint: ReadonlyMap<string, Interval>;
}

function verifiedSpeedups(verification: SavingRecord["verification"]): Speedups | null {
  if (verification === null || verification.verdict === "inconclusive") return null;
  const targets = verification.statements.filter(({ role }) => role === "target");
  if (targets.length === 0) return null;
  return {
    rung: "verified",
    byFingerprint: new Map(targets.map((one) => [one.fingerprint, one.speedup])),
  };
}

function provenSpeedups(proof: SavingRecord["proof"]): Speedups | null {
  const affected = proof?.statements.filter(({ role }) => role === "affected") ?? [];
  if (affected.length === 0) return null;
  return {
    rung: "measured",
    byFingerprint: new Map(affected.map((one) => [one.fingerprint, one.speedupOfMedian])),
  };
}

/** The interval of the finding's saving, seen from its point as what was measured is. */
function isWithin({ saved, savedMsPerHour }: Finding, ratio: number): boolean | null {
  if (saved === undefined || !(savedMsPerHour > 0)) return null;
  const real = savedMsPerHour / ratio;
  return real >= saved.low && real <= saved.high;
}

function shareOf(claims: readonly boolean[]): number | null {
  return claims.length === 0 ? null : claims.filter(Boolean).length / claims.length;
}

function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
