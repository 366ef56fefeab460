import type { JudgedCase } from "../../test/support/drop-corpus/judge-corpus.ts";
import type { BenchRow } from "../contract.ts";

/** How often an adviser was right to have an index dropped, wrong, and silent where one could go. */
export interface Score {
  readonly right: number;
  readonly wrong: readonly JudgedCase[];
  readonly missed: readonly JudgedCase[];
}

/** @param isDropped whether the adviser would have the index of the case dropped */
export function score(
  cases: readonly JudgedCase[],
  isDropped: (one: JudgedCase) => boolean,
): Score {
  const dropped = cases.filter(isDropped);
  const mayGo = (one: JudgedCase): boolean => one.of.expected.action === "drop";
  return {
    right: dropped.filter(mayGo).length,
    // Whoever drops what should be built anew does no harm.
    wrong: dropped.filter(({ of }) => of.expected.action === "keep"),
    missed: cases.filter((one) => mayGo(one) && !dropped.includes(one)),
  };
}

export function rowsOfScore(subject: string, { right, wrong, missed }: Score): readonly BenchRow[] {
  return [
    countRow(subject, "right drops", right),
    countRow(subject, "wrong drops", wrong.length),
    countRow(subject, "drops missed", missed.length),
  ];
}

export function countRow(subject: string, metric: string, count: number): BenchRow {
  return { subject, metric, unit: "cases", median: count, best: count, ratio: 1 };
}

/** What was said of all cases: `keep: unique`, `drop: index/unused`. */
export function verdictsByReason(cases: readonly JudgedCase[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { verdict } of cases) {
    const said =
      verdict === undefined
        ? "nothing said"
        : verdict.action === "keep"
          ? `keep: ${verdict.refusals[0]?.reason ?? "is well"}`
          : `${verdict.action}: ${verdict.problem}`;
    counts.set(said, (counts.get(said) ?? 0) + 1);
  }
  return new Map([...counts].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
