import type { Candidate } from "../candidates/candidate.ts";
import { nameless } from "../candidates/definition-sql.ts";
import { coverOf } from "../indexes/index-cover.ts";
import type { IndexPortrait } from "../indexes/index-portrait.ts";
import { type IndexShape, shapeOf } from "../indexes/index-shape.ts";
import { keyOf } from "../schema/identifiers.ts";
import type { Index, Snapshot } from "../snapshot/snapshot.ts";

/** The existing indexes that a candidate would make superfluous, by the candidate's id. */
export type Superseded = ReadonlyMap<string, readonly IndexPortrait[]>;

/**
 * The existing indexes that may go once a candidate stands, by the rules of duplicates: nothing but searches needs them, and the
 * candidate serves every search that they serve. Where nothing is known of an index's duties it stays.
 */
export function supersededBy(
  candidates: readonly Candidate[],
  portraits: readonly IndexPortrait[],
  snapshot: Snapshot,
): Superseded {
  const partitioned = new Set(
    snapshot.relations.filter(({ kind }) => kind === "partitioned table").map(keyOf),
  );
  const free = new Map<string, IndexPortrait[]>();
  for (const portrait of portraits) {
    const key = keyOf(portrait.index.table);
    if (!mayGo(portrait) || partitioned.has(key)) continue;
    free.set(key, [...(free.get(key) ?? []), portrait]);
  }
  const found = new Map<string, readonly IndexPortrait[]>();
  for (const candidate of candidates) {
    const standing = free.get(keyOf(candidate.definition.table)) ?? [];
    if (standing.length === 0) continue;
    const shape = shapeOfCandidate(candidate);
    if (shape === null) continue;
    const covered = standing.filter(
      (one) => one.shape !== null && coverOf(one.shape, shape) !== null,
    );
    if (covered.length > 0) found.set(candidate.id, covered);
  }
  return found;
}

/** A foreign key is as well served by the candidate, whose keys begin with the same columns. */
function mayGo({ index, duties, isClustered, shape }: IndexPortrait): boolean {
  if (index.parent !== null || !index.isValid || isClustered || shape === null) return false;
  return duties.every(({ kind }) => kind === "foreign key");
}

/** A candidate as the catalogue would tell of it. */
function shapeOfCandidate({ id, definition }: Candidate): IndexShape | null {
  const index: Index = {
    oid: 0,
    schema: definition.table.schema,
    name: id,
    table: definition.table,
    definition: nameless(definition),
    method: definition.method,
    isUnique: false,
    isPrimary: false,
    isValid: true,
    constraint: null,
    keys: definition.keys,
    includes: definition.include,
    predicate: definition.predicate,
    pages: 0,
    rows: 0,
    sizeBytes: 0,
    scans: 0,
    parent: null,
  };
  return shapeOf(index);
}
