import { keyOf } from "../schema/identifiers.ts";
import { type Cover, coverOf, type Difference, differenceOf, isWider } from "./index-cover.ts";
import type { IndexPortrait } from "./index-portrait.ts";
import type { IndexShape } from "./index-shape.ts";

/** An index that another one, which stays, makes superfluous. */
export interface DuplicateIndex {
  readonly superfluous: IndexPortrait;
  readonly kept: IndexPortrait;
  readonly cover: Cover;
  /** Why the other one of the two is kept. */
  readonly why: string;
  readonly caveats: readonly string[];
}

/** An index that looks superfluous beside another one, and is not. */
export interface NoDuplicate {
  readonly index: IndexPortrait;
  readonly other: IndexPortrait;
  readonly difference: Difference;
}

/** Beyond this ratio of sizes, scans of the larger index are no longer as cheap. */
const MUCH_LARGER = 2;
/** Up to this ratio of sizes an index of more rows stands in for a partial one. */
const NEARLY_AS_SMALL = 1.25;

/**
 * Indexes that could go because another one that stays does all that they do. Never both of two that are the same, never one that a
 * constraint, replication or a reference needs, never the index of a partition by itself.
 */
export function findDuplicateIndexes(
  portraits: readonly IndexPortrait[],
): readonly DuplicateIndex[] {
  return byTable(portraits).flatMap(duplicatesOfTable);
}

/** Indexes that a look at their columns alone would call superfluous, each with what it does that the other one does not. */
export function findNoDuplicates(portraits: readonly IndexPortrait[]): readonly NoDuplicate[] {
  return byTable(portraits).flatMap((ofTable) => {
    const gone = new Set(duplicatesOfTable(ofTable).map(({ superfluous }) => superfluous));
    return ofTable.flatMap((index) => {
      if (gone.has(index)) return [];
      for (const other of ofTable) {
        if (other === index || gone.has(other)) continue;
        if (index.shape === null || other.shape === null) continue;
        const difference = differenceOf(index.shape, other.shape);
        if (difference !== null) return [{ index, other, difference }];
      }
      return [];
    });
  });
}

function byTable(portraits: readonly IndexPortrait[]): readonly (readonly IndexPortrait[])[] {
  const tables = new Map<string, IndexPortrait[]>();
  for (const portrait of portraits) {
    if (!portrait.index.isValid || portrait.shape === null) continue;
    const key = keyOf(portrait.index.table);
    const known = tables.get(key);
    if (known === undefined) tables.set(key, [portrait]);
    else known.push(portrait);
  }
  return [...tables.values()];
}

function duplicatesOfTable(portraits: readonly IndexPortrait[]): readonly DuplicateIndex[] {
  // The most worth keeping first: whoever goes is covered by one that was judged before, and stays.
  const ranked = portraits.toSorted(byWorth);
  const kept: IndexPortrait[] = [];
  const found: DuplicateIndex[] = [];
  for (const portrait of ranked) {
    const cover = isFree(portrait) ? firstCover(portrait, kept) : null;
    if (cover === null) kept.push(portrait);
    else
      found.push({
        superfluous: portrait,
        ...cover,
        why: whyKept(cover.kept, portrait),
        caveats: caveatsOf(portrait, cover),
      });
  }
  return found;
}

/** What makes one of two more worth keeping: positive where it is the first. */
interface Merit {
  readonly of: (one: IndexPortrait) => number;
  readonly words: string;
}

/** Covers before what they cover; of the same, those that must stay, then the more used, the smaller. */
const MERITS: readonly Merit[] = [
  { of: (one) => Number(!isFree(one)), words: "something else than searches needs it" },
  { of: ({ index }) => index.keys.length, words: "its keys reach further" },
  { of: ({ index }) => Number(index.predicate === null), words: "it has all rows" },
  { of: ({ index }) => Number(index.isUnique), words: "it keeps rows unique besides" },
  { of: (one) => Number(treatsNullsAsEqual(one)), words: "it counts NULLs as equal besides" },
  { of: ({ index }) => index.includes.length, words: "it carries more columns" },
  { of: ({ index }) => index.scans, words: "it is the more used one" },
  { of: ({ index }) => -index.sizeBytes, words: "it is the smaller one" },
];

function byWorth(one: IndexPortrait, other: IndexPortrait): number {
  for (const { of } of MERITS) {
    const difference = of(other) - of(one);
    if (difference !== 0) return difference;
  }
  return compareText(one.index.name, other.index.name);
}

function whyKept(kept: IndexPortrait, superfluous: IndexPortrait): string {
  const merit = MERITS.find(({ of }) => of(kept) !== of(superfluous));
  return merit?.words ?? "the two are equals, and its name comes first";
}

/** Whether nothing but searches needs it. A unique index without a constraint may go for the same promise in another one. */
function isFree({ index, duties, isClustered, upkeep }: IndexPortrait): boolean {
  if (index.parent !== null || isClustered) return false;
  if ((upkeep?.dependsOnExtensions.length ?? 0) > 0) return false;
  return duties.every(({ kind }) => kind === "unique" || kind === "foreign key");
}

function firstCover(
  { shape, index, table }: IndexPortrait,
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
  return best ?? firstWider(shape, index.sizeBytes, table?.notNull ?? [], kept);
}

function firstWider(
  shape: IndexShape,
  sizeBytes: number,
  notNull: readonly string[],
  kept: readonly IndexPortrait[],
): { readonly kept: IndexPortrait; readonly cover: Cover } | null {
  const wider = kept.find(
    (other) =>
      other.shape !== null &&
      other.index.sizeBytes <= sizeBytes * NEARLY_AS_SMALL &&
      isWider(shape, other.shape, notNull),
  );
  return wider === undefined ? null : { kept: wider, cover: "wider" };
}

function caveatsOf(
  { index, shape, upkeep }: IndexPortrait,
  { kept, cover }: { readonly kept: IndexPortrait; readonly cover: Cover },
): readonly string[] {
  const caveats: string[] = [];
  if (cover === "prefix" && kept.index.sizeBytes > index.sizeBytes * MUCH_LARGER)
    caveats.push(
      "the other one is more than twice as large: scans of many entries read more pages there",
    );
  if (index.keys.some(({ expression }) => expression !== null))
    caveats.push("hints and statistics that name this index by its name go with it");
  if (cover === "wider")
    caveats.push(
      "the other one holds all rows: where few of them meet the predicate later, it is the slower one",
    );
  if (String(shape?.options ?? []) !== String(kept.shape?.options ?? []))
    caveats.push("the two have other storage options");
  if ((upkeep?.tablespace ?? null) !== (kept.upkeep?.tablespace ?? null))
    caveats.push("the two lie in other tablespaces");
  return caveats;
}

function treatsNullsAsEqual({ shape }: IndexPortrait): boolean {
  return shape?.treatsNullsAsEqual ?? false;
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
