import { qualify } from "../schema/identifiers.ts";
import type { RelationName } from "../snapshot/snapshot.ts";

/** Drops an index without stopping anybody. That of a partitioned table cannot go CONCURRENTLY. */
export function dropIndexSql(index: RelationName, isPartitioned: boolean): string {
  return isPartitioned
    ? `DROP INDEX ${qualify(index)};`
    : `DROP INDEX CONCURRENTLY ${qualify(index)};`;
}

/** Builds an index anew beside the old one, without stopping anybody. */
export function rebuildIndexSql(index: RelationName): string {
  return `REINDEX INDEX CONCURRENTLY ${qualify(index)};`;
}
