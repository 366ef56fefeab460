import type { TrackRecord } from "@streamgate/contract";
import { ledgerOfSavings, type SavingRecord } from "@streamgate/pg-advisor";
import type { Recommendation } from "./recommendation.ts";
import type { StoredFinding } from "./stored-findings.ts";

const BAND = { low: 0.8, high: 1.25 };

/** Predicted against measured over all that was judged on the recommendation's database; null where nothing was. */
export function trackRecordOf(
  stored: readonly StoredFinding[],
  { summary, finding }: Pick<Recommendation, "summary" | "finding">,
): TrackRecord | null {
  const records = stored.filter(({ target }) => target === summary.target).map(recordOf);
  const { entries, medianRatio } = ledgerOfSavings(records);
  if (medianRatio === null || !Number.isFinite(medianRatio)) return null;
  const own = entries.find((entry) => entry.finding === finding.id)?.ratio ?? null;
  return {
    judged: entries.length,
    withinBand: entries.filter(({ ratio }) => ratio >= BAND.low && ratio <= BAND.high).length,
    medianRatio,
    own: own !== null && Number.isFinite(own) ? own : null,
  };
}

function recordOf({ finding, speedups, verification }: StoredFinding): SavingRecord {
  const statements = speedups.map(({ fingerprint, speedup }) => ({
    fingerprint,
    role: "affected" as const,
    speedupOfMedian: speedup,
  }));
  return { finding, proof: { statements }, verification };
}
