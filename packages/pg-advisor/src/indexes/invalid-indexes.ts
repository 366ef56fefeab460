import { keyOf, qualify } from "../schema/identifiers.ts";
import { coverOf } from "./index-cover.ts";
import type { IndexPortrait } from "./index-portrait.ts";

/** An index that serves no search and is written all the same, with what would mend it. */
export interface InvalidIndex {
  readonly portrait: IndexPortrait;
  readonly remedy: "drop" | "rebuild" | "wait";
  readonly reason: string;
}

/** What REINDEX CONCURRENTLY names its own unfinished index, and the old one that it could not drop. */
const LEFTOVER = /_cc(new|old)\d*$/;

/**
 * Invalid indexes, left by a concurrent build that did not end well. What a REINDEX left, and what a valid index does already, goes; what
 * somebody wanted and did not get is built again. One that may be being built is left alone, and so is that of a partitioned table,
 * which only lacks a partition.
 */
export function findInvalidIndexes(portraits: readonly IndexPortrait[]): readonly InvalidIndex[] {
  const parents = new Set(
    portraits.flatMap(({ index }) => (index.parent === null ? [] : [keyOf(index.parent)])),
  );
  return portraits.flatMap((portrait) => {
    const { index, table } = portrait;
    if (index.isValid) return [];
    const isPartitioned = parents.has(keyOf(index)) || table?.kind === "partitioned table";
    if (isPartitioned)
      return [
        { portrait, remedy: "wait", reason: "not every partition has an index attached to it yet" },
      ];
    if (portrait.isBeingBuilt === true)
      return [
        {
          portrait,
          remedy: "wait",
          reason: "a build of it may be going on: another session holds the lock of one",
        },
      ];
    return [remedyOf(portrait, portraits)];
  });
}

function remedyOf(portrait: IndexPortrait, portraits: readonly IndexPortrait[]): InvalidIndex {
  const { index, duties } = portrait;
  const mustStay =
    index.parent !== null || duties.some(({ kind }) => kind !== "unique" && kind !== "foreign key");
  if (mustStay)
    return { portrait, remedy: "rebuild", reason: "it is invalid, and something else needs it" };
  if (LEFTOVER.test(index.name))
    return {
      portrait,
      remedy: "drop",
      reason: "it is what a REINDEX CONCURRENTLY that did not end well left behind",
    };
  const standIn = portraits.find((other) => isStandIn(portrait, other));
  if (standIn !== undefined)
    return {
      portrait,
      remedy: "drop",
      reason: `it is what a CREATE INDEX CONCURRENTLY that did not end well left behind, and ${qualify(standIn.index)} does what it would do`,
    };
  const rows = index.isUnique
    ? "; where rows are not unique, the rebuild fails and names them"
    : "";
  return {
    portrait,
    remedy: "rebuild",
    reason: `a CREATE INDEX CONCURRENTLY did not end well, and no other index does what it would do${rows}`,
  };
}

function isStandIn({ index, shape }: IndexPortrait, other: IndexPortrait): boolean {
  if (!other.index.isValid || other.shape === null || shape === null) return false;
  return keyOf(other.index.table) === keyOf(index.table) && coverOf(shape, other.shape) !== null;
}
