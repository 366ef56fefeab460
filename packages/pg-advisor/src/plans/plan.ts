/** One node of a plan, as EXPLAIN (FORMAT JSON) tells it. */
export interface PlanNode {
  readonly nodeType: string;
  readonly parentRelationship: string | null;
  readonly joinType: string | null;
  /** How an aggregate or set operation works: `Hashed`, `Sorted`, `Plain`, `Mixed`. */
  readonly strategy: string | null;
  readonly schema: string | null;
  readonly relation: string | null;
  readonly alias: string | null;
  readonly index: string | null;
  readonly scanDirection: string | null;
  readonly indexCondition: string | null;
  readonly filter: string | null;
  readonly sortKeys: readonly string[];
  readonly startupCost: number;
  readonly totalCost: number;
  readonly rows: number;
  readonly width: number;
  readonly children: readonly PlanNode[];
  /** What a ModifyTable does: `Insert`, `Update`, `Delete`, `Merge`. */
  readonly operation?: string;
  /** `Partial` or `Finalize` where an aggregate is done in two steps. */
  readonly partialMode?: string;
  readonly isParallelAware?: boolean;
  /** Of a Gather. */
  readonly workersPlanned?: number;
  /** `CTE recent`, `SubPlan 1`, `InitPlan 2`. */
  readonly subplanName?: string;
}
