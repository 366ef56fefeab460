import { drawKeys, MOST_KEYS_LAID_OUT } from "./draw-keys.ts";
import type { BtreeFacts } from "./key-column.ts";
import { type KeyGroup, keyGroups } from "./key-groups.ts";
import { FREE_BYTES, LINE_POINTER_BYTES, ROW_ID_BYTES, reservedBytes } from "./page-space.ts";
import { align, tupleWidths } from "./tuple-width.ts";

const DEFAULT_FILL_FACTOR_PERCENT = 90;
/** Room that each leaf keeps for a row id in its high key. */
const HIGH_KEY_ROW_ID_BYTES = 8;
/** Posting lists stop at a tenth of a page. */
const LARGEST_POSTING_BYTES = 808;
const MOST_ROWS_LAID_OUT = 2_000_000;
const FEWEST_ALIKE = 64;
/** The last page of a run is begun for less than that share of it. */
const ROUNDED_AWAY = 0.05;

/** The lowest level of a B-tree. */
export interface Leaves {
  readonly pages: number;
  readonly tuples: number;
}

/**
 * The leaves as CREATE INDEX fills them. Few keys are laid out page by page; of many those that are
 * like no others are, and others are drawn for the rest.
 */
export function describeLeaves(facts: BtreeFacts): Leaves {
  const groups = facts.deduplicates ? keyGroups(facts) : [{ keys: facts.rows, rowsPerKey: 1 }];
  const share = Math.min(1, MOST_ROWS_LAID_OUT / facts.rows);
  const runs = runsOf(groups.map((group) => scale(group, share)));
  const widthOf = createWidths(facts);
  const reserve = reservedBytes(facts.fillFactorPercent ?? DEFAULT_FILL_FACTOR_PERCENT);
  let pages = 0;
  let tuples = 0;
  for (const run of runs) {
    const writer = new LeafWriter(reserve);
    let laidOut = 0;
    for (const { rows, group, position } of drawKeys(run)) {
      writeKey(writer, rows, widthOf(group, position));
      laidOut += rows;
    }
    const wanted = run.reduce((sum, { keys, rowsPerKey }) => sum + keys * rowsPerKey, 0);
    const stretch = Math.max(1, wanted / Math.max(1, laidOut)) / share;
    const isWhole = runs.length === 1 && stretch === 1;
    pages += isWhole ? writer.pages : writer.pagesPerTuple * writer.tuples * stretch;
    tuples += writer.tuples * stretch;
  }
  return { pages: Math.max(1, Math.ceil(pages - ROUNDED_AWAY)), tuples: Math.max(1, tuples) };
}

/** About how many tuples the leaves have, without laying them out. */
export function countLeafTuples(facts: BtreeFacts): number {
  if (!facts.deduplicates) return Math.max(1, facts.rows);
  const perList = LARGEST_POSTING_BYTES / ROW_ID_BYTES;
  const groups = keyGroups(facts);
  return groups.reduce(
    (sum, { keys, rowsPerKey }) => sum + keys * Math.max(1, rowsPerKey / perList),
    0,
  );
}

/** Widths of representative tuples; where it is known of keys which columns they have no value of, of such tuples. */
function createWidths({ columns }: BtreeFacts): (group: KeyGroup, position: number) => number {
  const known = new Map<string, readonly number[]>();
  return ({ nullColumns }, position) => {
    const name = nullColumns?.join(",") ?? "any";
    const widths =
      known.get(name) ??
      tupleWidths(
        columns.map((column, place) =>
          nullColumns === undefined
            ? column
            : { ...column, nullFraction: nullColumns.includes(place) ? 1 : 0 },
        ),
      );
    known.set(name, widths);
    return widths[position % widths.length] ?? 0;
  };
}

/** All keys in one run, or those by themselves that no draw would represent. */
function runsOf(groups: readonly KeyGroup[]): readonly (readonly KeyGroup[])[] {
  const total = groups.reduce((sum, { keys }) => sum + keys, 0);
  if (total <= MOST_KEYS_LAID_OUT) return [groups];
  const single = groups.filter(({ keys }) => keys < FEWEST_ALIKE);
  const many = groups.filter(({ keys }) => keys >= FEWEST_ALIKE);
  return [single, many].filter((run) => run.length > 0);
}

/** Fewer keys, or where these are few, fewer rows of each. */
function scale(group: KeyGroup, share: number): KeyGroup {
  if (share >= 1) return group;
  if (group.keys * share >= 1) return { ...group, keys: group.keys * share };
  return { ...group, rowsPerKey: Math.max(1, group.rowsPerKey * share * group.keys), keys: 1 };
}

/** The tuples of one key: full posting lists and what is left. */
function writeKey(page: LeafWriter, rows: number, baseBytes: number): void {
  const perList = Math.max(1, Math.floor((LARGEST_POSTING_BYTES - baseBytes) / ROW_ID_BYTES));
  let left = rows;
  while (left > 0) {
    const ids = Math.min(left, perList);
    const bytes = ids === 1 ? baseBytes : align(baseBytes + ids * ROW_ID_BYTES, 8);
    page.write(bytes, bytes - baseBytes);
    left -= ids;
  }
}

/**
 * A leaf is full when no further tuple fits, or when less than the reserve is free, not counting the
 * row ids of the last posting list; then its last tuple moves to the next page and leaves a high key
 * behind (`_bt_buildadd` of nbtsort.c).
 */
class LeafWriter {
  readonly #reserve: number;
  #free = FREE_BYTES;
  #onPage = 0;
  #lastBytes = 0;
  #lastIdBytes = 0;
  #tuplesAtLastEnd = 0;
  pages = 1;
  tuples = 0;

  constructor(reserve: number) {
    this.#reserve = reserve;
  }

  /** Tuples of pages that are full, whose number is known well. */
  get pagesPerTuple(): number {
    return this.pages > 1 ? (this.pages - 1) / this.#tuplesAtLastEnd : 1 / Math.max(1, this.tuples);
  }

  write(bytes: number, idBytes: number): void {
    const fits = this.#free >= bytes + HIGH_KEY_ROW_ID_BYTES;
    const isFull = this.#free + this.#lastIdBytes < this.#reserve && this.#onPage > 1;
    if ((!fits || isFull) && this.#onPage > 1) {
      this.pages += 1;
      this.#tuplesAtLastEnd = this.tuples - 1;
      this.#free = FREE_BYTES - this.#lastBytes - LINE_POINTER_BYTES;
      this.#onPage = 1;
    }
    this.#free -= bytes + LINE_POINTER_BYTES;
    this.#onPage += 1;
    this.#lastBytes = bytes;
    this.#lastIdBytes = idBytes;
    this.tuples += 1;
  }
}
