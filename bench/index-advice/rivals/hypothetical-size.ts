import type { Snapshot } from "@streamgate/pg-advisor";
import type { ColumnIndex } from "./column-index.ts";

const ITEM_BYTES = 8;
const LINE_POINTER_BYTES = 4;
const ALIGNMENT_BYTES = 8;
const FILL_FACTOR = 90;
const ADDED_BLOAT = 20;
const PAGE_OVERHEAD_BYTES = 24 + 16;

/**
 * The size of an index as HypoPG foretells it (`hypo_estimate_index`): the columns' mean widths, an
 * item header and a line pointer a column, pages filled to 90 % and 20 % of bloat. It knows nothing
 * of duplicates, which B-trees of PostgreSQL 13 and later keep once.
 */
export function hypotheticalBytes({ table, columns }: ColumnIndex, snapshot: Snapshot): number {
  const relation = snapshot.relations.find(
    ({ schema, name }) => schema === table.schema && name === table.name,
  );
  const width = columns.reduce((sum, column) => {
    const statistics = snapshot.columnStatistics.find(
      (one) => one.schema === table.schema && one.relation === table.name && one.column === column,
    );
    return sum + (statistics?.averageWidth ?? 0);
  }, 0);
  const pointers = LINE_POINTER_BYTES * columns.length;
  const lineBytes =
    width + ITEM_BYTES * columns.length + Math.ceil(pointers / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
  const bloat = (200 - FILL_FACTOR + ADDED_BLOAT) / 100;
  const { blockSizeBytes } = snapshot.server;
  const usable = blockSizeBytes - PAGE_OVERHEAD_BYTES;
  const pages = Math.floor(((relation?.rows ?? 0) * lineBytes * bloat) / usable);
  return Math.max(1, pages) * blockSizeBytes;
}
