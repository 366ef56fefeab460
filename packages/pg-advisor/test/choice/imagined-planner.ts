import type { Candidate } from "../../src/candidates/candidate.ts";
import { describeDefinition } from "../../src/candidates/definition-sql.ts";
import type { PlanNode } from "../../src/plans/plan.ts";
import type { WhatIf } from "../../src/what-if/what-if.ts";

/** Costs that a test makes up: for each text, without an index and with each set of definitions that helps. */
export type ImaginedCosts = (text: string, present: readonly string[]) => number | Error;

/** A what-if whose planner is a function, for tests of the choice alone. */
export function imaginedPlanner(
  costOf: ImaginedCosts,
  sizeBytes: (definition: string) => number = () => 1024 ** 2,
): WhatIf & { calls: number } {
  const names = new Map<string, string>();
  const planner: WhatIf & { calls: number } = {
    calls: 0,
    name: "twin",
    parameterTypes: async () => [],
    define: async (candidates: readonly Candidate[]) => {
      for (const { id, definition } of candidates) names.set(id, shortName(definition));
    },
    sizeBytes: (id) => sizeBytes(names.get(id) ?? ""),
    plan: async () => {
      throw new Error("the choice plans in bulk");
    },
    planMany: async (requests, { present }) => {
      planner.calls += requests.length;
      const shown = present.map((id) => names.get(id) ?? "");
      return requests.map(({ text }) => {
        const cost = costOf(text, shown);
        return cost instanceof Error ? cost : planOf(cost);
      });
    },
    close: async () => undefined,
  };
  return planner;
}

/** `songs (artist, year DESC)` */
function shortName(definition: Candidate["definition"]): string {
  return describeDefinition(definition).replace("public.", "");
}

function planOf(totalCost: number): PlanNode {
  return {
    nodeType: "Seq Scan",
    parentRelationship: null,
    joinType: null,
    strategy: null,
    schema: null,
    relation: null,
    alias: null,
    index: null,
    scanDirection: null,
    indexCondition: null,
    filter: null,
    sortKeys: [],
    startupCost: 0,
    totalCost,
    rows: 1,
    width: 1,
    children: [],
  };
}
