import type { Snapshot, Twin } from "@streamgate/pg-advisor";
import type { Advisor, AdvisorInput } from "../advisor.ts";
import {
  type ColumnIndex,
  columnIndex,
  definitionOf,
  singleColumnIndexes,
} from "./column-index.ts";
import { hypotheticalBytes } from "./hypothetical-size.ts";
import { WhatIfCosts } from "./what-if-costs.ts";

const WIDEST = 3;
/** A step must save this share of the cost of the workload, or it is not taken. */
const LEAST_SHARE_SAVED = 0.003;

/** A set of indexes that is one move away. */
interface Move {
  readonly indexes: readonly ColumnIndex[];
  readonly bytes: number;
}

/**
 * Extend (R. Schlosser, J. Kossmann, M. Boissier, Efficient Scalable Multi-attribute Index Selection
 * Using Recursive Strategies, ICDE 2019): from nothing, either one more single-column index or one
 * more column at the end of a chosen index, whichever saves most planner cost for each byte that it
 * adds, until the budget is spent or nothing saves any more. Bytes are HypoPG's.
 */
export const extend: Advisor = {
  name: "Extend",
  async advise(input, budgetBytes) {
    const started = performance.now();
    const twin = await input.makeTwin();
    try {
      const { chosen, plannerCalls } = await search(input, twin, budgetBytes);
      return {
        indexes: chosen.indexes.map(definitionOf),
        believedBytes: chosen.bytes,
        plannerCalls,
        advisedInMs: performance.now() - started,
        foretold: null,
      };
    } finally {
      await twin.close();
    }
  },
};

async function search(
  input: AdvisorInput,
  twin: Twin,
  budgetBytes: number,
): Promise<{ readonly chosen: Move; readonly plannerCalls: number }> {
  const { snapshot, columns } = input;
  const costs = new WhatIfCosts(twin, input);
  const singles = singleColumnIndexes(
    columns.flatMap(({ compared, ordered }) => [...compared, ...ordered]),
    snapshot,
  );
  let chosen: Move = { indexes: [], bytes: 0 };
  let cost = await costs.total([]);
  for (;;) {
    const moves = movesFrom(chosen, singles, snapshot).filter(({ bytes }) => bytes <= budgetBytes);
    await costs.define(moves.flatMap(({ indexes }) => indexes));
    let best: { readonly move: Move; readonly cost: number; readonly ratio: number } | null = null;
    for (const move of moves) {
      const costAfter = await costs.total(move.indexes);
      if (cost - costAfter < cost * LEAST_SHARE_SAVED) continue;
      const ratio = (cost - costAfter) / Math.max(1, move.bytes - chosen.bytes);
      if (best === null || ratio > best.ratio) best = { move, cost: costAfter, ratio };
    }
    if (best === null) return { chosen, plannerCalls: costs.plannerCalls };
    chosen = best.move;
    cost = best.cost;
  }
}

function movesFrom(
  { indexes }: Move,
  singles: readonly ColumnIndex[],
  snapshot: Snapshot,
): readonly Move[] {
  const taken = new Set(indexes.map(({ id }) => id));
  const added = singles.filter(({ id }) => !taken.has(id)).map((single) => [...indexes, single]);
  const extended = indexes.flatMap((index) =>
    extensionsOf(index, singles)
      .filter(({ id }) => !taken.has(id))
      .map((longer) => indexes.map((one) => (one === index ? longer : one))),
  );
  return [...added, ...extended].map((set) => ({
    indexes: set,
    bytes: set.reduce((sum, index) => sum + hypotheticalBytes(index, snapshot), 0),
  }));
}

function extensionsOf(
  { table, columns }: ColumnIndex,
  singles: readonly ColumnIndex[],
): readonly ColumnIndex[] {
  if (columns.length >= WIDEST) return [];
  return singles
    .filter((single) => single.table.schema === table.schema && single.table.name === table.name)
    .flatMap((single) => single.columns)
    .filter((column) => !columns.includes(column))
    .map((column) => columnIndex(table, [...columns, column]));
}
