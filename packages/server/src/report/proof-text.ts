import {
  formatByteSize,
  formatDuration,
  type Proof,
  type ResultComparison,
  type StatementProof,
} from "@streamgate/core";
import { outlineLines } from "./plan-outline.ts";
import { median, p95 } from "./samples.ts";
import { cut, flow, oneLine, paragraph, safeLines } from "./text/layout.ts";
import type { Paint } from "./text/paint.ts";
import { formatConfidence, formatShare, formatSpeedup, groupDigits } from "./wording.ts";

const MARGIN = 5;

/** A proof as text: what ran where, how much faster, the plans, and what the fix costs. */
export function proofLines(proof: Proof, width: number, paint: Paint): readonly string[] {
  return [
    ...paragraph(oneLine(proof.explanation), width, MARGIN),
    "",
    ...timesLines(proof.statements, width, paint),
    "",
    ...planLines(proof.statements, width, paint),
    ...(isAskedOtherwise(proof) ? [] : paragraph(costsOf(proof), width, MARGIN)),
    ...paragraph(labOf(proof), width, MARGIN).map(paint.dim),
  ];
}

function timesLines(
  statements: readonly StatementProof[],
  width: number,
  paint: Paint,
): readonly string[] {
  const [first] = statements;
  if (first === undefined) return [];
  return [
    ...statements.flatMap((statement) => statementLines(statement, width, paint)),
    ...paragraph(
      `measured: ${groupDigits(first.beforeMs.length)} calls each way, interleaved; ${formatConfidence(first.speedupOfMedian)}; results ${resultsOf(statements)}${statements.some(({ role }) => role === "bystander") ? "; ○ = another statement on the same tables" : ""}`,
      width,
      MARGIN,
    ).map(paint.dim),
  ];
}

function statementLines(statement: StatementProof, width: number, paint: Paint): readonly string[] {
  const { role, text, beforeMs, afterMs, replacedBy } = statement;
  const mark = role === "bystander" ? "○" : "●";
  const figures = [
    `${speedOf(statement, paint)} ${statement.speedupOfMedian.point >= 1 ? "faster" : "the speed"}`,
    `median ${formatDuration(median(beforeMs))} → ${formatDuration(median(afterMs))}`,
    `p95 ${formatDuration(p95(beforeMs))} → ${formatDuration(p95(afterMs))}`,
  ];
  return [
    `${" ".repeat(MARGIN)}${paint.accent(cut(`${mark} ${oneLine(text)}`, width - MARGIN))}`,
    ...(replacedBy === undefined
      ? []
      : paragraph(`→ ${oneLine(replacedBy)}`, width, MARGIN + 2)
          .slice(0, 4)
          .map(paint.accent)),
    ...flow(figures, width, MARGIN + 2),
  ];
}

function speedOf(statement: StatementProof, paint: Paint): string {
  const { low, high } = statement.speedupOfMedian;
  const text = formatSpeedup(statement.speedupOfMedian);
  if (low > 1.05) return paint.good(text);
  return high < 0.95 ? paint.bad(text) : text;
}

function resultsOf(statements: readonly StatementProof[]): string {
  const words = new Set(statements.map(({ results }) => comparisonOf(results)));
  return [...words].join("; ");
}

/** How the results of the two versions compare, in words. */
function comparisonOf(results: ResultComparison): string {
  switch (results.kind) {
    case "identical":
      return "identical";
    case "identical but for ties":
      return "identical but for tied rows";
    case "different":
      return `different (${oneLine(results.explanation)})`;
  }
}

/** The plans of the statement that gains most. */
function planLines(
  statements: readonly StatementProof[],
  width: number,
  paint: Paint,
): readonly string[] {
  const shown = statements.find(({ usesFix }) => usesFix) ?? statements[0];
  if (shown === undefined) return [];
  const outlined = (plan: string): readonly string[] =>
    outlineLines(safeLines(plan).join("\n")).map(
      (line) => `${" ".repeat(MARGIN + 2)}${cut(line, width - MARGIN - 2)}`,
    );
  const margin = " ".repeat(MARGIN);
  return [
    `${margin}${paint.dim("plan before")}`,
    ...outlined(shown.planBefore),
    `${margin}${paint.dim("plan after")}`,
    ...outlined(shown.planAfter),
    "",
  ];
}

/** What only the code that asks would do otherwise costs the database nothing. */
function isAskedOtherwise({ statements, realSizeBytes }: Proof): boolean {
  return realSizeBytes === 0 && statements.some(({ replacedBy }) => replacedBy !== undefined);
}

function costsOf(proof: Proof): string {
  const { predictedSizeBytes, realSizeBytes, buildMs, writeCost } = proof;
  const size = `Size ${formatByteSize(realSizeBytes)} (measured; ${formatByteSize(predictedSizeBytes)} estimated)`;
  const build = `built in ${formatDuration(buildMs)} (measured)`;
  const write =
    writeCost === undefined
      ? "no cost of writing was measured"
      : `an inserted row takes ${formatSpeedup(writeCost.ratio)} the time (measured, ${formatConfidence(writeCost.ratio)})`;
  return `${size}; ${build}; ${write}.`;
}

function labOf({ lab, seed }: Proof): string {
  const tables = lab.tables
    .map(
      ({ table, rows, share }) =>
        `${oneLine(table)} ${groupDigits(rows)} rows (${formatShare(share)})`,
    )
    .join(", ");
  const kind = lab.kind === "copy" ? "a copy on PostgreSQL" : `${oneLine(lab.address)}, PostgreSQL`;
  return `Lab: ${kind} ${lab.serverVersion}: ${tables}. Seed ${seed}.`;
}
