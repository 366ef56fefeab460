import type { PlanNode } from "./plan.ts";

/** Every node of a plan, parents before children, with its depth below the root. */
export function* walkPlan(
  plan: PlanNode,
  depth = 0,
): Generator<{ readonly node: PlanNode; readonly depth: number }> {
  yield { node: plan, depth };
  for (const child of plan.children) yield* walkPlan(child, depth + 1);
}

/** An index that a plan reads, by the name that EXPLAIN gives it. */
export interface UsedIndex {
  /** Schema of the table, where EXPLAIN told it (VERBOSE); an index lives in its table's schema. */
  readonly schema: string | null;
  readonly name: string;
  /** The table that it is read for; null below a Bitmap Heap Scan of no known table. */
  readonly table: string | null;
}

/** The indexes that a plan reads, each once, in the order of their first use. */
export function indexesUsed(plan: PlanNode): readonly UsedIndex[] {
  const found = new Map<string, UsedIndex>();
  collectIndexes(plan, null, found);
  return [...found.values()];
}

/** Bitmap Index Scans name no table: it is that of the Bitmap Heap Scan above. */
function collectIndexes(
  node: PlanNode,
  heapScan: PlanNode | null,
  found: Map<string, UsedIndex>,
): void {
  const table = node.relation === null ? heapScan : node;
  if (node.index !== null) {
    const used = {
      schema: table?.schema ?? null,
      name: node.index,
      table: table?.relation ?? null,
    };
    const key = JSON.stringify([used.schema, used.name]);
    if (!found.has(key)) found.set(key, used);
  }
  const heapBelow = node.nodeType === "Bitmap Heap Scan" ? node : heapScan;
  for (const child of node.children) collectIndexes(child, heapBelow, found);
}
