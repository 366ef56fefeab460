import type { ProofView, ProvenStatement, RecommendationSummary } from "@streamgate/contract";
import type { Finding, Fix, Proof, Verification } from "@streamgate/core";
import { ledgerOf } from "./ledger.ts";
import { provenStatement } from "./proven-statement.ts";
import { ratioOf, sideEffectsOf } from "./side-effects.ts";
import { planWithoutLiterals } from "./without-literals.ts";

/** What a proof view is made of: all as the store keeps it. */
export interface ProofViewParts {
  readonly recommendation: RecommendationSummary;
  readonly finding: Finding;
  readonly proof: Proof | null;
  readonly verification: Verification | null;
  /** How long the latest apply took; null where there was none. */
  readonly appliedMs: number | null;
}

/** All that a person needs to believe a fix, or not to: ready to be shown. Pure: the same parts give the same view. */
export function proofView(
  parts: ProofViewParts,
  statementsOf: (proof: Proof) => readonly ProvenStatement[] = provenStatements,
): ProofView {
  const { recommendation, finding, proof, verification } = parts;
  return {
    recommendation,
    verdict: proof?.verdict ?? null,
    explanation:
      proof?.explanation ?? "Nothing was proven yet: all figures are the planner's estimates.",
    proof: proof === null ? null : shownProof(proof),
    statements: proof === null ? [] : statementsOf(proof),
    ledger: ledgerOf(parts),
    sideEffects: sideEffectsOf(proof, verification),
    verification,
    control:
      verification === null
        ? null
        : {
            statements: verification.control.statements,
            drift: ratioOf(verification.control.drift, "verified"),
          },
    undo: finding.fix === undefined ? [] : undoOf(finding.fix),
  };
}

/** Every statement of a proof, ready to be drawn. */
export function provenStatements({ statements, seed }: Proof): readonly ProvenStatement[] {
  return statements.map((one) => provenStatement(one, seed));
}

/** The SQL that takes a fix back, last step first. */
function undoOf({ steps }: Fix): readonly string[] {
  return [...steps]
    .reverse()
    .map((step) =>
      step.kind === "sql"
        ? step.revert
        : `SET ${step.name} = '${step.previousValue.replaceAll("'", "''")}'`,
    )
    .filter((sql) => sql !== "");
}

/** The proof as it was recorded, with the values in its plans taken out. */
function shownProof(proof: Proof): Proof {
  return {
    ...proof,
    statements: proof.statements.map((statement) => ({
      ...statement,
      planBefore: planWithoutLiterals(statement.planBefore),
      planAfter: planWithoutLiterals(statement.planAfter),
    })),
  };
}
