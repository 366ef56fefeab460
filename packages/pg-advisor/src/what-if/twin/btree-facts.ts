import type { ColumnStatistics, Snapshot } from "../../snapshot/snapshot.ts";
import { describeColumn } from "../btree/describe-column.ts";
import type { BtreeFacts } from "../btree/key-column.ts";
import type { DerivedStatistics } from "../sizes/derive-statistics.ts";
import { DistinctCombinations } from "./distinct-keys.ts";
import type { StoredBtree, StoredColumn } from "./twin-catalogue.ts";

/** Finds statistics by names; those of a relation alone come before those with its children. */
export class StatisticsByColumn {
  readonly #statistics = new Map<string, ColumnStatistics>();
  readonly #combinations: DistinctCombinations;

  constructor(snapshot: Pick<Snapshot, "relations" | "columnStatistics" | "extendedStatistics">) {
    this.#combinations = new DistinctCombinations(snapshot);
    for (const statistics of snapshot.columnStatistics) {
      const key = keyOf(statistics.schema, statistics.relation, statistics.column);
      if (!statistics.inherited || !this.#statistics.has(key)) {
        this.#statistics.set(key, statistics);
      }
    }
  }

  find(schema: string, relation: string, column: string): ColumnStatistics | undefined {
    return this.#statistics.get(keyOf(schema, relation, column));
  }

  /** Of the table's column, or of the index's expression. */
  ofIndexColumn(
    index: StoredBtree,
    { column, indexColumn }: StoredColumn,
  ): ColumnStatistics | undefined {
    return column === null
      ? this.find(index.schema, index.name, indexColumn)
      : this.find(index.tableSchema, index.table, column);
  }

  /** How many different keys a multi-column index has; null where nobody counted. */
  distinctKeys({ tableSchema, table, columns, keyCount }: StoredBtree): number | null {
    const names = columns.slice(0, keyCount).map(({ column }) => column);
    return this.#combinations.of({ schema: tableSchema, name: table }, names);
  }
}

/** Puts an index of the twin into the words of the size model. */
export function btreeFacts(
  index: StoredBtree,
  rows: number,
  deduplicates: boolean,
  statistics: StatisticsByColumn,
  tableRows: number = rows,
  derived: ReadonlyMap<string, DerivedStatistics> = new Map(),
): BtreeFacts {
  const columns = index.columns.map((column) =>
    describeColumn(
      column,
      derived.get(column.indexColumn) ?? statistics.ofIndexColumn(index, column),
      rows,
      tableRows,
    ),
  );
  return {
    rows,
    columns,
    keyCount: index.keyCount,
    distinctKeys: index.isUnique ? rows : statistics.distinctKeys(index),
    deduplicates: deduplicates && !index.isUnique,
    fillFactorPercent: index.fillFactorPercent,
  };
}

function keyOf(schema: string, relation: string, column: string): string {
  return JSON.stringify([schema, relation, column]);
}
