/** A node of a plan. */
export interface PlanNodeView {
  readonly operation: string;
  /** What it works on: a relation, an index, a condition. */
  readonly detail: string;
  readonly cost: number;
  readonly rows: number;
  /** Only where it ran. */
  readonly actualMs?: number;
  readonly actualRows?: number;
  readonly buffers?: number;
  readonly children: readonly PlanNodeView[];
}
