import type {
  ExtendedStatistics,
  FunctionFacts,
  Relation,
  SequenceFacts,
  Snapshot,
} from "../snapshot/snapshot.ts";
import { keyOf, qualify, quoteIdentifier } from "./identifiers.ts";
import type { SchemaStatement } from "./schema-script.ts";

/** Every schema that holds something. */
export function renderSchemas(
  snapshot: Snapshot,
  availableExtensions: readonly string[],
): readonly SchemaStatement[] {
  const holders = [
    ...snapshot.extensions.filter(({ name }) => availableExtensions.includes(name)),
    ...snapshot.types,
    ...snapshot.collations,
    ...snapshot.functions,
    ...snapshot.sequences,
    ...snapshot.relations,
    ...snapshot.extendedStatistics,
  ].map((object) => object.schema);
  return [...new Set(holders)]
    .filter((schema) => schema !== "pg_catalog")
    .sort()
    .map((schema) => ({
      object: `schema ${quoteIdentifier(schema)}`,
      sql: `CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`,
    }));
}

export function renderTypes(
  snapshot: Pick<Snapshot, "collations" | "types">,
): readonly SchemaStatement[] {
  return [
    ...snapshot.collations.map((collation) => ({
      object: `collation ${qualify(collation)}`,
      sql: collation.definition,
    })),
    ...snapshot.types.map((type) => ({ object: `type ${qualify(type)}`, sql: type.definition })),
  ];
}

export function renderFunctions(functions: readonly FunctionFacts[]): readonly SchemaStatement[] {
  return functions.map((routine) => ({
    object: `function ${qualify(routine)}(${routine.identityArguments})`,
    sql: routine.definition.trimEnd(),
  }));
}

export function renderSequences(sequences: readonly SequenceFacts[]): readonly SchemaStatement[] {
  return sequences.map((sequence) => ({
    object: `sequence ${qualify(sequence)}`,
    sql: sequence.definition,
  }));
}

/** Each statistics object once, though a snapshot may hold two rows of its data. */
export function renderStatistics(
  statistics: readonly ExtendedStatistics[],
  relations: readonly Relation[],
): {
  readonly onTables: readonly SchemaStatement[];
  readonly onMaterializedViews: readonly SchemaStatement[];
} {
  const kinds = new Map(relations.map((relation) => [keyOf(relation), relation.kind]));
  const single = [...new Map(statistics.map((object) => [keyOf(object), object])).values()];
  const render = (isOfView: boolean): readonly SchemaStatement[] =>
    single
      .filter(({ table }) => kinds.has(keyOf(table)))
      .filter(({ table }) => (kinds.get(keyOf(table)) === "materialized view") === isOfView)
      .map((object) => ({
        object: `statistics ${qualify(object)}`,
        sql: object.definition,
        of: [object.table],
        undo: `DROP STATISTICS IF EXISTS ${qualify(object)}`,
      }));
  return { onTables: render(false), onMaterializedViews: render(true) };
}
