import type { Constraint, Relation, RelationName } from "../snapshot/snapshot.ts";
import { keyOf, qualify, quoteIdentifier } from "./identifiers.ts";
import type { SchemaStatement, SkippedObject } from "./schema-script.ts";
import { parentsOf } from "./select-relations.ts";

/**
 * Checks, primary keys, unique and exclusion constraints. A check is added to children before their
 * parents, so that a child's own check of the same name is merged with the one it inherits; keys
 * are added to each table alone, and partitions are tied to their parents by the index.
 */
export function renderConstraints(
  constraints: readonly Constraint[],
  relations: readonly Relation[],
): readonly SchemaStatement[] {
  const depths = depthsOf(relations);
  const ofTables = constraints.filter(({ table }) => depths.has(keyOf(table)));
  const depthOf = (constraint: Constraint): number => depths.get(keyOf(constraint.table)) ?? 0;
  const checks = ofTables
    .filter((constraint) => constraint.kind === "check" && !constraint.isInherited)
    .sort((one, other) => depthOf(other) - depthOf(one));
  const keys = ofTables.filter(isKey);
  return [
    ...checks.map((constraint) => addConstraint(constraint, "ALTER TABLE")),
    ...keys.map((constraint) => addConstraint(constraint, "ALTER TABLE ONLY")),
  ];
}

/** Foreign keys between tables that are both there; partitions take theirs from their parents. */
export function renderForeignKeys(
  constraints: readonly Constraint[],
  isSelected: (name: RelationName) => boolean,
): { readonly statements: readonly SchemaStatement[]; readonly skipped: readonly SkippedObject[] } {
  const foreignKeys = constraints.filter(
    (constraint) =>
      constraint.kind === "foreign key" && !constraint.isInherited && isSelected(constraint.table),
  );
  const isWhole = ({ references }: Constraint): boolean =>
    references !== null && isSelected(references.table);
  return {
    statements: foreignKeys.filter(isWhole).map((constraint) => ({
      ...addConstraint(constraint, "ALTER TABLE"),
      undo: `ALTER TABLE IF EXISTS ${qualify(constraint.table)} DROP CONSTRAINT IF EXISTS ${quoteIdentifier(constraint.name)}`,
    })),
    skipped: foreignKeys
      .filter((constraint) => !isWhole(constraint))
      .map((constraint) => ({
        object: objectOf(constraint),
        reason: "the table that it refers to is not among the chosen",
      })),
  };
}

function isKey({ kind }: Constraint): boolean {
  return kind === "primary key" || kind === "unique" || kind === "exclusion";
}

function addConstraint(constraint: Constraint, command: string): SchemaStatement {
  return {
    object: objectOf(constraint),
    of: [
      constraint.table,
      ...(constraint.references === null ? [] : [constraint.references.table]),
    ],
    sql: `${command} ${qualify(constraint.table)} ADD CONSTRAINT ${quoteIdentifier(constraint.name)} ${constraint.definition}`,
  };
}

function objectOf(constraint: Constraint): string {
  return `${constraint.kind} ${quoteIdentifier(constraint.name)} of ${qualify(constraint.table)}`;
}

/** How many ancestors stand above each relation. */
function depthsOf(relations: readonly Relation[]): ReadonlyMap<string, number> {
  const byKey = new Map(relations.map((relation) => [keyOf(relation), relation]));
  const depths = new Map<string, number>();
  const depthOf = (relation: Relation): number => {
    const known = depths.get(keyOf(relation));
    if (known !== undefined) return known;
    const parents = parentsOf(relation).flatMap((name) => byKey.get(keyOf(name)) ?? []);
    const depth = parents.length === 0 ? 0 : 1 + Math.max(...parents.map(depthOf));
    depths.set(keyOf(relation), depth);
    return depth;
  };
  for (const relation of relations) depthOf(relation);
  return depths;
}
