import type { Declined } from "@streamgate/core";
import { keyOf } from "../schema/identifiers.ts";
import type { RelationName } from "../snapshot/snapshot.ts";
import { btreeOn, type Candidate, type IndexDefinition } from "./candidate.ts";
import { definitionBody, hashOf, nameless } from "./definition-sql.ts";
import type { PlainIndex } from "./existing-indexes.ts";
import { type IndexRequirement, keysFor, serves } from "./index-requirement.ts";

/**
 * One candidate for requirements on the same columns that one index serves. The strictest come first,
 * and of these the descending ones, as people write them; the rest mostly find a place in theirs.
 */
export function mergeRequirements(
  table: RelationName,
  requirements: readonly IndexRequirement[],
): readonly Candidate[] {
  const strictFirst = requirements.toSorted(
    (one, other) =>
      other.ordered.length - one.ordered.length || descending(other) - descending(one),
  );
  const made = new Map<
    string,
    { definition: IndexDefinition; origins: Set<string>; fingerprints: Set<string> }[]
  >();
  for (const requirement of strictFirst) {
    const keys = keysFor(requirement);
    const columns = JSON.stringify(keys.map(({ column }) => column));
    const sameColumns = made.get(columns) ?? [];
    let home = sameColumns.find(({ definition }) => serves(definition.keys, requirement));
    if (home === undefined) {
      const definition = btreeOn(table, keys);
      home = { definition, origins: new Set(), fingerprints: new Set() };
      made.set(columns, [...sameColumns, home]);
    }
    home.origins.add(requirement.origin);
    home.fingerprints.add(requirement.fingerprint);
  }
  return [...made.values()].flat().map(({ definition, origins, fingerprints }) => ({
    id: `sg_candidate_${hashOf(`${keyOf(definition.table)} ${definitionBody(definition)}`, 12)}`,
    definition,
    fingerprints: [...fingerprints],
    origin: [...origins].slice(0, 2).join("; "),
  }));
}

function descending({ ordered }: IndexRequirement): number {
  return ordered.filter(({ direction }) => direction === "desc").length;
}

/** The requirements that an index of today serves, each with that index. */
export function declineExisting(
  table: RelationName,
  requirements: readonly IndexRequirement[],
  indexes: readonly PlainIndex[],
): readonly Declined[] {
  const served = new Map<string, string>();
  for (const requirement of requirements) {
    const index = indexes.find(({ keys }) => serves(keys, requirement));
    if (index === undefined) continue;
    served.set(nameless(btreeOn(table, keysFor(requirement))), index.name);
  }
  return [...served].map(([candidate, index]) => ({
    candidate,
    reason: "exists-already",
    explanation: `The index ${index} begins with these columns in this order.`,
  }));
}
