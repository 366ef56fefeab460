import { keyOf } from "../schema/identifiers.ts";
import type { Relation, RelationName, Snapshot } from "../snapshot/snapshot.ts";

/** Tables below tables: partitions, what they hold together, and heirs. */
export interface TableTree {
  /** The topmost partitioned table above a partition; the table itself elsewhere. */
  rootOf(relation: Relation): Relation;
  /** Direct partitions. */
  partitionsOf(table: RelationName): readonly Relation[];
  /** Tables below by plain inheritance, at any depth: a query of the table reads them too. */
  inheritorsOf(table: RelationName): readonly Relation[];
  /** Pages of the table and of all partitions below. */
  pages(table: RelationName): number;
  rows(table: RelationName): number;
  /** Share of the pages, 0 to 1, whose rows index-only scans need not look up, by the last VACUUM. */
  allVisibleShare(table: RelationName): number;
  /** How many tables hold the rows: partitions at the ends of the tree, or 1. */
  leaves(table: RelationName): number;
}

export function createTableTree(snapshot: Snapshot): TableTree {
  const byKey = new Map(snapshot.relations.map((relation) => [keyOf(relation), relation]));
  const partitions = new Map<string, Relation[]>();
  const heirs = new Map<string, Relation[]>();
  for (const relation of snapshot.relations) {
    for (const parent of relation.inherits) {
      heirs.set(keyOf(parent), [...(heirs.get(keyOf(parent)) ?? []), relation]);
    }
    if (relation.partitionOf === null) continue;
    const key = keyOf(relation.partitionOf.parent);
    partitions.set(key, [...(partitions.get(key) ?? []), relation]);
  }
  const partitionsOf = (table: RelationName): readonly Relation[] =>
    partitions.get(keyOf(table)) ?? [];
  const inheritorsOf = (table: RelationName): readonly Relation[] => {
    const found = new Map<string, Relation>();
    const add = (parent: string): void => {
      for (const relation of heirs.get(parent) ?? []) {
        const key = keyOf(relation);
        if (found.has(key)) continue;
        found.set(key, relation);
        add(key);
      }
    };
    add(keyOf(table));
    return [...found.values()];
  };
  const sum = (table: RelationName, figure: (relation: Relation) => number): number => {
    const below = partitionsOf(table);
    if (below.length > 0)
      return below.reduce((total, partition) => total + sum(partition, figure), 0);
    const own = byKey.get(keyOf(table));
    return own === undefined ? 0 : Math.max(0, figure(own));
  };
  const pages = (table: RelationName): number =>
    sum(table, ({ pages: own, sizeBytes }) =>
      Math.max(own, sizeBytes / snapshot.server.blockSizeBytes),
    );
  return {
    rootOf: (relation) => {
      let root = relation;
      while (root.partitionOf !== null) {
        const parent = byKey.get(keyOf(root.partitionOf.parent));
        if (parent === undefined) break;
        root = parent;
      }
      return root;
    },
    partitionsOf,
    inheritorsOf,
    pages,
    allVisibleShare: (table) =>
      Math.min(1, sum(table, ({ allVisiblePages }) => allVisiblePages) / Math.max(1, pages(table))),
    leaves: (table) => sum(table, () => 1),
    rows: (table) => sum(table, ({ rows, usage }) => (rows >= 0 ? rows : usage.liveRows)),
  };
}
