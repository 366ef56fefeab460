import { PAGE_BYTES } from "../btree/empty-tree.ts";
import type { KeyColumn } from "../btree/key-column.ts";
import { keyGroups } from "../btree/key-groups.ts";
import type { HashFacts } from "./index-facts.ts";

const DEFAULT_FILL_FACTOR_PERCENT = 75;
/** An index tuple with the hash of a value, and its line pointer: the value itself is not kept. */
const ITEM_BYTES = 20;
const ITEMS_PER_PAGE: number = Math.floor((PAGE_BYTES - 24 - 16) / ITEM_BYTES);
const FEWEST_ITEMS_PER_BUCKET = 10;
/** The metapage, and the first bitmap of overflow pages. */
const FIXED_PAGES = 2;
/** Up to so many buckets their number is a power of two, beyond it grows by quarters of one. */
const BUCKETS_BY_DOUBLING = 512;
/** A key with more rows than that is placed in a bucket by itself. */
const HEAVY_KEY_ROWS = ITEMS_PER_PAGE / 8;
const MOST_HEAVY_KEYS = 100_000;

/**
 * Pages of a hash index as CREATE INDEX makes it: buckets for all rows of the table, even where the
 * index is partial or many are null, and overflow pages behind buckets whose values are too common.
 * Layout: src/backend/access/hash/hashpage.c.
 */
export function predictHashPages(facts: HashFacts): number {
  const { rows, tableRows, column, fillFactorPercent = DEFAULT_FILL_FACTOR_PERCENT } = facts;
  const perBucket = Math.max(
    FEWEST_ITEMS_PER_BUCKET,
    Math.floor(Math.floor((PAGE_BYTES * fillFactorPercent) / 100) / ITEM_BYTES),
  );
  const stored = rows * (1 - column.nullFraction);
  const buckets = bucketsFor(Math.max(tableRows, stored) / perBucket);
  return FIXED_PAGES + buckets + Math.round(overflowPages(column, stored, buckets));
}

function bucketsFor(wanted: number): number {
  const whole = Math.max(2, Math.ceil(wanted));
  const power = 2 ** Math.ceil(Math.log2(whole));
  if (power <= BUCKETS_BY_DOUBLING) return power;
  const half = power / 2;
  return half + Math.ceil((whole - half) / (half / 4)) * (half / 4);
}

/** Heavy keys are dropped into buckets one by one; the light ones fill each bucket about normally. */
function overflowPages(column: KeyColumn, stored: number, buckets: number): number {
  if (stored < 1) return 0;
  const groups = keyGroups({
    rows: stored,
    columns: [withoutNulls(column)],
    keyCount: 1,
    distinctKeys: null,
    deduplicates: false,
  });
  const heavyLoad = new Float64Array(buckets);
  let lightRows = 0;
  let lightVariance = 0;
  let placed = 0;
  for (const { keys, rowsPerKey } of groups) {
    if (rowsPerKey < HEAVY_KEY_ROWS || placed + keys > MOST_HEAVY_KEYS) {
      lightRows += keys * rowsPerKey;
      lightVariance += keys * rowsPerKey * rowsPerKey;
      continue;
    }
    for (let key = 0; key < Math.round(keys); key += 1) {
      placed += 1;
      const bucket = Math.floor(scatter(placed) * buckets);
      heavyLoad[bucket] = (heavyLoad[bucket] ?? 0) + rowsPerKey;
    }
  }
  const mean = lightRows / buckets;
  const deviation = Math.sqrt(lightVariance / buckets);
  let overflow = 0;
  const known = new Map<number, number>();
  for (const heavy of heavyLoad) {
    const load = Math.round(heavy);
    const pages = known.get(load) ?? expectedOverflow(load + mean, deviation);
    known.set(load, pages);
    overflow += pages;
  }
  return overflow;
}

/** Mean number of pages behind the first of a bucket whose load is normally distributed. */
function expectedOverflow(mean: number, deviation: number): number {
  const most = Math.ceil((mean + 6 * deviation) / ITEMS_PER_PAGE);
  let pages = 0;
  for (let full = 1; full <= most; full += 1) {
    const excess = full * ITEMS_PER_PAGE + 0.5 - mean;
    pages += deviation === 0 ? Number(excess < 0) : normalTail(excess / deviation);
  }
  return pages;
}

/** Share of a normal distribution above `z`, within 1e-7 (Abramowitz and Stegun, 26.2.17). */
function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}

/** Hash values of consecutive numbers, in [0, 1): as uneven as those of a real hash function. */
function scatter(number: number): number {
  let state = Math.imul(number, 0x9e3779b1) >>> 0;
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b) >>> 0;
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35) >>> 0;
  return ((state ^ (state >>> 16)) >>> 0) / 2 ** 32;
}

export function withoutNulls(column: KeyColumn): KeyColumn {
  const present = Math.max(1e-9, 1 - column.nullFraction);
  return {
    ...column,
    nullFraction: 0,
    commonFractions: column.commonFractions.map((fraction) => fraction / present),
  };
}
