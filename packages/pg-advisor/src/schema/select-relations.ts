import type { Relation, RelationName } from "../snapshot/snapshot.ts";
import { keyOf } from "./identifiers.ts";

/**
 * The wanted relations with what they need: the parents of partitions and children, the partitions
 * and children that a query on a parent reads, and what views are made from. In the given order.
 */
export function selectRelations(
  relations: readonly Relation[],
  wanted: readonly RelationName[] | undefined,
): readonly Relation[] {
  if (wanted === undefined) return relations;
  const byKey = new Map(relations.map((relation) => [keyOf(relation), relation]));
  const children = childrenByParent(relations);
  const selected = new Set<string>();
  const select = (name: RelationName, withChildren: boolean): void => {
    const key = keyOf(name);
    const relation = byKey.get(key);
    if (relation === undefined) return;
    const isNew = !selected.has(key);
    selected.add(key);
    if (isNew) {
      for (const parent of parentsOf(relation)) select(parent, false);
      for (const source of relation.dependsOn) select(source, true);
    }
    if (withChildren) {
      for (const child of children.get(key) ?? []) select(child, true);
    }
  };
  for (const name of wanted) select(name, true);
  return relations.filter((relation) => selected.has(keyOf(relation)));
}

/** Whom a partition or child gets its columns from. */
export function parentsOf(relation: Relation): readonly RelationName[] {
  return relation.partitionOf === null ? relation.inherits : [relation.partitionOf.parent];
}

function childrenByParent(relations: readonly Relation[]): ReadonlyMap<string, Relation[]> {
  const children = new Map<string, Relation[]>();
  for (const relation of relations) {
    for (const parent of parentsOf(relation)) {
      const known = children.get(keyOf(parent));
      if (known === undefined) children.set(keyOf(parent), [relation]);
      else known.push(relation);
    }
  }
  return children;
}
