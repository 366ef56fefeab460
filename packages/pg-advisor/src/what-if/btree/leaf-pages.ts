import type { BtreeFacts } from "./key-column.ts";
import { type KeyGroup, keyGroups } from "./key-groups.ts";
import {
  FREE_BYTES,
  LINE_POINTER_BYTES,
  pagesFor,
  ROW_ID_BYTES,
  reservedBytes,
} from "./page-space.ts";
import { align, meanTupleWidth } from "./tuple-width.ts";

const DEFAULT_FILL_FACTOR_PERCENT = 90;
/** Room that each leaf keeps for a row id in its high key. */
const HIGH_KEY_ROW_ID_BYTES = 8;
/** Posting lists stop at a tenth of a page. */
const LARGEST_POSTING_BYTES = 808;

/** The lowest level of a B-tree. */
export interface Leaves {
  readonly pages: number;
  readonly tuples: number;
}

/** The leaves as CREATE INDEX fills them. */
export function describeLeaves(facts: BtreeFacts): Leaves {
  const baseBytes = meanTupleWidth(facts.columns);
  const packed = facts.deduplicates
    ? packGroups(keyGroups(facts), baseBytes)
    : { tuples: facts.rows, bytes: facts.rows * (baseBytes + LINE_POINTER_BYTES) };
  const meanBytes = packed.bytes / packed.tuples;
  const postingBytes = Math.max(0, meanBytes - LINE_POINTER_BYTES - baseBytes);
  const reserve = reservedBytes(facts.fillFactorPercent ?? DEFAULT_FILL_FACTOR_PERCENT);
  const perPage = tuplesPerPage(meanBytes, postingBytes, reserve);
  return { pages: pagesFor(packed.tuples, perPage), tuples: packed.tuples };
}

/**
 * A leaf is full when less than the reserve is free, not counting the last posting list, or when no
 * further tuple fits; then its last tuple moves to the next page and leaves a high key behind.
 */
function tuplesPerPage(tupleBytes: number, postingBytes: number, reserve: number): number {
  const untilReserve = Math.floor((FREE_BYTES - reserve + postingBytes) / tupleBytes);
  const untilNoneFits = Math.floor((FREE_BYTES - HIGH_KEY_ROW_ID_BYTES) / tupleBytes) - 1;
  return Math.max(2, Math.min(untilReserve, untilNoneFits));
}

interface PackedTuples {
  readonly tuples: number;
  readonly bytes: number;
}

function packGroups(groups: readonly KeyGroup[], baseBytes: number): PackedTuples {
  let tuples = 0;
  let bytes = 0;
  for (const { keys, rowsPerKey } of groups) {
    const few = packKey(Math.floor(rowsPerKey), baseBytes);
    const many = packKey(Math.ceil(rowsPerKey), baseBytes);
    const share = rowsPerKey - Math.floor(rowsPerKey);
    tuples += keys * (few.tuples * (1 - share) + many.tuples * share);
    bytes += keys * (few.bytes * (1 - share) + many.bytes * share);
  }
  return { tuples: Math.max(1, tuples), bytes };
}

/** The tuples of one key that `rows` rows have: full posting lists and what is left. */
function packKey(rows: number, baseBytes: number): PackedTuples {
  const perList = Math.max(1, Math.floor((LARGEST_POSTING_BYTES - baseBytes) / ROW_ID_BYTES));
  const fullLists = Math.floor(rows / perList);
  const rest = rows - fullLists * perList;
  return {
    tuples: fullLists + (rest > 0 ? 1 : 0),
    bytes: fullLists * postingBytes(perList, baseBytes) + postingBytes(rest, baseBytes),
  };
}

function postingBytes(rows: number, baseBytes: number): number {
  if (rows === 0) return 0;
  const ids = rows === 1 ? 0 : rows * ROW_ID_BYTES;
  return align(baseBytes + ids, 8) + LINE_POINTER_BYTES;
}
