import { keyOf } from "../schema/identifiers.ts";
import type { Relation, Snapshot } from "./snapshot.ts";

type Belongings = Pick<
  Snapshot,
  "indexes" | "constraints" | "columnStatistics" | "extendedStatistics"
>;

/** What belongs to these relations; what belonged to one that was dropped meanwhile is left out. */
export function ofRelations(relations: readonly Relation[], all: Belongings): Belongings {
  const known = new Set(relations.map(keyOf));
  const indexes = all.indexes.filter(({ table }) => known.has(keyOf(table)));
  const withStatistics = new Set([...known, ...indexes.map(keyOf)]);
  return {
    indexes,
    constraints: all.constraints.filter(({ table }) => known.has(keyOf(table))),
    columnStatistics: all.columnStatistics.filter(({ schema, relation }) =>
      withStatistics.has(keyOf({ schema, name: relation })),
    ),
    extendedStatistics: all.extendedStatistics.filter(({ table }) => known.has(keyOf(table))),
  };
}
