import type { Proposal, ProposalFamily } from "./proposal.ts";

export interface Bounded {
  /** In the order in which they came. */
  readonly kept: readonly Proposal[];
  readonly left: readonly Proposal[];
}

/**
 * The most promising proposals of a table. Each statement gives its time to its proposals, the first of each family most and the
 * next ones a half, a third, … of it: so the costliest statements have most to say, and none has everything.
 */
export function boundProposals(
  proposals: readonly Proposal[],
  msByFingerprint: ReadonlyMap<string, number>,
  most: number,
): Bounded {
  if (proposals.length <= most) return { kept: proposals, left: [] };
  const heard = new Map<string, number>();
  const promise = new Map<Proposal, number>();
  for (const proposal of proposals) {
    let sum = 0;
    for (const fingerprint of proposal.fingerprints) {
      const rank = nextRank(heard, proposal.family, fingerprint);
      sum += (msByFingerprint.get(fingerprint) ?? 0) / rank;
    }
    promise.set(proposal, sum);
  }
  const best = proposals
    .toSorted((one, other) => (promise.get(other) ?? 0) - (promise.get(one) ?? 0))
    .slice(0, most);
  const chosen = new Set(best);
  return {
    kept: proposals.filter((proposal) => chosen.has(proposal)),
    left: proposals.filter((proposal) => !chosen.has(proposal)),
  };
}

function nextRank(heard: Map<string, number>, family: ProposalFamily, fingerprint: string): number {
  const key = `${family} ${fingerprint}`;
  const rank = (heard.get(key) ?? 0) + 1;
  heard.set(key, rank);
  return rank;
}
