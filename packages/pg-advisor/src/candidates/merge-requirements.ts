import type { Declined } from "@streamgate/core";
import type { RelationName } from "../snapshot/snapshot.ts";
import type { IndexDefinition, IndexKey } from "./candidate.ts";
import { nameless } from "./definition-sql.ts";
import type { ExistingIndex } from "./existing-indexes.ts";
import {
  type IndexRequirement,
  keysFor,
  serves,
  servesInAnyOrder,
  subjectOf,
} from "./index-requirement.ts";
import type { Proposal } from "./proposal.ts";

/** A full B-tree on keys. */
export function btreeWith(
  { schema, name }: RelationName,
  keys: readonly IndexKey[],
): IndexDefinition {
  return {
    table: { schema, name },
    method: "btree",
    keys,
    include: [],
    predicate: null,
    options: [],
  };
}

/**
 * One proposal for requirements on the same columns that one index serves. The strictest come first,
 * and of these the descending ones, as people write them; the rest mostly find a place in theirs.
 */
export function mergeRequirements(
  table: RelationName,
  requirements: readonly IndexRequirement[],
): readonly Proposal[] {
  const strictFirst = requirements.toSorted(
    (one, other) =>
      other.ordered.length - one.ordered.length || descending(other) - descending(one),
  );
  const made = new Map<string, Home[]>();
  for (const requirement of strictFirst) {
    const keys = keysFor(requirement);
    const subjects = JSON.stringify(keys.map(subjectOf));
    const sameSubjects = made.get(subjects) ?? [];
    let home = sameSubjects.find((one) => serves(one.keys, requirement));
    if (home === undefined) {
      home = {
        keys,
        interchangeable: requirement.equal.length,
        origins: new Set(),
        fingerprints: new Set(),
      };
      made.set(subjects, [...sameSubjects, home]);
    }
    home.interchangeable = Math.min(home.interchangeable, requirement.equal.length);
    home.origins.add(requirement.origin);
    home.fingerprints.add(requirement.fingerprint);
  }
  return [...made.values()].flat().map(({ keys, interchangeable, origins, fingerprints }) => ({
    family: "plain",
    definition: btreeWith(table, keys),
    interchangeable,
    fingerprints: [...fingerprints],
    origin: [...origins].slice(0, 2).join("; "),
  }));
}

interface Home {
  readonly keys: readonly IndexKey[];
  interchangeable: number;
  readonly origins: Set<string>;
  readonly fingerprints: Set<string>;
}

function descending({ ordered }: IndexRequirement): number {
  return ordered.filter(({ direction }) => direction === "desc").length;
}

/** The requirements that an index of today serves, each with that index. */
export function declineExisting(
  table: RelationName,
  requirements: readonly IndexRequirement[],
  indexes: readonly ExistingIndex[],
): readonly Declined[] {
  const served = new Map<string, string>();
  for (const requirement of requirements) {
    const index = indexes.find(({ plainKeys }) => servesInAnyOrder(plainKeys, requirement));
    if (index === undefined) continue;
    served.set(nameless(btreeWith(table, keysFor(requirement))), index.name);
  }
  return [...served].map(([candidate, index]) => ({
    candidate,
    reason: "exists-already",
    explanation: `The index ${index} begins with these columns.`,
  }));
}
