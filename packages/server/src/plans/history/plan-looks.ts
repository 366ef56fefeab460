import { createHash } from "node:crypto";
import { type PlanNode, planShape } from "@streamgate/pg-advisor";

/** What one look said of a statement's plan. */
export interface PlanLook {
  readonly fingerprint: string;
  readonly plan: PlanNode;
}

/** A stretch of time in which every look saw one plan; times in ms since 1970. */
export interface KeptPlan {
  readonly id: string;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly plan: PlanNode;
}

/** What a plan does, without what it costs, as one short word: the same for plans that read and join the same in the same order. */
export function shapeHash(plan: PlanNode): string {
  return createHash("sha256").update(planShape(plan)).digest("hex").slice(0, 16);
}
