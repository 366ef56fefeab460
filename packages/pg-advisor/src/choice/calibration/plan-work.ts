import type { PlanNode } from "../../plans/plan.ts";
import { keyOf } from "../../schema/identifiers.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import { guessesAbove } from "./row-guesses.ts";

/**
 * The kinds of work whose speed a calibration tells apart. Of the last two the planner's cost knows nothing, as they are the same in every
 * plan of a statement: what a call takes before and after it works, and what it takes to send its rows.
 */
export const WORK_KINDS = [
  "sequential pages",
  "scattered pages",
  "tuples",
  "joins",
  "hashes",
  "sorts",
  "workers",
  "start",
  "output",
] as const;
export type WorkKind = (typeof WORK_KINDS)[number];

/** Those that the planner's cost is made of. */
export const COSTED_KINDS: readonly WorkKind[] = WORK_KINDS.filter(
  (kind) => kind !== "start" && kind !== "output",
);

/**
 * The planner's cost of a plan by kind of work; `start` is 1 a call, `output` 1 for each row that is sent and for each 32 bytes of it. The
 * other kinds add up to the plan's total cost.
 */
export type PlanWork = Readonly<Record<WorkKind, number>>;

/** A loop whose number of rounds the planner guessed, with the work more that a wrong guess would bring. */
interface GuessedLoop {
  /** What is read anew for each row of what: the same in every plan that has it. */
  readonly signature: string;
  readonly extra: PlanWork;
}

/** What a plan costs, told apart. */
export interface PlanAnatomy {
  readonly work: PlanWork;
  readonly loops: readonly GuessedLoop[];
}

/** The prices and sizes that a plan's costs were made of. */
export interface WorkFacts {
  readonly sequentialPageCost: number;
  /** CPU that a row read through an index costs. */
  readonly indexedRowCost: number;
  /** Pages and rows of a relation; null where it is unknown. */
  readonly relation: (
    schema: string | null,
    name: string,
  ) => { readonly pages: number; readonly rows: number } | null;
}

export const NO_WORK: PlanWork = {
  "sequential pages": 0,
  "scattered pages": 0,
  tuples: 0,
  joins: 0,
  hashes: 0,
  sorts: 0,
  workers: 0,
  start: 0,
  output: 0,
};

/** Bytes that take about as long to write out as a row takes by itself. */
const BYTES_LIKE_A_ROW = 32;

const OPERATORS_A_ROW = 1;

export function workFactsOf({
  relations,
  settings,
}: Pick<Snapshot, "relations" | "settings">): WorkFacts {
  const priceOf = (name: string, byDefault: number): number => {
    const value = Number(settings.find((setting) => setting.name === name)?.value ?? byDefault);
    return Number.isFinite(value) ? value : byDefault;
  };
  const known = new Map(relations.map((relation) => [keyOf(relation), relation]));
  return {
    sequentialPageCost: priceOf("seq_page_cost", 1),
    indexedRowCost:
      priceOf("cpu_index_tuple_cost", 0.005) +
      priceOf("cpu_tuple_cost", 0.01) +
      OPERATORS_A_ROW * priceOf("cpu_operator_cost", 0.0025),
    relation: (schema, name) => known.get(keyOf({ schema: schema ?? "public", name })) ?? null,
  };
}

/**
 * Takes a plan's cost apart by kind of work. EXPLAIN tells each node's total only: a node's own cost is that total less its children's,
 * an inner side counted once a row of the outer one. The parts of a child whose parent stops early (LIMIT) shrink with it, so
 * that the parts always add up to the plan's total cost.
 */
export function anatomyOf(plan: PlanNode, facts: WorkFacts): PlanAnatomy {
  const { work, loops } = anatomyOfNode(plan, facts);
  const output = plan.rows * (1 + plan.width / BYTES_LIKE_A_ROW);
  return { work: { ...work, start: 1, output }, loops };
}

