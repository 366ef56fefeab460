import type { RelationName } from "@streamgate/pg-advisor";

/** Each relation once, in the order in which they first come. */
export function uniqueRelations(relations: readonly RelationName[]): readonly RelationName[] {
  const byName = new Map(relations.map((one) => [JSON.stringify([one.schema, one.name]), one]));
  return [...byName.values()];
}
