import type { WeighedNode } from "../costs/weighed-plan.ts";
import { ownColumns, readCondition } from "../expressions/read-condition.ts";
import { hiddenTerm } from "./hidden-term.ts";
import type { PlanFacts } from "./plan-facts.ts";
import { type PlanProblem, type RuleInput, severityOfShare } from "./rule.ts";
import { partitionsOf, readInVain } from "./unpruned-partitions.ts";
import { amount, nodeName, percent, tableOf } from "./wording.ts";

/** Below this many rows an index gains nothing that anybody feels. */
const LEAST_REMOVED = 3_000;
const LEAST_ROWS_A_LOOP = 200;
/** An index is worth its place where a small part of the rows is kept. */
const MOST_KEPT = 0.1;
const LEAST_SHARE = 0.1;
/** A row found by an index costs the planner about four: where a scan costs more for each, an index would be taken. */
const LEAST_COST_A_ROW = 10;
const LEAST_COST = 200;

const SCANS: ReadonlySet<string> = new Set([
  "Seq Scan",
  "Index Scan",
  "Index Only Scan",
  "Bitmap Heap Scan",
]);

/** A scan reads many rows and throws most of them away. */
export function rowsFiltered(input: RuleInput): readonly PlanProblem[] {
  return input.weighed.nodes.flatMap((at) => {
    if (!SCANS.has(at.node.nodeType) || at.node.filter === null) return [];
    if (hiddenTerm(at, input.facts) !== null) return [];
    return at.node.actual === null ? expected(at, input.facts) : happened(at);
  });
}

/** Whether a scan that ran threw most of its rows away; the partitions of one table count together. */
export function throwsMostAway(at: WeighedNode): boolean {
  const siblings = at.parent === null ? [] : partitionsOf(at.parent);
  if (at.parent !== null && siblings.includes(at)) {
    if (readInVain(at.parent) !== null) return false;
    const isLargest = siblings.every((one) => removedBy(one) <= removedBy(at));
    return isLargest && isWaste(siblings);
  }
  return isWaste([at]);
}

function isWaste(scans: readonly WeighedNode[]): boolean {
  if (scans.every(isOfFewRows)) return false;
  const sum = (of: (at: WeighedNode) => number): number =>
    scans.reduce((total, at) => total + of(at), 0);
  const removed = sum(removedBy);
  const kept = sum((at) => at.rows) / Math.max(1, sum((at) => at.rows) + removed);
  return removed >= LEAST_REMOVED && kept <= MOST_KEPT && sum((at) => at.share) >= LEAST_SHARE;
}

/** A table of a page or two is read as quickly as its index, however often. */
function isOfFewRows({ node }: WeighedNode): boolean {
  return (node.actual?.rows ?? 0) + node.removed.byFilter < LEAST_ROWS_A_LOOP;
}

/** Rows that a scan's filter removed in all loops. */
export function removedBy({ node, loops }: WeighedNode): number {
  return node.removed.byFilter * loops;
}

/** Whether the planner expects a scan to read much for each row that it returns. */
export function expectsToThrowAway(
  at: WeighedNode,
  facts: PlanFacts,
  leastCostARow: number = LEAST_COST_A_ROW,
): boolean {
  const { totalCost, rows, nodeType } = at.node;
  if (nodeType !== "Seq Scan" || totalCost < LEAST_COST || at.share < LEAST_SHARE) return false;
  const inTable = facts.relationOf(at.node)?.rows ?? -1;
  return inTable > 0
    ? inTable - rows >= LEAST_REMOVED && rows <= inTable * MOST_KEPT
    : totalCost / Math.max(1, rows) >= leastCostARow;
}

function happened(at: WeighedNode): readonly PlanProblem[] {
  if (!throwsMostAway(at)) return [];
  const removed = removedBy(at);
  const read = at.rows + removed;
  return [
    {
      kind: "plan/rows-filtered",
      at,
      severity: severityOfShare(at.share),
      summary: `${nodeName(at.node)} read ${amount(read)} rows and threw ${percent(removed / read)} of them away`,
      figures: [
        { name: "rows read", value: read, unit: "rows" },
        { name: "rows removed by the filter", value: removed, unit: "rows" },
        { name: "share of the statement", value: at.share, unit: "ratio" },
      ],
      remedy: remedyOf(at),
    },
  ];
}

function expected(at: WeighedNode, facts: PlanFacts): readonly PlanProblem[] {
  if (!expectsToThrowAway(at, facts)) return [];
  const { totalCost, rows } = at.node;
  return [
    {
      kind: "plan/rows-filtered",
      at,
      severity: severityOfShare(at.share),
      summary: `${nodeName(at.node)} is expected to read the whole table for ${amount(rows)} rows`,
      figures: [
        { name: "expected rows", value: rows, unit: "rows" },
        { name: "cost a row", value: totalCost / Math.max(1, rows), unit: "cost" },
      ],
      remedy: remedyOf(at),
    },
  ];
}

function remedyOf({ node }: WeighedNode): string {
  const terms = readCondition(node.filter ?? "");
  const table = tableOf(node);
  if (terms.some((term) => term.hasLeadingWildcard))
    return `a pattern that begins with a wildcard needs a trigram index: CREATE EXTENSION pg_trgm, then an index on ${table} USING gin (column gin_trgm_ops)`;
  const columns = ownColumns(terms, node);
  const named = columns.length === 0 ? "the columns of its filter" : columns.join(", ");
  return node.nodeType === "Seq Scan"
    ? `weigh an index on ${table} that holds ${named} (streamgate advise finds and proves it)`
    : `weigh an index on ${table} that holds ${named} beside the columns of ${node.indexCondition === null ? "the one in use" : node.indexCondition}`;
}
