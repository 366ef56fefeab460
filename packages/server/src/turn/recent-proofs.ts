import type { Finding, Proof } from "@streamgate/core";
import { isRecent } from "../store/recent-proof.ts";
import type { Turn } from "./turn-context.ts";

/** The proofs in the store that need not be made again: none where the turn wants each made. */
export async function recentProofs(
  turn: Turn,
  findings: readonly Finding[],
): Promise<readonly (readonly [string, Proof])[]> {
  const { proofMaxAgeMs } = turn.options;
  if (proofMaxAgeMs === 0) return [];
  const nowMs = turn.context.clock.now().getTime();
  const recent: (readonly [string, Proof])[] = [];
  for (const { id } of findings) {
    const matches = await turn.store.findingsWithId(id);
    const entry = matches.find((one) => one.id === id && one.target === turn.target);
    const proof = entry?.proof ?? null;
    if (proof === null || !isRecent(proof, nowMs, proofMaxAgeMs)) continue;
    turn.tell({ kind: "proof", finding: id, proof });
    recent.push([id, proof]);
  }
  return recent;
}
