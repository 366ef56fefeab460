import { planUnreadable } from "../errors.ts";
import { nodeFactsOf } from "../parse-plan.ts";
import type { Condition, ExplainedNode } from "./explained-node.ts";
import type { Properties } from "./explained-plan.ts";
import {
  actualOf,
  bitmapOf,
  blocksOf,
  hashAggregateOf,
  hashOf,
  ioMsOf,
  memoizeOf,
  sortOf,
  storageOf,
  walOf,
  workersOf,
} from "./node-figures.ts";
import { listOf, maybeNumberOf, numberOf, textOf, textsOf } from "./read-properties.ts";

/** Deeper than any plan of the planner's: what is nested further is none. */
export const MOST_DEPTH = 400;

const CONDITIONS = [
  "Index Cond",
  "Recheck Cond",
  "TID Cond",
  "Hash Cond",
  "Merge Cond",
  "Join Filter",
  "Filter",
  "One-Time Filter",
  "Run Condition",
  "Conflict Filter",
  "Order By",
] as const;

/** The typed tree of a node of EXPLAIN (FORMAT JSON), or of what the text reader made of the same names. */
export function buildTree(root: Properties): ExplainedNode {
  let lastId = 0;
  const build = (of: Properties, depth: number): ExplainedNode => {
    if (depth > MOST_DEPTH) throw planUnreadable(undefined, "its nodes are nested too deeply");
    lastId += 1;
    const id = lastId;
    const { Plans: _, ...properties } = of;
    return {
      ...nodeFactsOf(of),
      id,
      children: listOf(of, "Plans").map((child) => build(child, depth + 1)),
      actual: actualOf(of),
      conditions: conditionsOf(of),
      output: textsOf(of, "Output"),
      groupKeys: textsOf(of, "Group Key"),
      removed: {
        byFilter: numberOf(of, "Rows Removed by Filter"),
        byJoinFilter: numberOf(of, "Rows Removed by Join Filter"),
        byIndexRecheck: numberOf(of, "Rows Removed by Index Recheck"),
      },
      sort: sortOf(of),
      hash: hashOf(of),
      hashAggregate: hashAggregateOf(of),
      memoize: memoizeOf(of),
      bitmap: bitmapOf(of),
      heapFetches: maybeNumberOf(of, "Heap Fetches"),
      indexSearches: maybeNumberOf(of, "Index Searches"),
      blocks: blocksOf(of),
      ioMs: ioMsOf(of),
      wal: walOf(of),
      workersLaunched: maybeNumberOf(of, "Workers Launched"),
      workers: workersOf(of),
      subplansRemoved: numberOf(of, "Subplans Removed"),
      cteName: textOf(of, "CTE Name"),
      functionName: textOf(of, "Function Name"),
      storage: storageOf(of),
      isDisabled: of.Disabled === true,
      properties,
    };
  };
  return build(root, 1);
}

function conditionsOf(of: Properties): readonly Condition[] {
  return CONDITIONS.flatMap((name) => {
    const text = textOf(of, name);
    return text === null ? [] : [{ name, text }];
  });
}
