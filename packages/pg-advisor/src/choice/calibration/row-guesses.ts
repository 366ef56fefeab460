import type { PlanNode } from "../../plans/plan.ts";
import { walkPlan } from "../../plans/walk-plan.ts";
import type { WorkFacts } from "./plan-work.ts";

/** How far the number of rounds of a loop can be trusted. */
export interface RowGuess {
  readonly signature: string;
  /** The rounds may be so many times as many, 1 where the number is read from statistics of one condition. */
  readonly factor: number;
}

/** Each guess that an estimate was multiplied by may be wrong by so much. */
const FACTOR_A_GUESS = 2;
const MOST_GUESSES = 4;

/**
 * What stands behind the number of rounds of a nested loop or of a subquery that depends on the row. A join, a condition beyond the
 * first (taken to be independent of it), a group or a subquery within a filter is a guess, and errors multiply: the median estimate of
 * PostgreSQL is too low by a factor that grows exponentially with the joins below (Leis et al., How Good Are Query Optimizers,
 * Really?, PVLDB 9(3), 2015, figure 3). A hash join that reads a few rows more takes a little longer; a nested loop runs its inner
 * side once more for each of them. This is how the planner's cheaper plan of TPC-H query 20 with many indexes takes 2,190 ms for 765 ms.
 */
export function guessesAbove(node: PlanNode, repeated: PlanNode, facts: WorkFacts): RowGuess {
  const others = node.children.filter((child) => child !== repeated && !isSubquery(child));
  const isOfOwnRows = isSubquery(repeated);
  const sources = isOfOwnRows ? [...others, withoutChildren(node)] : others;
  const nodes = sources.flatMap((source) => [...walkPlan(source)].map((walked) => walked.node));
  const guesses = nodes.reduce((sum, one) => sum + guessesOf(one), isOfOwnRows ? 1 : 0);
  const rows = Math.max(1, sources[0]?.rows ?? 1);
  const factor = FACTOR_A_GUESS ** Math.min(guesses, MOST_GUESSES);
  return {
    signature: `${relationsOf(nodes)} × ${relationsOf([...walkPlan(repeated)].map((walked) => walked.node))}`,
    factor: Math.max(1, Math.min(factor, mostRows(nodes, facts) / rows)),
  };
}

function guessesOf(node: PlanNode): number {
  const conditions = conjunctsOf(node.indexCondition) + conjunctsOf(node.filter);
  const beyondFirst = Math.max(0, conditions - 1);
  const ofSubquery = node.filter?.includes("SubPlan") === true ? 2 : 0;
  return beyondFirst + ofSubquery + (makesRowsAnew(node) ? 1 : 0);
}

function makesRowsAnew({ nodeType, strategy }: PlanNode): boolean {
  if (["Nested Loop", "Hash Join", "Merge Join"].includes(nodeType)) return true;
  return nodeType === "Group" || (nodeType === "Aggregate" && strategy !== "Plain");
}

function conjunctsOf(condition: string | null): number {
  return condition === null ? 0 : condition.split(" AND ").length;
}

/** One relation cannot give more rows than it has; joins can. */
function mostRows(nodes: readonly PlanNode[], { relation }: WorkFacts): number {
  const read = nodes.filter((node) => node.relation !== null);
  const [only, second] = read;
  if (only === undefined || second !== undefined) return Number.POSITIVE_INFINITY;
  const rows = relation(only.schema, only.relation ?? "")?.rows ?? -1;
  return rows < 0 ? Number.POSITIVE_INFINITY : rows;
}

function relationsOf(nodes: readonly PlanNode[]): string {
  const names = nodes.flatMap((node) => (node.relation === null ? [] : [node.relation]));
  return [...new Set(names)].sort().join(", ");
}

function isSubquery({ parentRelationship }: PlanNode): boolean {
  return parentRelationship === "SubPlan" || parentRelationship === "InitPlan";
}

function withoutChildren(node: PlanNode): PlanNode {
  return { ...node, children: [] };
}
