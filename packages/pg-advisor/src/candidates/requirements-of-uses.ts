import type { ExtensionFacts } from "../snapshot/snapshot.ts";
import type { IndexKey } from "./candidate.ts";
import type { ColumnFacts } from "./column-facts.ts";
import type { ExistingIndex } from "./existing-indexes.ts";
import type { ExpressionContext } from "./immutable-expression.ts";
import { type IndexRequirement, subjectOf } from "./index-requirement.ts";
import { requireIndexes } from "./require-indexes.ts";
import { columnTerms, expressionOrders, expressionTerms, type SearchTerm } from "./search-terms.ts";
import type { UsedTable, WorkloadUse } from "./table-uses.ts";

/** One use of a table with the B-trees that it asks for. */
export interface AskingUse extends WorkloadUse {
  readonly context: ExpressionContext;
  readonly requirements: readonly IndexRequirement[];
}

interface ReadUse extends WorkloadUse {
  readonly context: ExpressionContext;
  readonly terms: readonly SearchTerm[];
  readonly arms: readonly (readonly SearchTerm[])[];
  readonly expressionOrders: readonly (readonly IndexKey[])[];
}

/** What each use asks for, in the knowledge of what the others compare. */
export function requirementsOfUses(
  { uses }: UsedTable,
  indexes: readonly ExistingIndex[],
  facts: ColumnFacts,
  extensions: readonly ExtensionFacts[],
): readonly AskingUse[] {
  const uniqueSets = indexes.flatMap(({ isUnique, plainKeys }) =>
    isUnique ? [plainKeys.flatMap(({ column }) => (column === null ? [] : [column]))] : [],
  );
  const read = uses.map((one) => readTerms(one, facts, extensions));
  const sharedBy = countEqualities(read);
  return read.map((one) => {
    const { use, statement, context } = one;
    const { fingerprint } = statement;
    const input = { ...one, fingerprint, facts, sharedBy, uniqueSets };
    return { use, statement, context, requirements: requireIndexes(input) };
  });
}

function readTerms(
  { use, statement }: WorkloadUse,
  facts: ColumnFacts,
  extensions: readonly ExtensionFacts[],
): ReadUse {
  const context: ExpressionContext = {
    familyOf: (column) =>
      facts.isStored(use.relation, column) ? facts.family(use.relation, column) : null,
    extensions,
  };
  const input = { use, facts, values: statement, context };
  return {
    use,
    statement,
    context,
    terms: [...columnTerms(use.predicates, input), ...expressionTerms(input)],
    arms: use.alternatives.map((arm) => columnTerms(arm, input)),
    expressionOrders: expressionOrders(input),
  };
}

/** In how many uses each key is compared for equality. */
function countEqualities(uses: readonly ReadUse[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { terms } of uses) {
    const equal = terms.filter(({ kind }) => kind === "equal" || kind === "any of");
    for (const subject of new Set(equal.map(({ key }) => subjectOf(key)))) {
      counts.set(subject, (counts.get(subject) ?? 0) + 1);
    }
  }
  return counts;
}
