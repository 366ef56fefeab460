import type { BtreeFacts, KeyColumn } from "./key-column.ts";
import { distinctCombinations } from "./key-groups.ts";
import { FREE_BYTES, LINE_POINTER_BYTES, ROW_ID_BYTES, reservedBytes } from "./page-space.ts";
import { align, meanTupleWidth } from "./tuple-width.ts";

const KEYLESS_DOWNLINK_BYTES = 12;

/** How many children an inner page points to. Its first downlink has no key. */
export function downlinksPerPage(
  facts: BtreeFacts,
  leafTuples: number,
  fillFactorPercent: number,
): number {
  const usable = FREE_BYTES - reservedBytes(fillFactorPercent) - KEYLESS_DOWNLINK_BYTES;
  const withKey = meanPivotWidth(facts, leafTuples) + LINE_POINTER_BYTES;
  return Math.max(2, Math.floor(usable / withKey) + 1);
}

/**
 * A pivot keeps as many key columns as tell its neighbours apart, and a row id where none do. Two
 * neighbouring leaf tuples agree in the first columns unless these have as many values.
 */
function meanPivotWidth(facts: BtreeFacts, leafTuples: number): number {
  const keys = facts.columns.slice(0, facts.keyCount);
  let undecided = 1;
  let width = 0;
  for (let kept = 1; kept <= keys.length; kept += 1) {
    const agreeing = shareThatAgrees(keys.slice(0, kept), facts, leafTuples);
    width += Math.max(0, undecided - agreeing) * meanTupleWidth(keys.slice(0, kept));
    undecided = Math.min(undecided, agreeing);
  }
  return width + undecided * (meanTupleWidth(keys) + align(ROW_ID_BYTES, 8));
}

function shareThatAgrees(
  columns: readonly KeyColumn[],
  facts: BtreeFacts,
  leafTuples: number,
): number {
  const isWholeKey = columns.length === facts.keyCount;
  const distinct =
    isWholeKey && facts.distinctKeys !== null
      ? facts.distinctKeys
      : distinctCombinations(columns, facts.rows);
  return Math.max(0, 1 - distinct / Math.max(leafTuples, 1));
}
