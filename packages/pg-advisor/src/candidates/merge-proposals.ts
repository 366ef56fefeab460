import type { Relation } from "../snapshot/snapshot.ts";
import type { ColumnFacts } from "./column-facts.ts";
import { definitionBody } from "./definition-sql.ts";
import type { Proposal } from "./proposal.ts";
import { canCarry } from "./rules/covering.ts";

/** Each definition once, with all statements that could profit from it. */
export function mergeProposals(proposals: readonly Proposal[]): readonly Proposal[] {
  const byBody = new Map<string, Proposal>();
  for (const proposal of proposals) {
    const body = definitionBody(proposal.definition);
    const same = byBody.get(body);
    byBody.set(body, same === undefined ? proposal : together(same, proposal));
  }
  return [...byBody.values()];
}

/**
 * Covering indexes with the same keys, as one that carries what any of them does: a correlated subquery and the query around it mostly
 * look up the same key and read different columns.
 */
export function uniteCovering(
  proposals: readonly Proposal[],
  table: Relation,
  facts: ColumnFacts,
): readonly Proposal[] {
  const byKeys = new Map<string, Proposal[]>();
  for (const proposal of proposals) {
    const { keys, include, predicate, method } = proposal.definition;
    if (method !== "btree" || include.length === 0) continue;
    const key = JSON.stringify([keys, predicate]);
    byKeys.set(key, [...(byKeys.get(key) ?? []), proposal]);
  }
  return [...byKeys.values()].flatMap((alike) => {
    const [first, ...others] = alike;
    if (first === undefined || others.length === 0) return [];
    const include = [...new Set(alike.flatMap(({ definition }) => definition.include))].toSorted();
    const isNew = alike.every(({ definition }) => definition.include.length < include.length);
    if (!isNew || !canCarry(include, table, facts)) return [];
    const whole = others.reduce(together, first);
    return [
      {
        ...whole,
        definition: { ...whole.definition, include },
        origin: `${whole.origin}; carries ${include.join(", ")} for all of these`,
      },
    ];
  });
}

function together(one: Proposal, other: Proposal): Proposal {
  const origins = new Set([...one.origin.split("; "), ...other.origin.split("; ")]);
  return {
    ...one,
    interchangeable: Math.min(one.interchangeable, other.interchangeable),
    fingerprints: [...new Set([...one.fingerprints, ...other.fingerprints])],
    origin: [...origins].slice(0, 3).join("; "),
  };
}
