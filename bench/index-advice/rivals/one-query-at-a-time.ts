import type { PlanNode } from "@streamgate/pg-advisor";
import type { Advisor } from "../advisor.ts";
import { type ColumnIndex, definitionOf, singleColumnIndexes } from "./column-index.ts";
import { hypotheticalBytes } from "./hypothetical-size.ts";
import { WhatIfCosts } from "./what-if-costs.ts";

/**
 * Looks at each query alone, as hypothetical-index advisors in wide use do: every column that it
 * compares, sorts or groups by gets a hypothetical index, the planner picks those that it likes, and
 * what it picked is advised. The union over the queries is filled into the budget by cost saved a byte.
 */
export const oneQueryAtATime: Advisor = {
  name: "one query at a time",
  async advise(input, budgetBytes) {
    const started = performance.now();
    const { statements, columns, snapshot } = input;
    const twin = await input.makeTwin();
    try {
      const costs = new WhatIfCosts(twin, input);
      const thoughtOf = columns.map(({ compared, ordered }) =>
        singleColumnIndexes([...compared, ...ordered], snapshot),
      );
      await costs.define(uniqueById(thoughtOf.flat()));
      const saved = new Map<ColumnIndex["id"], { readonly index: ColumnIndex; cost: number }>();
      for (const [position, { callsAnHour }] of statements.entries()) {
        const offered = thoughtOf[position] ?? [];
        const [before, after] = [
          await costs.plan(position, []),
          await costs.plan(position, offered),
        ];
        if (before === null || after === null || after.totalCost >= before.totalCost) continue;
        const used = indexNames(after);
        const picked = offered.filter(({ id }) => used.has(id));
        for (const index of picked) {
          const entry = saved.get(index.id) ?? { index, cost: 0 };
          entry.cost += (callsAnHour * (before.totalCost - after.totalCost)) / picked.length;
          saved.set(index.id, entry);
        }
      }
      const ranked = [...saved.values()]
        .map(({ index, cost }) => ({ index, cost, bytes: hypotheticalBytes(index, snapshot) }))
        .toSorted((one, other) => other.cost / other.bytes - one.cost / one.bytes);
      const advised: ColumnIndex[] = [];
      let believedBytes = 0;
      for (const { index, bytes } of ranked) {
        if (believedBytes + bytes > budgetBytes) continue;
        advised.push(index);
        believedBytes += bytes;
      }
      return {
        indexes: advised.map(definitionOf),
        believedBytes,
        plannerCalls: costs.plannerCalls,
        advisedInMs: performance.now() - started,
        foretold: null,
      };
    } finally {
      await twin.close();
    }
  },
};

function uniqueById(indexes: readonly ColumnIndex[]): readonly ColumnIndex[] {
  return [...new Map(indexes.map((index) => [index.id, index])).values()];
}

function indexNames(plan: PlanNode): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: PlanNode): void => {
    if (node.index !== null) names.add(node.index);
    for (const child of node.children) visit(child);
  };
  visit(plan);
  return names;
}
