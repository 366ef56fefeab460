import type { BlockCounts } from "../tree/explained-node.ts";

const NONE: BlockCounts = {
  sharedHit: 0,
  sharedRead: 0,
  sharedDirtied: 0,
  sharedWritten: 0,
  localHit: 0,
  localRead: 0,
  localDirtied: 0,
  localWritten: 0,
  tempRead: 0,
  tempWritten: 0,
};

/** Field by field, never below 0. */
export function lessBlocks(one: BlockCounts, other: BlockCounts | null, share = 1): BlockCounts {
  if (other === null) return one;
  const less = (name: keyof BlockCounts): number => Math.max(0, one[name] - other[name] * share);
  return {
    sharedHit: less("sharedHit"),
    sharedRead: less("sharedRead"),
    sharedDirtied: less("sharedDirtied"),
    sharedWritten: less("sharedWritten"),
    localHit: less("localHit"),
    localRead: less("localRead"),
    localDirtied: less("localDirtied"),
    localWritten: less("localWritten"),
    tempRead: less("tempRead"),
    tempWritten: less("tempWritten"),
  };
}

/** Blocks that were looked at, wherever they were found. */
export function blocksTouched(counts: BlockCounts | null): number {
  const { sharedHit, sharedRead, localHit, localRead, tempRead, tempWritten } = counts ?? NONE;
  return sharedHit + sharedRead + localHit + localRead + tempRead + tempWritten;
}
