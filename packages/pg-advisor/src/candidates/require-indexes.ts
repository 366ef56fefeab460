import type { TableUse } from "../workload/shape/statement-shape.ts";
import { columnKey, type IndexKey } from "./candidate.ts";
import { type IndexRequirement, subjectOf } from "./index-requirement.ts";
import { type RequirementInput, RequirementList } from "./requirement-list.ts";
import type { SearchTerm } from "./search-terms.ts";

/** Which B-trees one use of a table could profit from, judged by its conditions and orders alone. */
export function requireIndexes(input: RequirementInput): readonly IndexRequirement[] {
  const points = input.terms.filter(isPoint);
  return [
    ...requireTogether(input, input.terms),
    ...input.arms.flatMap((arm) => requireTogether(input, [...arm, ...points], false)),
  ];
}

function requireTogether(
  input: RequirementInput,
  terms: readonly SearchTerm[],
  withOrders = true,
): readonly IndexRequirement[] {
  const points = onePerKey(terms.filter(isPoint));
  const lists = onePerKey(terms.filter(isList));
  const ranges = onePerKey(terms.filter(({ kind }) => kind === "range" || kind === "prefix")).map(
    ({ key }) => key,
  );
  const joins = joinSets(terms);
  const orders = withOrders ? ordersOf(input) : [];
  const builder = new RequirementList(input);

  for (const given of [points, [...points, ...lists]]) {
    builder.addEquality(given, ranges, orders);
    for (const join of joins) builder.addEquality([...join, ...given], ranges, orders);
  }
  for (const join of joins) builder.addEquality(join, ranges, orders);
  for (const term of [...points, ...lists]) builder.addEquality([term], [], orders);
  for (const join of joins) {
    for (const filter of [...points, ...lists]) {
      builder.addInThisOrder([...join, filter], []);
      builder.addInThisOrder([filter, ...join], ranges);
    }
  }
  const filtered = [...points, ...lists].map(({ key }) => key);
  for (const order of orders) builder.addOrder(order, [...filtered, ...ranges]);
  return builder.requirements;
}

/** Compared with one constant, which holds in every arm of an OR as well. */
function isPoint({ kind, joinedWith }: SearchTerm): boolean {
  return kind === "equal" && joinedWith === null;
}

function isList({ kind, joinedWith }: SearchTerm): boolean {
  return kind === "any of" && joinedWith === null;
}

function onePerKey(terms: readonly SearchTerm[]): readonly SearchTerm[] {
  const keyOf = ({ key }: SearchTerm): string => `${subjectOf(key)} ${key.operatorClass ?? ""}`;
  return [...new Map(terms.map((term) => [keyOf(term), term])).values()];
}

/** For each table joined with, the columns that it gives values for. */
function joinSets(terms: readonly SearchTerm[]): readonly (readonly SearchTerm[])[] {
  const sets = new Map<TableUse, SearchTerm[]>();
  for (const term of terms) {
    const { kind, joinedWith } = term;
    if (joinedWith === null || kind === "range" || kind === "prefix") continue;
    sets.set(joinedWith, [...(sets.get(joinedWith) ?? []), term]);
  }
  return [...sets.values()];
}

/** Leading columns of each order that can be keys, and orders of expressions. */
function ordersOf({
  use,
  facts,
  expressionOrders,
}: RequirementInput): readonly (readonly IndexKey[])[] {
  const ofColumns = use.orders
    .map(({ columns }) => {
      const end = columns.findIndex(({ column }) => !facts.canBeKey(use.relation, column));
      return (end < 0 ? columns : columns.slice(0, end)).map(columnKey);
    })
    .filter((columns) => columns.length > 0);
  return [...ofColumns, ...expressionOrders];
}
