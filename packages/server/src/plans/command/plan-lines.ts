import { formatByteSize, formatDuration } from "@streamgate/core";
import type { PlanAdvice, PlanFinding, WeighedNode } from "@streamgate/pg-advisor";
import { oneLine, paragraph, widthOf } from "../../report/text/layout.ts";
import type { Paint } from "../../report/text/paint.ts";
import { type Column, tableLines } from "../../report/text/table.ts";
import { counted, formatShare, groupDigits } from "../../report/wording.ts";
import { nodeWords } from "./node-words.ts";

/** A plan as a person reads it: its tree with true costs, then what is wrong with it. */
export function planLines(advice: PlanAdvice, width: number, paint: Paint): readonly string[] {
  const numbers = numbersByNode(advice.findings);
  return [
    ...headLines(advice, width, paint),
    "",
    ...treeLines(advice, numbers, width, paint),
    "",
    ...findingLines(advice.findings, width, paint),
  ];
}

function headLines({ weighed }: PlanAdvice, width: number, paint: Paint): readonly string[] {
  const { plan, totalMs } = weighed;
  const words = [
    plan.isAnalyzed ? "measured: the statement ran" : "estimated: the statement did not run",
    totalMs === null ? null : `executed in ${formatDuration(totalMs)}`,
    plan.planningMs === null ? null : `planned in ${formatDuration(plan.planningMs)}`,
    plan.jit === null ? null : `compiled in ${formatDuration(plan.jit.totalMs)}`,
    plan.isAnalyzed ? null : `cost ${groupDigits(plan.root.totalCost)}`,
  ].filter((word) => word !== null);
  const statement = plan.statement === null ? [] : paragraph(oneLine(plan.statement), width, 0);
  return [
    ...statement.slice(0, MOST_STATEMENT_LINES).map(paint.accent),
    paint.bold(words.join(" · ")),
  ];
}

const MOST_STATEMENT_LINES = 3;

function treeLines(
  { weighed }: PlanAdvice,
  numbers: ReadonlyMap<number, readonly number[]>,
  width: number,
  paint: Paint,
): readonly string[] {
  const { basis, nodes, plan } = weighed;
  const own = { time: "own time", blocks: "own blocks", cost: "own cost" }[basis];
  const columns: readonly Column[] = [
    { title: own, align: "right" },
    { title: "share", align: "right" },
    { title: plan.isAnalyzed ? "rows" : "rows exp.", align: "right" },
    ...(plan.isAnalyzed
      ? ([
          { title: "expected", align: "right" },
          { title: "loops", align: "right" },
        ] as const)
      : []),
    { title: "node", align: "left", isElastic: true },
  ];
  const rows = nodes.map((at) => {
    const found = numbers.get(at.node.id);
    const mark = found === undefined ? "" : ` [${found.join(", ")}]`;
    return [
      ownFigure(at, basis),
      at.node.actual !== null && at.loops === 0 ? "" : formatShare(at.share),
      groupDigits(at.rows),
      ...(plan.isAnalyzed ? [groupDigits(at.expectedRows), groupDigits(at.loops)] : []),
      `${"  ".repeat(at.depth)}${oneLine(nodeWords(at.node))}${mark}`,
    ];
  });
  return tableLines(columns, rows, Math.max(width, leastWidth(rows)), paint.dim);
}

/** A tree may be wider than a terminal: names that are cut off help nobody. */
function leastWidth(rows: readonly (readonly string[])[]): number {
  return Math.min(
    MOST_TREE_COLUMNS,
    Math.max(...rows.map((row) => widthOf(row.join("  ")) + ROOM)),
  );
}

const MOST_TREE_COLUMNS = 200;
const ROOM = 24;

function ownFigure(at: WeighedNode, basis: string): string {
  if (at.node.actual !== null && at.loops === 0) return "never ran";
  if (basis === "time") return formatMs(at.exclusiveMs ?? 0);
  if (basis === "cost") return groupDigits(at.exclusiveCost);
  const { sharedHit = 0, sharedRead = 0 } = at.exclusiveBlocks ?? {};
  return groupDigits(sharedHit + sharedRead);
}

function formatMs(ms: number): string {
  return ms < 10 ? `${ms.toFixed(2)} ms` : `${groupDigits(ms)} ms`;
}

function findingLines(
  findings: readonly PlanFinding[],
  width: number,
  paint: Paint,
): readonly string[] {
  if (findings.length === 0) return ["Nothing to complain of."];
  return [
    paint.bold(counted(findings.length, "finding")),
    ...findings.flatMap(({ finding }, index) => [
      "",
      ...paragraph(`${index + 1}  ${oneLine(finding.summary)}.`, width, 3, 0).map(paint.bold),
      paint.dim(`   ${finding.kind} · ${finding.severity}`),
      ...finding.evidence.flatMap(({ name, value, unit, rung }) =>
        paragraph(`${name}: ${formatFigure(value, unit)} (${rung})`, width, 5),
      ),
      ...paragraph(`To mend it: ${oneLine(finding.remedy ?? "")}.`, width, 3),
    ]),
  ];
}

function formatFigure(value: number, unit: string): string {
  switch (unit) {
    case "ms":
      return formatDuration(value);
    case "bytes":
      return formatByteSize(value);
    case "ratio":
      return value <= 1 ? formatShare(value) : `${groupDigits(value)}×`;
    default:
      return `${groupDigits(value)} ${unit}`;
  }
}

function numbersByNode(findings: readonly PlanFinding[]): ReadonlyMap<number, readonly number[]> {
  const numbers = new Map<number, number[]>();
  for (const [index, { nodeId }] of findings.entries()) {
    const known = numbers.get(nodeId);
    if (known === undefined) numbers.set(nodeId, [index + 1]);
    else known.push(index + 1);
  }
  return numbers;
}
