import type { ProofView, ProvenStatement } from "@streamgate/contract";
import type { Proof } from "@streamgate/core";
import { type ProofViewParts, proofView, provenStatements } from "./proof-view.ts";

const MOST_KEPT = 16;

/** Makes views; the statements of the proofs that were looked at last are drawn once. */
export function createProofViews(): (parts: ProofViewParts) => ProofView {
  const drawn = new Map<string, readonly ProvenStatement[]>();
  return (parts) => {
    const { target, id } = parts.recommendation;
    const statementsOf = (proof: Proof): readonly ProvenStatement[] => {
      const key = JSON.stringify([target, id, proof.startedAt, proof.seed]);
      const statements = drawn.get(key) ?? provenStatements(proof);
      drawn.delete(key);
      drawn.set(key, statements);
      const [oldest] = drawn.keys();
      if (drawn.size > MOST_KEPT && oldest !== undefined) drawn.delete(oldest);
      return statements;
    };
    return proofView(parts, statementsOf);
  };
}
