import { keyOf } from "../../schema/identifiers.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import { levelOfBtree } from "../btree/btree-size.ts";
import { btreeFacts, type StatisticsByColumn } from "./btree-facts.ts";
import type { FileSize } from "./relation-files.ts";
import type { RelationStatistics } from "./relation-statistics.ts";
import type { StoredBtree, StoredRelation } from "./twin-catalogue.ts";

/** What pg_class of the twin shall say of the snapshot's tables and indexes. */
export function relationStatisticsOf(snapshot: Snapshot): readonly RelationStatistics[] {
  const tables = snapshot.relations
    .filter(({ kind }) => kind !== "view")
    .map(({ schema, name, pages, rows, allVisiblePages, allFrozenPages }) => ({
      schema,
      name,
      pages,
      rows,
      allVisiblePages,
      allFrozenPages: allFrozenPages ?? 0,
    }));
  const indexes = snapshot.indexes.map(({ schema, name, pages, rows }) => ({
    schema,
    name,
    pages,
    rows,
    allVisiblePages: 0,
    allFrozenPages: 0,
  }));
  return [...tables, ...indexes];
}

/** The size that each file of the twin shall have: that of its relation on the watched server. */
export function fileSizesOf(
  snapshot: Snapshot,
  stored: readonly StoredRelation[],
  btrees: readonly StoredBtree[],
  statistics: StatisticsByColumn,
): readonly FileSize[] {
  const pagesByName = pagesOf(snapshot);
  const levels = levelsOf(snapshot, btrees, statistics, pagesByName);
  return stored.flatMap((relation) => {
    const pages = pagesByName.get(keyOf(relation));
    if (pages === undefined) return [];
    return [{ path: relation.path, pages, btreeLevel: levels.get(relation.oid) ?? null }];
  });
}

/** Tables and indexes share one space of names. */
function pagesOf(snapshot: Snapshot): ReadonlyMap<string, number> {
  const { blockSizeBytes } = snapshot.server;
  return new Map(
    [...snapshot.relations, ...snapshot.indexes].map((relation) => [
      keyOf(relation),
      Math.ceil(relation.sizeBytes / blockSizeBytes),
    ]),
  );
}

/**
 * An index of one page is empty: it stays as CREATE INDEX left it. A primary key is most often made
 * before its table has rows.
 */
function levelsOf(
  snapshot: Snapshot,
  btrees: readonly StoredBtree[],
  statistics: StatisticsByColumn,
  pagesByName: ReadonlyMap<string, number>,
): ReadonlyMap<number, number> {
  const indexes = new Map(snapshot.indexes.map((index) => [keyOf(index), index]));
  const levels = new Map<number, number>();
  for (const btree of btrees) {
    const key = keyOf(btree);
    const pages = pagesByName.get(key) ?? 0;
    if (pages <= 1) continue;
    const index = indexes.get(key);
    const facts = btreeFacts(btree, Math.max(1, index?.rows ?? 1), true, statistics);
    levels.set(btree.oid, levelOfBtree(facts, pages, index?.isPrimary ?? false));
  }
  return levels;
}
