import type { KeyGroup } from "../../btree/key-groups.ts";
import { align, tupleWidth } from "../../btree/tuple-width.ts";
import type { GinFacts } from "../index-facts.ts";
import type { GinPages } from "../index-size.ts";
import type { ElementFacts } from "./element-facts.ts";
import { type EntryTuples, entryPages } from "./entry-tree.ts";
import { postingListBytes, postingTreePages, type RowPlaces } from "./posting-list.ts";

/** A longer entry becomes a reference to a tree of row ids. */
const LARGEST_ENTRY_BYTES = 2712;
const EMPTY_KEY_BYTES = 16;

/**
 * Pages of a GIN as one ascending pass of CREATE INDEX leaves it: a tree of keys, each with the
 * compressed list of its rows, and a tree of row ids for each key whose list is too long.
 * Layout: src/backend/access/gin.
 */
export function predictGinPages(facts: GinFacts): GinPages {
  const places = {
    rowsPerPage: Math.max(1, facts.tableRows / Math.max(1, facts.tablePages)),
    tableRows: Math.max(1, facts.tableRows),
  };
  const isMultiColumn = facts.columns.length > 1;
  let dataPages = 0;
  const tuples: EntryTuples[] = [];
  for (const column of facts.columns) {
    const widths = keyWidths(column, isMultiColumn);
    for (const { keys, rowsPerKey } of column.groups) {
      for (const { bytes: keyBytes, share } of widths) {
        const group = { keys: keys * share, rowsPerKey };
        const entry = entryOf(group, keyBytes, places);
        dataPages += entry.dataPages;
        tuples.push({ count: group.keys, bytes: entry.bytes, keyBytes });
      }
    }
    for (const rowsPerKey of [column.nullRows, column.emptyRows]) {
      if (rowsPerKey < 1) continue;
      const entry = entryOf({ keys: 1, rowsPerKey }, EMPTY_KEY_BYTES, places);
      dataPages += entry.dataPages;
      tuples.push({ count: 1, bytes: entry.bytes, keyBytes: EMPTY_KEY_BYTES });
    }
  }
  const entries = Math.round(tuples.reduce((sum, { count }) => sum + count, 0));
  return { entryPages: entryPages(tuples), dataPages: Math.round(dataPages), entries };
}

/** Widths that keys have as tuples, and how often; with several columns the column's number comes first. */
function keyWidths(
  column: ElementFacts,
  isMultiColumn: boolean,
): readonly { readonly bytes: number; readonly share: number }[] {
  const { lengthBytes, alignmentBytes, averageWidthBytes, sampleWidthsBytes } = column;
  const isFixed = lengthBytes >= 0 || sampleWidthsBytes.length === 0;
  const samples = isFixed ? [averageWidthBytes] : sampleWidthsBytes;
  const prefix = isMultiColumn ? [COLUMN_NUMBER] : [];
  const counts = new Map<number, number>();
  for (const width of samples) {
    const key = { ...COLUMN_NUMBER, lengthBytes, alignmentBytes, averageWidthBytes: width };
    const bytes = tupleWidth([...prefix, key], 0);
    counts.set(bytes, (counts.get(bytes) ?? 0) + 1 / samples.length);
  }
  return [...counts].map(([bytes, share]) => ({ bytes, share }));
}

const COLUMN_NUMBER = {
  lengthBytes: 2,
  alignmentBytes: 2,
  averageWidthBytes: 2,
  sampleWidthsBytes: [],
  nullFraction: 0,
  distinct: 1,
  commonFractions: [],
} as const;

function entryOf(
  { keys, rowsPerKey }: KeyGroup,
  keyBytes: number,
  places: RowPlaces,
): { readonly bytes: number; readonly dataPages: number } {
  const bytes = align(keyBytes + postingListBytes(rowsPerKey, places), 8);
  if (bytes <= LARGEST_ENTRY_BYTES) return { bytes, dataPages: 0 };
  return { bytes: keyBytes, dataPages: keys * postingTreePages(rowsPerKey, places) };
}
