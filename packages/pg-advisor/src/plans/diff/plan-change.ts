/** What can change between two plans of a statement. */
const PLAN_CHANGES = [
  "scan",
  "index",
  "condition",
  "direction",
  "partitions",
  "table",
  "join-method",
  "join-type",
  "join-sides",
  "join-order",
  "aggregate",
  "sort",
  "step",
  "parallel",
  "added",
  "removed",
  "subplan",
  "spill",
  "estimate",
  "rows",
  "buffers",
] as const;
export type PlanChangeKind = (typeof PLAN_CHANGES)[number];

/** One change, named. */
export interface PlanChange {
  readonly kind: PlanChangeKind;
  /** The tables or the node that it is about. */
  readonly subject: string;
  readonly before: string | null;
  readonly after: string | null;
  /** For a person. */
  readonly sentence: string;
  /** `ExplainedNode.id` in either plan; null where it has no such node. */
  readonly beforeId: number | null;
  readonly afterId: number | null;
  /** Whether it is of how much the executor had to do, not of what it does. */
  readonly isOfFigures: boolean;
}

/** Changes of how much the executor had to do; the others are of what it does. */
const FIGURES: ReadonlySet<PlanChangeKind> = new Set<PlanChangeKind>([
  "estimate",
  "rows",
  "buffers",
  "spill",
]);

export function isFigureChange(kind: PlanChangeKind): boolean {
  return FIGURES.has(kind);
}
