import type { IndexDefinition, Snapshot } from "@streamgate/pg-advisor";

const PAGE_BYTES = 8192;
const EXPRESSION_BYTES = 50;
const PLAIN_OVERHEAD = 1.2;

/** Size of an index by another rule, in bytes; null where that rule knows nothing of its method. */
export type Rival = (
  definition: IndexDefinition,
  rows: number,
  snapshot: Snapshot,
) => number | null;

/**
 * HypoPG's published formula (hypopg_index.c, `hypo_estimate_index`): B-trees by mean width without
 * deduplication and 20 % for bloat, BRIN by ranges, hash by buckets; GIN and GiST it does not know.
 */
export const hypopgFormula: Rival = (definition, rows, snapshot) => {
  const width = meanWidth(definition, snapshot);
  const fillFactor = optionOf(definition, "fillfactor");
  switch (definition.method) {
    case "btree": {
      const bloat = (200 - (fillFactor ?? 90) + 20) / 100;
      return (
        PAGE_BYTES * Math.max(1, Math.floor((rows * (width + 12) * bloat) / (PAGE_BYTES - 40)))
      );
    }
    case "brin": {
      const ranges =
        Math.floor(
          tablePages(definition, snapshot) / (optionOf(definition, "pages_per_range") ?? 128),
        ) + 1;
      const isMinmax = definition.keys.every(
        ({ operatorClass }) => operatorClass?.includes("minmax_ops") ?? true,
      );
      const summaryBytes = 8 + (isMinmax ? 2 * width : width + 2);
      const summaries = Math.floor((summaryBytes * ranges) / (PAGE_BYTES - 24)) + 1;
      return PAGE_BYTES * (1 + Math.floor(ranges / 1360) + 1 + summaries);
    }
    case "hash": {
      const perBucket = Math.floor(Math.floor((PAGE_BYTES * (fillFactor ?? 75)) / 100) / 20);
      const buckets = totalBuckets(rows / perBucket);
      const overflow = Math.max(0, Math.trunc((rows - buckets * perBucket) / perBucket + 1));
      return PAGE_BYTES * (buckets + overflow + Math.max(1, Math.floor(overflow / 32_768)) + 1);
    }
    case "gin":
    case "gist":
      return null;
  }
};

/** Rows times the width of their columns, and a fifth for all else. */
export const rowsTimesWidth: Rival = (definition, rows, snapshot) =>
  rows * meanWidth(definition, snapshot) * PLAIN_OVERHEAD;

/** Buckets double up to 512, then grow by quarters. */
function totalBuckets(wanted: number): number {
  if (wanted <= 2) return 2;
  const power = 2 ** Math.ceil(Math.log2(wanted));
  if (power <= 512) return power;
  const quarter = power / 8;
  return power / 2 + Math.ceil((wanted - power / 2) / quarter) * quarter;
}

function meanWidth({ table, keys, include }: IndexDefinition, snapshot: Snapshot): number {
  const columns = [...keys.map(({ column }) => column), ...include];
  return columns.reduce((sum, column) => {
    const statistics = snapshot.columnStatistics.find(
      (each) =>
        each.schema === table.schema && each.relation === table.name && each.column === column,
    );
    return sum + (statistics?.averageWidth ?? EXPRESSION_BYTES);
  }, 0);
}

function tablePages({ table }: IndexDefinition, snapshot: Snapshot): number {
  return snapshot.relations.find(({ name }) => name === table.name)?.pages ?? 0;
}

function optionOf({ options }: IndexDefinition, name: string): number | null {
  const option = options.find((each) => each.startsWith(`${name}=`));
  return option === undefined ? null : Number(option.slice(name.length + 1));
}
