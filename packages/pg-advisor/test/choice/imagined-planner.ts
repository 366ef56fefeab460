import type { Candidate } from "../../src/candidates/candidate.ts";
import { describeDefinition } from "../../src/candidates/definition-sql.ts";
import type { PlanNode } from "../../src/plans/plan.ts";
import type { WhatIf } from "../../src/what-if/what-if.ts";

/** Costs that a test makes up: for each text, without an index and with each set of definitions that helps. */
export type ImaginedCosts = (
  text: string,
  present: readonly string[],
  absent: readonly string[],
) => number | Error;

/** A what-if whose planner is a function, for tests of the choice alone. */
export function imaginedPlanner(
  costOf: ImaginedCosts,
  sizeBytes: (definition: string) => number = () => 1024 ** 2,
  existing: readonly string[] = [],
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
    planMany: async (requests, { present, absent }) => {
      planner.calls += requests.length;
      const shown = present.map((id) => names.get(id) ?? "");
      return requests.map(({ text }) => {
        const gone = absent.map(({ name }) => name);
        const cost = costOf(text, shown, gone);
        if (cost instanceof Error) return cost;
        const used = present.filter((id) =>
          readBy((one, set) => costOf(one, set, gone), text, shown).has(names.get(id) ?? ""),
        );
        const missed = existing.filter((name) => costOf(text, shown, [...gone, name]) !== cost);
        return planOf(cost, [...used, ...missed]);
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

/** The indexes without which the plan would cost something else: what is not missed is taken away, one after the other. */
function readBy(
  costOf: (text: string, present: readonly string[]) => number | Error,
  text: string,
  present: readonly string[],
): ReadonlySet<string> {
  const cost = costOf(text, present);
  let needed = present;
  for (const name of present) {
    const rest = needed.filter((other) => other !== name);
    if (costOf(text, rest) === cost) needed = rest;
  }
  return new Set(needed);
}

/** A plan of that cost that reads these indexes. */
export function planOf(totalCost: number, indexes: readonly string[] = []): PlanNode {
  const node: PlanNode = {
    nodeType: "Result",
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
  const scans = indexes.map((index) => ({
    ...node,
    totalCost: 0,
    schema: "public",
    relation: "songs",
    index,
  }));
  return { ...node, children: scans };
}
