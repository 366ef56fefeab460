import type { WeighedNode } from "../costs/weighed-plan.ts";
import { columnsOfCondition, ownColumns, readCondition } from "../expressions/read-condition.ts";
import { type RowError, rowErrorOf } from "./row-error.ts";
import type { PlanProblem, RuleInput } from "./rule.ts";
import { isStale } from "./stale-statistics.ts";
import { amount, nodeName, tableOf, times } from "./wording.ts";

const LEAST_FACTOR = 10;
const LEAST_ROWS_OFF = 1_000;
/** A node whose inputs are as wrong as this got its error from them. */
const INHERITED_FACTOR = 5;
const GRAVE_FACTOR = 100;

/** The planner expected another number of rows than came; told where it begins, not where it ends up. */
export function rowEstimate({ weighed, facts }: RuleInput): readonly PlanProblem[] {
  return weighed.nodes.flatMap((at) => {
    const error = wrongOf(at);
    if (error === null || inheritsIt(at, error)) return [];
    if (isStale(at, facts)) return [];
    const direction = error.isUnderestimate ? "fewer" : "more";
    return [
      {
        kind: "plan/row-estimate",
        at,
        severity: severityOf(at, error),
        summary: `the planner expected ${times(error.factor)} ${direction} rows than came from ${nodeName(at.node)} (${amount(error.expected)} for ${amount(error.real)})`,
        figures: [
          { name: "expected rows a loop", value: error.expected, unit: "rows", isEstimated: true },
          { name: "rows a loop", value: error.real, unit: "rows" },
          { name: "error of the estimate", value: error.factor, unit: "ratio" },
        ],
        remedy: remedyOf(at),
      },
    ];
  });
}

/** The error of a node, where it is large enough to mislead the planner. */
function wrongOf(at: WeighedNode): RowError | null {
  const error = rowErrorOf(at);
  if (error === null || error.factor < LEAST_FACTOR) return null;
  const off = Math.abs(at.rows - at.expectedRows);
  return off >= LEAST_ROWS_OFF ? error : null;
}

/** Whether an input is wrong in the same direction: then the error begins below. */
function inheritsIt(at: WeighedNode, error: RowError): boolean {
  return at.children.some((child) => {
    if (child.node.parentRelationship === "InitPlan" && child.node.cteName === null) return false;
    const its = firstErrorOf(child);
    return (
      its !== null &&
      its.factor >= INHERITED_FACTOR &&
      its.isUnderestimate === error.isUnderestimate
    );
  });
}

/** The error of a node, or of what it hands on unchanged. */
function firstErrorOf(at: WeighedNode): RowError | null {
  const own = rowErrorOf(at);
  if (own !== null) return own;
  const errors = at.children.map(firstErrorOf).filter((error) => error !== null);
  return errors.toSorted((one, other) => other.factor - one.factor)[0] ?? null;
}

/** What no node above decided by can have done little harm. */
function severityOf(at: WeighedNode, { factor }: RowError): PlanProblem["severity"] {
  const decides = ancestorsOf(at).some(({ node }) => /Join|Nested Loop/.test(node.nodeType));
  if (!decides) return "low";
  return factor >= GRAVE_FACTOR ? "high" : "medium";
}

function ancestorsOf(at: WeighedNode): readonly WeighedNode[] {
  return at.parent === null ? [] : [at.parent, ...ancestorsOf(at.parent)];
}

function remedyOf(at: WeighedNode): string {
  const { node } = at;
  if (node.nodeType === "Function Scan")
    return `say how many rows ${node.functionName ?? "the function"} returns: ALTER FUNCTION … ROWS n, or a support function`;
  if (node.nodeType === "CTE Scan" || node.nodeType === "WorkTable Scan")
    return "the planner knows nothing of the values of a materialised CTE: NOT MATERIALIZED, or a temporary table with ANALYZE";
  if (node.nodeType === "Aggregate" || node.nodeType === "Group") return remedyOfGroups(at);
  if (node.relation === null)
    return "the columns that are joined depend on other conditions: extended statistics on each table's columns of join and filter, or a narrower condition on the larger side";
  return remedyOfScan(at);
}

function remedyOfGroups({ node, children }: WeighedNode): string {
  if (node.filter !== null)
    return "what HAVING keeps is not known before it is computed: a temporary table with ANALYZE, or a kept summary, tells the planner";
  const columns = [...new Set(node.groupKeys.flatMap(columnsOfCondition))];
  const [table] = [...new Set(children.flatMap(scanned))];
  const on = columns.length > 1 ? columns.join(", ") : "the grouped expression";
  return columns.length > 1
    ? `CREATE STATISTICS (ndistinct) ON ${on} FROM ${table ?? "the table"}; then ANALYZE ${table ?? "it"}`
    : `raise the statistics target of ${columns[0] ?? on}, or set its n_distinct; then ANALYZE`;
}

function scanned(at: WeighedNode): readonly string[] {
  return at.node.relation === null ? at.children.flatMap(scanned) : [tableOf(at.node)];
}

function remedyOfScan({ node, children }: WeighedNode): string {
  const table = tableOf(node);
  const texts = [
    ...node.conditions.map(({ text }) => text),
    ...children.flatMap((child) => child.node.conditions.map(({ text }) => text)),
  ];
  const terms = texts.flatMap(readCondition);
  const columns = ownColumns(terms, node);
  const wrapped = terms.find((term) => term.wrapped !== null && term.wrapped.by !== "cast");
  if (wrapped !== undefined && wrapped.wrapped !== null)
    return `the planner has no statistics of ${wrapped.wrapped.with}${wrapped.wrapped.by === "function" ? "()" : ""} on ${wrapped.wrapped.column}: CREATE STATISTICS ON (the expression) FROM ${table}; then ANALYZE ${table}`;
  if (columns.length > 1)
    return `CREATE STATISTICS (dependencies, mcv) ON ${columns.join(", ")} FROM ${table}; then ANALYZE ${table}`;
  const [column] = columns;
  return column === undefined
    ? `ANALYZE ${table}`
    : `ALTER TABLE ${table} ALTER COLUMN ${column} SET STATISTICS 1000; then ANALYZE ${table}`;
}