function anatomyOfNode(node: PlanNode, facts: WorkFacts): PlanAnatomy {
  const once = node.children.filter((child) => !isRepeated(node, child));
  const repeated = node.children.filter((child) => isRepeated(node, child));
  let sum: PlanAnatomy = { work: NO_WORK, loops: [] };
  for (const child of once) sum = join(sum, anatomyOfNode(child, facts));
  const below = costOf(sum.work);
  if (below > node.totalCost && below > 0) sum = scale(sum, node.totalCost / below);
  let left = Math.max(0, node.totalCost - costOf(sum.work));
  for (const child of repeated) {
    const [outer] = once;
    const rounds =
      child.parentRelationship === "SubPlan" ? Infinity : Math.max(1, outer?.rows ?? 1);
    const spent = Math.min(child.totalCost * rounds, left);
    if (!(spent > 0) || child.totalCost <= 0) continue;
    left -= spent;
    const part = scale(anatomyOfNode(child, facts), spent / child.totalCost);
    const guess = guessesAbove(node, child, facts);
    const loop = {
      signature: guess.signature,
      extra: scaleWork(part.work, guess.factor - 1),
    };
    sum = join(sum, guess.factor > 1 ? { ...part, loops: [...part.loops, loop] } : part);
  }
  return join(sum, { work: ownWork(node, left, facts), loops: [] });
}

/** The inner side of a nested loop and a subquery that depends on the row are read again and again. */
function isRepeated(node: PlanNode, child: PlanNode): boolean {
  if (child.parentRelationship === "SubPlan") return true;
  return node.nodeType === "Nested Loop" && child.parentRelationship === "Inner";
}

function ownWork(node: PlanNode, cost: number, facts: WorkFacts): PlanWork {
  switch (node.nodeType) {
    case "Seq Scan":
    case "Sample Scan": {
      const pages = facts.relation(node.schema, node.relation ?? "")?.pages ?? 0;
      const read = Math.min(cost, pages * facts.sequentialPageCost);
      return { ...NO_WORK, "sequential pages": read, tuples: cost - read };
    }
    case "Index Scan":
    case "Index Only Scan":
    case "Bitmap Heap Scan":
    case "Bitmap Index Scan":
    case "Tid Scan":
    case "Tid Range Scan": {
      const tuples = Math.min(cost, rowsReadBy(node) * facts.indexedRowCost);
      return { ...NO_WORK, "scattered pages": cost - tuples, tuples };
    }
    case "Nested Loop":
    case "Merge Join":
      return { ...NO_WORK, joins: cost };
    case "Hash":
    case "Hash Join":
      return { ...NO_WORK, hashes: cost };
    case "Sort":
    case "Incremental Sort":
      return { ...NO_WORK, sorts: cost };
    case "Gather":
    case "Gather Merge":
      return { ...NO_WORK, workers: cost };
    default:
      return node.strategy === "Hashed"
        ? { ...NO_WORK, hashes: cost }
        : { ...NO_WORK, tuples: cost };
  }
}

/** A bitmap's rows are all looked at on their pages, also those that a filter then throws away. */
function rowsReadBy({ nodeType, rows, children }: PlanNode): number {
  if (nodeType !== "Bitmap Heap Scan") return rows;
  return children.reduce((most, child) => Math.max(most, child.rows), rows);
}

/** The planner's cost that the work adds up to. */
export function costOf(work: PlanWork): number {
  return COSTED_KINDS.reduce((sum, kind) => sum + work[kind], 0);
}

function scaleWork(work: PlanWork, factor: number): PlanWork {
  return mapWork((kind) => work[kind] * factor);
}

export function addWork(one: PlanWork, other: PlanWork): PlanWork {
  return mapWork((kind) => one[kind] + other[kind]);
}

function mapWork(read: (kind: WorkKind) => number): PlanWork {
  return {
    "sequential pages": read("sequential pages"),
    "scattered pages": read("scattered pages"),
    tuples: read("tuples"),
    joins: read("joins"),
    hashes: read("hashes"),
    sorts: read("sorts"),
    workers: read("workers"),
    start: read("start"),
    output: read("output"),
  };
}

/** Both anatomies together. */
export function join(one: PlanAnatomy, other: PlanAnatomy): PlanAnatomy {
  return { work: addWork(one.work, other.work), loops: [...one.loops, ...other.loops] };
}

export function scale({ work, loops }: PlanAnatomy, factor: number): PlanAnatomy {
  return {
    work: scaleWork(work, factor),
    loops: loops.map((loop) => ({ ...loop, extra: scaleWork(loop.extra, factor) })),
  };
}
