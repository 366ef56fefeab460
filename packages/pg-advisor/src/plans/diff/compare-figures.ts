import { blocksTouched } from "../costs/block-counts.ts";
import type { WeighedNode } from "../costs/weighed-plan.ts";
import { amount } from "../rules/wording.ts";
import type { UnitPair } from "./align-units.ts";
import { change } from "./compare-pairs.ts";
import type { PlanChange } from "./plan-change.ts";
import { tablesOf } from "./unit-words.ts";
import type { Unit } from "./units.ts";

const LEAST_FACTOR = 2;
const LEAST_ROWS = 10;
const LEAST_BLOCKS = 64;

/** How much more or less each aligned unit was expected to do, and did. What only passes on a change of its inputs is not told. */
export function changesOfFigures(pairs: readonly UnitPair[]): readonly PlanChange[] {
  const byUnit = new Map(pairs.map((pair) => [pair.before, pair]));
  const isToldBelow = (pair: UnitPair, of: (pair: UnitPair) => boolean): boolean =>
    pair.before.children.some((child) => {
      const below = byUnit.get(child);
      return below !== undefined && (of(below) || isToldBelow(below, of));
    });
  return pairs.flatMap((pair) => [
    ...(hasOtherEstimate(pair) && !isToldBelow(pair, hasOtherEstimate) && isCounted(pair)
      ? [
          numberChange(
            "estimate",
            pair,
            pair.before.at.expectedRows,
            pair.after.at.expectedRows,
            "rows expected from",
          ),
        ]
      : []),
    ...(hasOtherRows(pair) && !isToldBelow(pair, hasOtherRows) && isCounted(pair)
      ? [numberChange("rows", pair, rowsOf(pair.before), rowsOf(pair.after), "rows that came from")]
      : []),
    ...blocksChange(pair),
    ...spillChange(pair),
  ]);
}

function rowsOf({ at }: Unit): number {
  return at.rows;
}

/** Nodes whose rows are their own doing, over the same tables. */
function isCounted({ before, after }: UnitPair): boolean {
  if (before.role === "leaf") return true;
  const isComparable = before.role === "join" || before.role === "aggregate";
  return isComparable && tablesOf(before) === tablesOf(after);
}

function hasOtherEstimate({ before, after }: UnitPair): boolean {
  // A parameterised inner side is expected to return what one outer row finds.
  if (isInner(before.at) !== isInner(after.at) || before.at.processes !== after.at.processes)
    return false;
  return differs(before.at.node.rows, after.at.node.rows, LEAST_ROWS);
}

function hasOtherRows({ before, after }: UnitPair): boolean {
  if (before.at.node.actual === null || after.at.node.actual === null) return false;
  if (isInner(before.at) || isInner(after.at) || before.at.mayStopEarly !== after.at.mayStopEarly)
    return false;
  return differs(rowsOf(before), rowsOf(after), LEAST_ROWS);
}

/** Whether it is run again and again, by a loop or for each row. */
function isInner(at: WeighedNode): boolean {
  const { parent, node } = at;
  if (parent === null) return false;
  if (node.parentRelationship === "SubPlan") return true;
  if (parent.node.nodeType === "Nested Loop" && node.parentRelationship === "Inner") return true;
  return isInner(parent);
}

function blocksChange(pair: UnitPair): readonly PlanChange[] {
  const [one, other] = [pair.before, pair.after].map(ownBlocks);
  if (one === undefined || other === undefined || one === null || other === null) return [];
  return differs(one, other, LEAST_BLOCKS)
    ? [numberChange("buffers", pair, one, other, "blocks touched by")]
    : [];
}

/** A leaf's blocks with those of its index scans and partitions. */
function ownBlocks({ at, role }: Unit): number | null {
  const counts = role === "leaf" ? at.node.blocks : at.exclusiveBlocks;
  return counts === null ? null : blocksTouched(counts);
}

function spillChange(pair: UnitPair): readonly PlanChange[] {
  const [one, other] = [pair.before, pair.after].map(({ at }) => spilledOf(at));
  if (one === other || one === undefined || other === undefined) return [];
  const word = (isSpilled: boolean): string => (isSpilled ? "on disk" : "in memory");
  return [change("spill", pair, word(one), word(other), `${pair.after.at.node.nodeType} of`)];
}

function spilledOf({ node }: WeighedNode): boolean {
  return (
    node.sort?.isOnDisk === true ||
    (node.hash?.batches ?? 1) > 1 ||
    (node.hashAggregate?.diskKb ?? 0) > 0 ||
    node.storage?.isOnDisk === true
  );
}

function differs(one: number, other: number, least: number): boolean {
  const [low, high] = one < other ? [one, other] : [other, one];
  return high - low >= least && high / Math.max(1, low) >= LEAST_FACTOR;
}

function numberChange(
  kind: "estimate" | "rows" | "buffers",
  pair: UnitPair,
  one: number,
  other: number,
  what: string,
): PlanChange {
  return change(kind, pair, amount(one), amount(other), what);
}
