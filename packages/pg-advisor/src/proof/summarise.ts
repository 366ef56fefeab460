import type { Random, StatementProof } from "@streamgate/core";
import { quantileRatio, quantileShift, type Round } from "./bootstrap.ts";
import type { TimedStatement } from "./measure-rounds.ts";
import type { JudgedStatement } from "./verdict.ts";

/** The figures of one statement. */
export function summarise(
  { prepared, seen }: TimedStatement,
  rounds: readonly Round[],
  random: Random,
): JudgedStatement {
  const beforeMs = rounds.flatMap((round) => round.before);
  const afterMs = rounds.flatMap((round) => round.after);
  const timedOut = seen.timedOut.before || seen.timedOut.after;
  const shift = (probability: number) =>
    timedOut
      ? quantileRatio(beforeMs, afterMs, probability, random)
      : quantileShift(rounds, probability, random);
  const proof: StatementProof = {
    fingerprint: prepared.statement.fingerprint,
    text: prepared.statement.text,
    role: prepared.role,
    beforeMs,
    afterMs,
    speedupOfMedian: shift(0.5),
    speedupOfP95: shift(0.95),
    results: seen.results,
    planBefore: seen.planBefore,
    planAfter: seen.planAfter,
    usesFix: seen.usesFix,
  };
  return {
    proof,
    shareOfTime: prepared.shareOfTime,
    expectedSpeedup: prepared.expectedSpeedup,
    isComparable: seen.isComparable,
    timedOutBefore: seen.timedOut.before,
  };
}
