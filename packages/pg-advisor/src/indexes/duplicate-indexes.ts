import { keyOf } from "../schema/identifiers.ts";
import { type Cover, coverOf } from "./index-cover.ts";
import type { IndexPortrait } from "./index-portrait.ts";

/** An index that another one, which stays, makes superfluous. */
export interface DuplicateIndex {
  readonly superfluous: IndexPortrait;
  readonly kept: IndexPortrait;
  readonly cover: Cover;
  readonly caveats: readonly string[];
}

/** Beyond this ratio of sizes, scans of the larger index are no longer as cheap. */
const MUCH_LARGER = 2;

/**
 * Indexes that could go because another one that stays does all that they do. Never both of two that are the same, never one that a
 * constraint, replication or a reference needs, never the index of a partition by itself.
 */
export function findDuplicateIndexes(
  portraits: readonly IndexPortrait[],
): readonly DuplicateIndex[] {
  const byTable = new Map<string, IndexPortrait[]>();
  for (const portrait of portraits) {
    if (!portrait.index.isValid || portrait.shape === null) continue;
    const key = keyOf(portrait.index.table);
    const known = byTable.get(key);
    if (known === undefined) byTable.set(key, [portrait]);
    else known.push(portrait);
  }
  return [...byTable.values()].flatMap(duplicatesOfTable);
}

function duplicatesOfTable(portraits: readonly IndexPortrait[]): readonly DuplicateIndex[] {
  // The most worth keeping first: whoever goes is covered by one that was judged before, and stays.
  const ranked = portraits.toSorted(byWorth);
  const kept: IndexPortrait[] = [];
  const found: DuplicateIndex[] = [];
  for (const portrait of ranked) {
    const cover = isFree(portrait) ? firstCover(portrait, kept) : null;
    if (cover === null) kept.push(portrait);
    else found.push({ superfluous: portrait, ...cover, caveats: caveatsOf(portrait, cover) });
  }
  return found;
}

/** Covers before what they cover; of the same, those that must stay, then the more used, the smaller, the first by name. */
function byWorth(one: IndexPortrait, other: IndexPortrait): number {
  return (
    Number(isFree(one)) - Number(isFree(other)) ||
    keyCount(other) - keyCount(one) ||
    Number(other.index.isUnique) - Number(one.index.isUnique) ||
    Number(treatsNullsAsEqual(other)) - Number(treatsNullsAsEqual(one)) ||
    other.index.includes.length - one.index.includes.length ||
    Number(other.isClustered) - Number(one.isClustered) ||
    other.index.scans - one.index.scans ||
    one.index.sizeBytes - other.index.sizeBytes ||
    compareText(one.index.name, other.index.name)
  );
}

/** Whether nothing but searches needs it. A unique index without a constraint may go for the same promise in another one. */
function isFree({ index, duties }: IndexPortrait): boolean {
  if (index.parent !== null) return false;
  return duties.every(({ kind }) => kind === "unique" || kind === "foreign key");
}

function firstCover(
  { shape }: IndexPortrait,
  kept: readonly IndexPortrait[],
): { readonly kept: IndexPortrait; readonly cover: Cover } | null {
  if (shape === null) return null;
  let best: { readonly kept: IndexPortrait; readonly cover: Cover } | null = null;
  for (const other of kept) {
    // What is judged at the end of a transaction is no promise to ON CONFLICT.
    if (shape.isUnique && other.isDeferrable) continue;
    const cover = other.shape === null ? null : coverOf(shape, other.shape);
    if (cover === "same") return { kept: other, cover };
    if (cover !== null && (best === null || other.index.sizeBytes < best.kept.index.sizeBytes))
      best = { kept: other, cover };
  }
  return best;
}

function caveatsOf(
  { index }: IndexPortrait,
  { kept, cover }: { readonly kept: IndexPortrait; readonly cover: Cover },
): readonly string[] {
  const caveats: string[] = [];
  if (cover === "prefix" && kept.index.sizeBytes > index.sizeBytes * MUCH_LARGER)
    caveats.push(
      "the other one is more than twice as large: scans of many entries read more pages there",
    );
  if (index.keys.some(({ expression }) => expression !== null))
    caveats.push("hints and statistics that name this index by its name go with it");
  return caveats;
}

function treatsNullsAsEqual({ shape }: IndexPortrait): boolean {
  return shape?.treatsNullsAsEqual ?? false;
}

function keyCount({ index }: IndexPortrait): number {
  return index.keys.length;
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
