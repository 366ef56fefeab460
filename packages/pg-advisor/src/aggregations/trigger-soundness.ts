import { keyOf } from "../schema/identifiers.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { Aggregation } from "./reading/aggregation.ts";

const NULLS_NOT_DISTINCT_SINCE = 150_000;

/** Why triggers cannot keep a summary exactly equal to its table; null where they can. */
export function whyNotByTrigger(aggregation: Aggregation, snapshot: Snapshot): string | null {
  const [{ relation }] = aggregation.tables;
  const isParent = snapshot.relations.some(({ inherits, partitionOf }) =>
    [...inherits, ...(partitionOf === null ? [] : [partitionOf.parent])].some(
      (parent) => keyOf(parent) === keyOf(relation),
    ),
  );
  const [measure] = aggregation.notByTrigger;
  if (measure !== undefined) return measure;
  if (
    relation.kind !== "table" ||
    isParent ||
    relation.partitionOf !== null ||
    relation.inherits.length > 0
  )
    return "rows can be written to a partition or child without the parent's triggers";
  if (relation.isUnlogged)
    return "an unlogged table is emptied after a crash, without its triggers";
  if (hasNullableKey(aggregation) && snapshot.server.versionNumber < NULLS_NOT_DISTINCT_SINCE)
    return "a key may be null, and before PostgreSQL 15 no unique index takes nulls for equal";
  return null;
}

export function hasNullableKey({ keys }: Aggregation): boolean {
  return keys.some(({ isNotNull }) => !isNotNull);
}
