import type { WeighedNode } from "../costs/weighed-plan.ts";
import { columnsOfCondition } from "../expressions/read-condition.ts";
import { rowErrorOf } from "./row-error.ts";
import { type PlanProblem, type RuleInput, severityOfShare } from "./rule.ts";
import { amount, nodeName, percent, tablesBelow, times } from "./wording.ts";

/** Each loop reads many rows: a hash of them would be asked once. */
const LEAST_LOOPS = 100;
const LEAST_ROWS_SEEN = 100_000;
/** Each loop is a lookup by an index: one or the other costs little. */
const LEAST_LOOKUPS = 1_000;
const LEAST_UNEXPECTED = 10;
const MANY_LOOKUPS = 10_000;
const LEAST_SHARE = 0.3;
const LEAST_SHARE_OF_LOOKUPS = 0.5;

/** A nested loop runs its inner side very often, and most of the statement is spent there. */
export function nestedLoop({ weighed }: RuleInput): readonly PlanProblem[] {
  return weighed.nodes.flatMap((at) => {
    if (at.node.nodeType !== "Nested Loop") return [];
    const [outer, inner] = at.children.filter(({ node }) => !isBeside(node.parentRelationship));
    if (outer === undefined || inner === undefined) return [];
    const why = whyOf(at, outer, inner);
    if (why === null) return [];
    const share = shareOfLoops(at, inner);
    const loops = at.node.actual === null ? outer.rows : inner.loops;
    return [
      {
        kind: "plan/nested-loop",
        at,
        object: tablesBelow(inner).join(", "),
        severity: severityOfShare(share),
        summary: `a nested loop ${at.node.actual === null ? "is expected to run" : "ran"} ${nodeName(innermost(inner).node)} ${amount(loops)} times, ${percent(share)} of the statement: ${why.because}`,
        figures: [
          { name: "loops", value: loops, unit: "loops" },
          { name: "share of the statement", value: share, unit: "ratio" },
        ],
        remedy: why.remedy,
      },
    ];
  });
}

interface Why {
  readonly because: string;
  readonly remedy: string;
}

function whyOf(at: WeighedNode, outer: WeighedNode, inner: WeighedNode): Why | null {
  const hasRun = at.node.actual !== null;
  const loops = hasRun ? inner.loops : outer.rows;
  const share = shareOfLoops(at, inner);
  if (!looksUp(inner)) {
    const seen = hasRun ? rowsSeen(at, inner) : loops * inner.node.rows;
    if (loops < LEAST_LOOPS || seen < LEAST_ROWS_SEEN || share < LEAST_SHARE) return null;
    const columns = columnsOf(at);
    return {
      because: `it has no index to look rows up by, and compared ${amount(seen)} pairs`,
      remedy: `an index on ${tablesBelow(inner).join(", ") || "the inner side"}${columns === "" ? "" : ` by its column of ${columns}`}, or an equality that can be hashed in the join's condition`,
    };
  }
  if (!hasRun) return null;
  const error = rowErrorOf(outer);
  const isUnexpected =
    error?.isUnderestimate === true && error.factor >= LEAST_UNEXPECTED && loops >= LEAST_LOOKUPS;
  if (isUnexpected && share >= LEAST_SHARE)
    return {
      because: `the planner expected ${times(error.factor)} fewer rows on the outer side`,
      remedy:
        "mend the estimate of the outer side; SET LOCAL enable_nestloop = off shows what a hash join would cost",
    };
  return loops >= MANY_LOOKUPS && share >= LEAST_SHARE_OF_LOOKUPS
    ? {
        because: "each lookup is cheap, all of them are not",
        remedy:
          "compare with SET LOCAL enable_nestloop = off; let fewer rows reach the loop, or lower random_page_cost only if the table is not in memory",
      }
    : null;
}

/** What is spent again in each loop: what the inner side computed once and kept is not. */
function shareOfLoops(at: WeighedNode, inner: WeighedNode): number {
  const again = (of: WeighedNode): number =>
    of.node.actual !== null && of.loops <= at.loops
      ? 0
      : of.share + of.children.reduce((sum, child) => sum + again(child), 0);
  return Math.min(1, at.share + again(inner));
}

/** Pairs that were compared, or rows that the inner side read in all loops. */
function rowsSeen(at: WeighedNode, inner: WeighedNode): number {
  const pairs = at.rows + at.node.removed.byJoinFilter * at.loops;
  const read = [inner, ...inner.children].map(
    ({ node, rows, loops }) => rows + node.removed.byFilter * loops,
  );
  return Math.max(pairs, ...read);
}

function looksUp(inner: WeighedNode): boolean {
  const { node } = innermost(inner);
  if (node.nodeType === "Bitmap Heap Scan" || node.nodeType === "Tid Scan") return true;
  return (
    node.indexCondition !== null ||
    inner.children.some(({ node: below }) => below.indexCondition !== null)
  );
}

/** Below what only keeps or hands on rows. */
function innermost(at: WeighedNode): WeighedNode {
  const [only, other] = at.children;
  const handsOn = /^(?:Materialize|Memoize|Limit|Subquery Scan|Result|Unique|Sort|Aggregate)$/.test(
    at.node.nodeType,
  );
  return handsOn && only !== undefined && other === undefined ? innermost(only) : at;
}

function columnsOf({ node }: WeighedNode): string {
  const filter = node.conditions.find(({ name }) => name === "Join Filter");
  return columnsOfCondition(filter?.text ?? "").join(", ");
}

function isBeside(relationship: string | null): boolean {
  return relationship === "InitPlan" || relationship === "SubPlan";
}
