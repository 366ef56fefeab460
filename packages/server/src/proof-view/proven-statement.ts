import type { Figure, ProvenStatement } from "@streamgate/contract";
import { type ResultComparison, type StatementProof, seededRandom } from "@streamgate/core";
import { median, p95 } from "../report/samples.ts";
import { logDensity } from "./charts/density.ts";
import { logAxis } from "./charts/log-axis.ts";
import { planDiff } from "./plan-diff.ts";
import { quantileShift } from "./quantile-shift.ts";
import { ratioOf } from "./side-effects.ts";

/** One statement of a proof, ready to be drawn. @param seed of the proof */
export function provenStatement(statement: StatementProof, seed: number): ProvenStatement {
  const { fingerprint, text, role, beforeMs, afterMs, usesFix } = statement;
  return {
    fingerprint,
    text,
    role,
    before: sideOf(beforeMs),
    after: sideOf(afterMs),
    speedupOfMedian: ratioOf(statement.speedupOfMedian, "measured"),
    speedupOfP95: ratioOf(statement.speedupOfP95, "measured"),
    shift: quantileShift(beforeMs, afterMs, seededRandom(seed)).map(({ quantile, difference }) => ({
      quantile,
      differenceMs: {
        value: difference.point,
        unit: "ms",
        rung: "measured",
        low: difference.low,
        high: difference.high,
      },
    })),
    density: densitiesOf(beforeMs, afterMs),
    results: resultsOf(statement.results),
    plan: planDiff(statement.planBefore, statement.planAfter),
    usesFix,
    ...(statement.replacedBy === undefined ? {} : { replacedBy: statement.replacedBy }),
  };
}

function sideOf(samples: readonly number[]): ProvenStatement["before"] {
  const measured = (value: number): Figure => ({
    value: Number.isFinite(value) ? value : null,
    unit: "ms",
    rung: "measured",
  });
  return { p50: measured(median(samples)), p95: measured(p95(samples)), runs: samples.length };
}

/** Both densities at the same times of one logarithmic axis, each with its peak at 1. */
function densitiesOf(
  beforeMs: readonly number[],
  afterMs: readonly number[],
): ProvenStatement["density"] {
  const { lowMs, highMs } = logAxis([...beforeMs, ...afterMs], 0, 1);
  const [before, after] = [beforeMs, afterMs].map((samples) => logDensity(samples, lowMs, highMs));
  const heights = (curve: typeof before): readonly number[] =>
    curve?.map(({ height }) => round(height)) ?? [];
  return {
    atMs: (before?.length ? before : (after ?? [])).map(({ value }) =>
      Number(value.toPrecision(5)),
    ),
    before: heights(before),
    after: heights(after),
  };
}

function resultsOf(results: ResultComparison): string {
  switch (results.kind) {
    case "identical":
      return `the same ${results.rows} rows`;
    case "identical but for ties":
      return `the same ${results.rows} rows, but for ties that the statement leaves open`;
    case "different":
      return `different: ${results.explanation}`;
  }
}

function round(height: number): number {
  return Math.round(height * 1e4) / 1e4;
}
