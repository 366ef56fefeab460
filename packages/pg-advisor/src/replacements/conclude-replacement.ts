import type {
  Finding,
  ProofVerdict,
  Random,
  Replacement,
  ResultComparison,
  StatementProof,
} from "@streamgate/core";
import { quantileRatio, quantileShift } from "../proof/bootstrap.ts";
import { type JudgedStatement, judge } from "../proof/verdict.ts";
import type { DifferentialProof } from "../rewrites/differential/prove-equal.ts";
import type { Statement, Workload } from "../workload/workload.ts";
import type { Spared } from "./trial-plan.ts";
import type { Tried } from "./try-both.ts";

/** What a verdict is about. */
export interface ReplacementSubject {
  readonly finding: Finding;
  readonly statement: Statement;
  readonly replacement: Replacement;
  readonly workload: Workload;
}

export interface ReplacementConclusion {
  readonly verdict: ProofVerdict;
  readonly explanation: string;
  readonly proof: StatementProof;
}

/** What was never compared counts as not equal: the small databases must have had their say, and the lab too. */
export function concludeReplacement(
  { finding, statement, replacement, workload }: ReplacementSubject,
  tried: Tried,
  differential: DifferentialProof | null,
  random: Random,
): ReplacementConclusion {
  const { rounds, planBefore, planAfter } = tried;
  const timedOut = tried.results === null;
  const beforeMs = rounds.flatMap(({ before }) => before);
  const afterMs = rounds.flatMap(({ after }) => after);
  const shift = (probability: number): StatementProof["speedupOfMedian"] =>
    timedOut
      ? quantileRatio(beforeMs, afterMs, probability, random)
      : quantileShift(rounds, probability, random);
  const proof: StatementProof = {
    fingerprint: statement.fingerprint,
    text: statement.text,
    role: "affected",
    beforeMs,
    afterMs,
    speedupOfMedian: shift(0.5),
    speedupOfP95: shift(0.95),
    results: resultsOf(tried.results, differential),
    planBefore,
    planAfter,
    usesFix: true,
    replacedBy: replacement.text,
  };
  const told = finding.statements.find((one) => one.fingerprint === statement.fingerprint);
  const allMs = workload.statements.reduce((sum, { totalMs }) => sum + totalMs, 0);
  const judged: JudgedStatement = {
    proof,
    shareOfTime: allMs === 0 ? 0 : statement.totalMs / allMs,
    expectedSpeedup:
      told === undefined ? 1 : told.meanMs / Math.max(told.expectedMeanMs, SMALLEST_MS),
    isComparable: true,
    timedOutBefore: timedOut,
  };
  const { verdict, explanation } = judge([judged], "speed");
  const doubt = doubtOf(tried, differential);
  const { spared } = tried;
  if (doubt === null && verdict === "not proven" && isWorthIt(spared)) {
    const unslowed = judge([judged], "space");
    const part = `${percent(1 - shareLeft(spared))} fewer ${spared.what} (measured).`;
    return {
      proof,
      verdict: unslowed.verdict,
      explanation: `${part} ${unslowed.explanation}`,
    };
  }
  if (doubt !== null && verdict === "proven") {
    return { proof, verdict: "not proven", explanation: `${explanation} ${doubt}` };
  }
  return {
    proof,
    verdict,
    explanation: [explanation, equalitySentence(differential)].join(" ").trim(),
  };
}

const SMALLEST_MS = 1e-6;
/** This part less to do is worth its while where nothing gets slower. */
const LEAST_SPARED = 0.3;

function isWorthIt(spared: Spared | undefined): spared is Spared {
  return spared !== undefined && shareLeft(spared) <= 1 - LEAST_SPARED;
}

function shareLeft({ before, after }: Spared): number {
  return before === 0 ? 1 : after / before;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function resultsOf(
  results: ResultComparison | null,
  differential: DifferentialProof | null,
): ResultComparison {
  if (differential?.outcome === "different") {
    const { happened } = differential.counterExample;
    return { kind: "different", explanation: `on a small database: ${happened}` };
  }
  return results ?? { kind: "identical", rows: 0 };
}

/** Why equality was not shown; null where it was. */
function doubtOf({ results }: Tried, differential: DifferentialProof | null): string | null {
  if (differential?.outcome === "not run") {
    return `It was not compared on small databases (${differential.because}), so that it is not taken for equal.`;
  }
  if (results === null && differential === null) {
    return "The statement as it is did not end in time, so that nothing was compared.";
  }
  if (results !== null && "rows" in results && results.rows === 0 && differential === null) {
    return "No row was found with the parameters tried, so that nothing was compared.";
  }
  return null;
}

function equalitySentence(differential: DifferentialProof | null): string {
  if (differential?.outcome !== "equal") return "";
  const { databases, withRows } = differential;
  return `Equal on ${databases} small databases drawn to tell them apart, ${withRows} of them with rows in the result.`;
}
