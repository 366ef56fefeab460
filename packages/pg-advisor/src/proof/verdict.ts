import { formatDuration, type ProofVerdict, type StatementProof } from "@streamgate/core";
import { median } from "./statistics.ts";

/** What the verdict weighs of one statement. */
export interface JudgedStatement {
  readonly proof: StatementProof;
  /** Share of the workload's time, 0 to 1. */
  readonly shareOfTime: number;
  /** before ÷ after, as the advice expects it. */
  readonly expectedSpeedup: number;
  /** False where the results differ by the statement's own nature. */
  readonly isComparable: boolean;
  readonly timedOutBefore: boolean;
}

export interface Verdict {
  readonly verdict: ProofVerdict;
  readonly explanation: string;
}

/** What the fix is for: faster statements, or less to keep at the same speed. */
export type ProofGoal = "speed" | "space";

/** An interval wholly below this is slower: for what the advice counts on, and for what it watches. */
const SLOWER = 0.95;
const MUCH_SLOWER = 0.8;
/** The lower bound that a surely faster statement passes; one at least must. */
const FASTER = 1.2;
/** Share of the affected statements' time that must be saved at the lower bounds. */
const LEAST_SAVED = 0.1;
/** Share of the affected time from which an unsure statement is named. */
const REAL_WEIGHT = 0.05;
/** Share of the workload's time from which a bystander counts. */
const NOTICEABLE = 0.01;

/** Whether the measured figures speak for the fix. */
export function judge(statements: readonly JudgedStatement[], goal: ProofGoal): Verdict {
  const harm = findHarm(statements);
  if (harm !== null) return { verdict: "harmful", explanation: harm };
  return goal === "space" ? judgeSpace(statements) : judgeSpeed(statements);
}

function findHarm(statements: readonly JudgedStatement[]): string | null {
  for (const { proof, isComparable } of statements) {
    if (proof.results.kind === "different" && isComparable) {
      return `The results differ: ${proof.results.explanation}, for ${quote(proof)}.`;
    }
  }
  for (const judged of statements) {
    if (isHarmed(judged)) return `It slows ${describe(judged)}.`;
  }
  return null;
}

function isHarmed({ proof, shareOfTime }: JudgedStatement): boolean {
  const { high } = proof.speedupOfMedian;
  if (proof.role === "bystander") return high < MUCH_SLOWER && shareOfTime >= NOTICEABLE;
  return high < (proof.usesFix ? SLOWER : MUCH_SLOWER);
}

function judgeSpace(statements: readonly JudgedStatement[]): Verdict {
  // Who never used what was dropped runs the same plan as before; its spread is noise.
  const slowed = statements.find(
    ({ proof }) => proof.usesFix && proof.speedupOfMedian.low < MUCH_SLOWER,
  );
  if (statements.length === 0) return notProven("No statement of the workload was run.");
  if (slowed !== undefined) return notProven(`It may slow ${describe(slowed)}.`);
  const slowest = leastOf(statements);
  return {
    verdict: "proven",
    explanation: `No statement is slowed; the nearest to it is ${describe(slowest)}.`,
  };
}

function judgeSpeed(statements: readonly JudgedStatement[]): Verdict {
  const affected = thoseThatCount(statements.filter(({ proof }) => proof.role === "affected"));
  const [first] = affected;
  if (first === undefined)
    return notProven("None of the affected statements could be run on the lab.");
  const users = affected.filter(({ proof }) => proof.usesFix);
  if (users.length === 0) {
    return notProven(
      `No plan uses the fix with the parameters tried, so nothing changes: ${describe(first)}.`,
    );
  }
  const weights = weightsOf(affected);
  const weightOf = (judged: JudgedStatement): number => weights.get(judged) ?? 0;
  const saved = sum(affected, (judged) => weightOf(judged) * savedShare(judged, "point"));
  const surelySaved = sum(affected, (judged) => weightOf(judged) * savedShare(judged, "low"));
  const sure = users.filter(({ proof }) => proof.speedupOfMedian.low > FASTER);
  const unsure = users
    .filter((judged) => !sure.includes(judged) && weightOf(judged) >= REAL_WEIGHT)
    .sort((left, right) => savedShare(left, "low") - savedShare(right, "low"));
  if (sure.length === 0 || surelySaved <= LEAST_SAVED) {
    const [worst] = unsure;
    return notProven(
      worst === undefined
        ? `It saves ${percent(saved)} of the affected statements' time: ${describe(users[0] ?? first)}.`
        : `The gain is too small or too unsure for ${describe(worst)}.`,
    );
  }
  const rest = affected.length - users.length;
  const others =
    rest === 0 ? "" : ` ${rest} affected statement${rest === 1 ? " does" : "s do"} not use it.`;
  const unsureOnes =
    unsure[0] === undefined
      ? ""
      : ` No sure gain for ${unsure.length} of them, such as ${describe(unsure[0])}.`;
  const best = [...sure].sort((left, right) => weightOf(right) - weightOf(left));
  return {
    verdict: "proven",
    explanation: `It saves ${percent(saved)} of the affected statements' time: ${describe(best[0] ?? first)}.${unsureOnes}${others}`,
  };
}

/** Those that the advice promises something noticeable; all where it promises none that much. */
function thoseThatCount(affected: readonly JudgedStatement[]): readonly JudgedStatement[] {
  const promised = affected.filter(({ expectedSpeedup }) => expectedSpeedup > FASTER);
  return promised.length > 0 ? promised : affected;
}

/** Each statement's part of the affected time; equal parts where the workload tells none. */
function weightsOf(affected: readonly JudgedStatement[]): ReadonlyMap<JudgedStatement, number> {
  const total = affected.reduce((sum, { shareOfTime }) => sum + shareOfTime, 0);
  return new Map(
    affected.map((judged) => [
      judged,
      total === 0 ? 1 / affected.length : judged.shareOfTime / total,
    ]),
  );
}

/**
 * Part of a statement's time that the fix saves at the median: at its best estimate, or at the
 * lower bound, where what may be a loss counts as one.
 */
function savedShare({ proof }: JudgedStatement, bound: "point" | "low"): number {
  return proof.usesFix ? 1 - 1 / Math.max(proof.speedupOfMedian[bound], 1e-6) : 0;
}

function sum(
  statements: readonly JudgedStatement[],
  read: (judged: JudgedStatement) => number,
): number {
  return statements.reduce((total, judged) => total + read(judged), 0);
}

function leastOf(statements: readonly JudgedStatement[]): JudgedStatement {
  return statements.reduce((least, judged) =>
    judged.proof.speedupOfMedian.point < least.proof.speedupOfMedian.point ? judged : least,
  );
}

/** `select …: 12.3 ms → 0.41 ms at the median, 30.1× (95 % interval 28.2–33.0)`. */
function describe({ proof, timedOutBefore }: JudgedStatement): string {
  const { point, low, high, confidence } = proof.speedupOfMedian;
  const before = formatDuration(median(proof.beforeMs));
  const after = formatDuration(median(proof.afterMs));
  const bound = timedOutBefore ? "more than " : "";
  return `${quote(proof)}: ${bound}${before} → ${after} at the median, ${bound}${ratio(point)}× (${percent(confidence)} interval ${ratio(low)}–${ratio(high)})`;
}

function quote({ text }: StatementProof): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`;
}

function ratio(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function notProven(explanation: string): Verdict {
  return { verdict: "not proven", explanation };
}
