import type { Index, Relation } from "../snapshot/snapshot.ts";
import { keyOf, qualify } from "./identifiers.ts";
import type { SchemaStatement, SkippedObject } from "./schema-script.ts";

export interface RenderedIndexes {
  readonly onTables: readonly SchemaStatement[];
  readonly onMaterializedViews: readonly SchemaStatement[];
  readonly skipped: readonly SkippedObject[];
}

/**
 * Free indexes as the catalogue defines them: that of a partitioned table says `ON ONLY`, each
 * partition's is made by itself under its own name, and then attached to its parent's.
 */
export function renderIndexes(
  indexes: readonly Index[],
  relations: readonly Relation[],
): RenderedIndexes {
  const kinds = new Map(relations.map((relation) => [keyOf(relation), relation.kind]));
  const kindOf = (index: Index): Relation["kind"] | undefined => kinds.get(keyOf(index.table));
  const present = indexes.filter((index) => kindOf(index) !== undefined);
  // That of a partitioned table is invalid until every partition has its own; so it comes out again.
  const isBroken = (index: Index): boolean =>
    !index.isValid && index.constraint === null && kindOf(index) !== "partitioned table";
  const free = present.filter((index) => index.constraint === null && !isBroken(index));
  const made = new Set(present.filter((index) => !isBroken(index)).map(keyOf));
  const isOfView = (index: Index): boolean => kindOf(index) === "materialized view";
  return {
    onTables: [
      ...free
        .filter((index) => !isOfView(index))
        .map((index) => createIndex(index, kindOf(index) !== "partitioned table")),
      ...present.flatMap(setOptionsOfConstraint),
      ...present.filter((index) => made.has(keyOf(index))).flatMap((index) => attach(index, made)),
    ],
    onMaterializedViews: free.filter(isOfView).map((index) => createIndex(index, true)),
    skipped: present.filter(isBroken).map((index) => ({
      object: objectOf(index),
      reason: "it is invalid on the watched server, whose planner does not use it either",
    })),
  };
}

function objectOf(index: Index): string {
  return `index ${qualify(index)}`;
}

/** One that belongs to a tree of partitions goes with the tree alone. */
function createIndex(index: Index, isOfOneTable: boolean): SchemaStatement {
  const isAlone = isOfOneTable && index.parent === null;
  return {
    object: objectOf(index),
    sql: index.definition,
    of: [index.table],
    ...(isAlone ? { undo: `DROP INDEX IF EXISTS ${qualify(index)}` } : {}),
  };
}

const STORAGE_OPTIONS = / WITH \(([^()]*)\)(?: WHERE .*)?$/s;

/** pg_get_constraintdef says nothing of the storage options of a constraint's index; its definition does. */
function setOptionsOfConstraint(index: Index): readonly SchemaStatement[] {
  if (index.constraint === null) return [];
  const options = STORAGE_OPTIONS.exec(index.definition)?.[1];
  if (options === undefined) return [];
  return [
    {
      object: `options of ${objectOf(index)}`,
      of: [index.table],
      sql: `ALTER INDEX ${qualify(index)} SET (${options})`,
    },
  ];
}

function attach(index: Index, made: ReadonlySet<string>): readonly SchemaStatement[] {
  const { parent } = index;
  if (parent === null || !made.has(keyOf(parent))) return [];
  return [
    {
      object: `attachment of ${objectOf(index)}`,
      of: [index.table],
      sql: `ALTER INDEX ${qualify(parent)} ATTACH PARTITION ${qualify(index)}`,
    },
  ];
}
