import type { Job, ProofView, RecommendationView, TrackRecord } from "@streamgate/contract";
import type { ProofViewParts } from "../proof-view/proof-view.ts";
import type { HistoryEntry } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import type { Recommendation } from "./recommendation.ts";

/** All that the store knows of one recommendation; what is only told is not in it. */
export interface Recorded {
  readonly entry: HistoryEntry | undefined;
  readonly appliedMs: number | null;
}

export async function recordedOf(
  store: Store,
  { summary, isTold }: Recommendation,
): Promise<Recorded> {
  if (isTold) return { entry: undefined, appliedMs: null };
  const { target, id } = summary;
  const [entries, document] = await Promise.all([
    store.findingsWithId(id),
    store.lastApplyDocument(target, id),
  ]);
  const entry = entries.find((one) => one.id === id && one.target === target);
  const { durationMs } = (document ?? {}) as { readonly durationMs?: unknown };
  return { entry, appliedMs: typeof durationMs === "number" ? durationMs : null };
}

export function proofPartsOf(
  { summary, finding }: Recommendation,
  { entry, appliedMs }: Recorded,
): ProofViewParts {
  const { proof = null, verification = null } = entry ?? {};
  return { recommendation: summary, finding, proof, verification, appliedMs };
}

export function recommendationView(
  { summary, finding }: Recommendation,
  { entry }: Recorded,
  proof: ProofView,
  jobs: readonly Job[],
  trackRecord: TrackRecord | null,
): RecommendationView {
  const isKnown = proof.proof !== null || proof.verification !== null || finding.fix !== undefined;
  return {
    recommendation: summary,
    finding,
    trackRecord,
    proof: isKnown ? proof : null,
    applications: (entry?.applications ?? []).map(
      ({ direction, reason, startedAt, endedAt, outcome }) => ({
        direction,
        reason,
        startedAt,
        endedAt,
        outcome,
      }),
    ),
    jobs,
  };
}
