import { keyOf } from "../../schema/identifiers.ts";
import type { Index, Relation, Snapshot } from "../../snapshot/snapshot.ts";
import { levelOfBtree } from "../btree/btree-size.ts";
import type { DerivedStatistics } from "../sizes/derive-statistics.ts";
import type { IndexForm } from "../sizes/index-size.ts";
import { predictIndexSize } from "../sizes/predict-index-size.ts";
import { btreeFacts, type StatisticsByColumn } from "./btree-facts.ts";
import { indexFacts } from "./index-facts.ts";
import type { FileSize } from "./relation-files.ts";
import type { RelationStatistics } from "./relation-statistics.ts";
import type { StoredIndex, StoredRelation } from "./twin-catalogue.ts";

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
  indexes: readonly StoredIndex[],
  statistics: StatisticsByColumn,
): readonly FileSize[] {
  const pagesByName = pagesOf(snapshot);
  const forms = formsOf(snapshot, indexes, statistics, pagesByName);
  return stored.flatMap((relation) => {
    const pages = pagesByName.get(keyOf(relation));
    if (pages === undefined) return [];
    return [{ path: relation.path, pages, form: forms.get(relation.oid) ?? null }];
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

/** An index of one page is empty: it stays as CREATE INDEX left it. */
function formsOf(
  snapshot: Snapshot,
  indexes: readonly StoredIndex[],
  statistics: StatisticsByColumn,
  pagesByName: ReadonlyMap<string, number>,
): ReadonlyMap<number, IndexForm> {
  const real = new Map(snapshot.indexes.map((index) => [keyOf(index), index]));
  const tables = new Map(snapshot.relations.map((relation) => [keyOf(relation), relation]));
  const forms = new Map<number, IndexForm>();
  for (const index of indexes) {
    const pages = pagesByName.get(keyOf(index)) ?? 0;
    if (pages <= 1) continue;
    const table = tables.get(keyOf({ schema: index.tableSchema, name: index.table }));
    const form = formOf(index, pages, real.get(keyOf(index)), table, statistics);
    if (form !== null) forms.set(index.oid, form);
  }
  return forms;
}

/** With the metapage. */
const PAGES_OF_ONE_LEAF = 2;
/** With the metapage and a root: every inner page holds three keys, whatever they are. Most indexes of most databases are no larger. */
const PAGES_OF_THREE_LEAVES = 5;

/**
 * What an index of so many pages tells the planner. A primary key is most often made before its table
 * has rows. What a GIN counts is the model's answer, stretched to the real pages.
 */
function formOf(
  index: StoredIndex,
  pages: number,
  real: Index | undefined,
  table: Relation | undefined,
  statistics: StatisticsByColumn,
): IndexForm | null {
  if (index.method === "btree" && pages <= PAGES_OF_THREE_LEAVES) {
    return { method: "btree", level: pages <= PAGES_OF_ONE_LEAF ? 0 : 1 };
  }
  if (index.method === "btree") {
    const facts = btreeFacts(index, Math.max(1, real?.rows ?? 1), mayMergeEqual(index), statistics);
    return { method: "btree", level: levelOfBtree(facts, pages, real?.isPrimary ?? false) };
  }
  if (index.method !== "gin" && index.method !== "brin") return null;
  const rows = Math.max(1, table?.rows ?? 1);
  const derived: ReadonlyMap<string, DerivedStatistics> = new Map<string, DerivedStatistics>();
  const facts = indexFacts({ index, rows, deduplicates: false, table, statistics, derived });
  const predicted = predictIndexSize(facts);
  return stretched(predicted.form, pages / predicted.pages);
}

function stretched(form: IndexForm, factor: number): IndexForm {
  if (form.method !== "gin") return form;
  return {
    method: "gin",
    entryPages: Math.max(1, Math.round(form.entryPages * factor)),
    dataPages: Math.round(form.dataPages * factor),
    entries: Math.max(1, Math.round(form.entries * factor)),
  };
}

/** Equal keys share a posting list unless columns are carried along, or equal values may look different (nbtutils.c). */
function mayMergeEqual({ columns, keyCount }: StoredIndex): boolean {
  return columns.length === keyCount && columns.every(({ storedAs }) => storedAs !== "numeric");
}
