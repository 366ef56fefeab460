import type { ColumnStatistics, Relation, RelationName, Snapshot } from "../snapshot/snapshot.ts";
import { shareOfValue } from "./most-common.ts";
import { createTypeFacts, type TypeFamily } from "./type-family.ts";

/** What decides whether and where a column stands in an index. */
export interface ColumnFacts {
  /** Whether a B-tree can hold it at all. */
  canBeKey(relation: Relation, column: string): boolean;
  /** Whether its type, or that of an array's members, has an order. */
  isSortable(relation: Relation, column: string): boolean;
  /** Whether the table holds its values; an index can be on nothing else. */
  isStored(relation: Relation, column: string): boolean;
  /** Number of different values by the statistics; 1 where nothing is known. */
  distinctValues(relation: Relation, column: string): number;
  /** Whether LIKE 'prefix%' can be looked up: text in the C collation. */
  servesPrefix(relation: Relation, column: string): boolean;
  /** The row of pg_stats; null where the column was never analysed or does not exist. */
  statistics(relation: RelationName, column: string): ColumnStatistics | null;
  /** What the column's values are, below domains. */
  family(relation: Relation, column: string): TypeFamily;
  /** Bytes a value takes on average; 0 where nothing is known. */
  averageWidth(relation: RelationName, column: string): number;
  /** Share of the rows, 0 to 1, that hold a value; null where the statistics do not show it. */
  shareOf(relation: Relation, column: string, value: string | null): number | null;
}

/** A B-tree entry must fit a third of a page (2,704 bytes); wide values would also make a huge index. */
const WIDEST_KEY_BYTES = 500;
const BINARY_COLLATION = /^("?pg_catalog"?\.)?"?(C|POSIX|ucs_basic|C\.utf8|C\.UTF-8|pg_c_utf8)"?$/i;

export function createColumnFacts(snapshot: Snapshot): ColumnFacts {
  const statistics = new Map<string, ColumnStatistics>();
  for (const row of snapshot.columnStatistics) {
    const key = keyOf({ schema: row.schema, name: row.relation }, row.column);
    if (row.inherited || !statistics.has(key)) statistics.set(key, row);
  }
  const types = createTypeFacts(snapshot.types);
  const known = (relation: RelationName, column: string): ColumnStatistics | null =>
    statistics.get(keyOf(relation, column)) ?? null;
  const columnOf = (relation: Relation, column: string) =>
    relation.columns.find(({ name }) => name === column);
  const distinctValues = (relation: Relation, column: string): number => {
    const distinct = known(relation, column)?.distinct ?? 0;
    return distinct >= 0 ? Math.max(1, distinct) : -distinct * Math.max(1, relation.rows);
  };
  return {
    canBeKey: (relation, column) => {
      const facts = columnOf(relation, column);
      if (facts === undefined || facts.generated === "virtual" || !types.isSortable(facts.type))
        return false;
      return (known(relation, column)?.averageWidth ?? 0) <= WIDEST_KEY_BYTES;
    },
    isSortable: (relation, column) => types.isSortable(columnOf(relation, column)?.type ?? ""),
    isStored: (relation, column) => {
      const facts = columnOf(relation, column);
      return facts !== undefined && facts.generated !== "virtual";
    },
    distinctValues,
    servesPrefix: (relation, column) =>
      BINARY_COLLATION.test(columnOf(relation, column)?.collation ?? snapshot.server.collation),
    statistics: known,
    family: (relation, column) => types.family(columnOf(relation, column)?.type ?? ""),
    averageWidth: (relation, column) => known(relation, column)?.averageWidth ?? 0,
    shareOf: (relation, column, value) => {
      const row = known(relation, column);
      if (row === null) return null;
      return value === null
        ? row.nullFraction
        : shareOfValue(row, value, distinctValues(relation, column));
    },
  };
}

function keyOf({ schema, name }: RelationName, column: string): string {
  return JSON.stringify([schema, name, column]);
}
