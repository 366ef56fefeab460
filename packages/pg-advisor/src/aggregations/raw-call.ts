import type { PlanNode } from "../plans/plan.ts";
import type { Configuration, WhatIf } from "../what-if/what-if.ts";
import type { Statement } from "../workload/workload.ts";
import { rowsAggregated } from "./estimate-summary.ts";

/** A call of a statement as it is, as the planner expects it; means over its samples by their weight. */
export interface RawCall {
  /** Rows that it counts. */
  readonly rows: number;
  readonly costToday: number;
  /** Once the advised indexes stand. */
  readonly costWithIndexes: number;
}

const TODAY: Configuration = { present: [], absent: [] };

/** Null where the planner does not plan the statement, or aggregates nothing. */
export async function weighRawCalls(
  { text, samples }: Statement,
  {
    whatIf,
    withIndexes = TODAY,
  }: { readonly whatIf: Pick<WhatIf, "planMany">; readonly withIndexes?: Configuration },
): Promise<RawCall | null> {
  const requests = samples.map((sample) => ({ text, sample }));
  const today = await whatIf.planMany(requests, TODAY);
  const later = await whatIf.planMany(requests, withIndexes);
  const raw = { rows: 0, costToday: 0, costWithIndexes: 0 };
  for (const [index, { weight }] of samples.entries()) {
    const [before, after] = [planAt(today, index), planAt(later, index)];
    const rows = before === null ? null : rowsAggregated(before);
    if (before === null || after === null || rows === null) return null;
    raw.rows += rows * weight;
    raw.costToday += before.totalCost * weight;
    raw.costWithIndexes += after.totalCost * weight;
  }
  return raw;
}

function planAt(plans: readonly (PlanNode | Error)[], index: number): PlanNode | null {
  const plan = plans[index];
  return plan === undefined || plan instanceof Error ? null : plan;
}
