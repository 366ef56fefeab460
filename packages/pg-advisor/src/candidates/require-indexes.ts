import type {
  ColumnPredicate,
  OrderedColumn,
  TableUse,
} from "../workload/shape/statement-shape.ts";
import type { IndexRequirement } from "./index-requirement.ts";
import { type RequirementInput, RequirementList } from "./requirement-list.ts";

/** Which indexes one use of a table could profit from, judged by its conditions and orders alone. */
export function requireIndexes(input: RequirementInput): readonly IndexRequirement[] {
  const found = [
    ...requireTogether(input, input.use.predicates),
    ...input.use.alternatives.flatMap((arm) =>
      requireTogether(input, [...arm, ...pointsOf(input.use)], false),
    ),
  ];
  return found.filter(({ equal, ordered }) => equal.length + ordered.length > 0);
}

function requireTogether(
  input: RequirementInput,
  predicates: readonly ColumnPredicate[],
  withOrders = true,
): readonly IndexRequirement[] {
  const { use, facts } = input;
  const usable = predicates.filter(
    ({ column, kind }) =>
      facts.canBeKey(use.relation, column) &&
      (kind !== "prefix" || facts.servesPrefix(use.relation, column)),
  );
  const points = columnsOf(
    usable,
    ({ kind, joinedWith }) => kind === "equal" && joinedWith === null,
  );
  const lists = columnsOf(
    usable,
    ({ kind, joinedWith }) => kind === "any of" && joinedWith === null,
  );
  const ranges = columnsOf(usable, ({ kind }) => kind === "range" || kind === "prefix");
  const joins = joinSets(usable);
  const orders = withOrders ? ordersOf(input) : [];
  const builder = new RequirementList(input);

  for (const given of [points, [...points, ...lists]]) {
    builder.addEquality(given, ranges, orders);
    for (const join of joins) builder.addEquality([...join, ...given], ranges, orders);
  }
  for (const join of joins) builder.addEquality(join, [], []);
  for (const column of [...points, ...lists]) builder.addEquality([column], [], orders);
  for (const order of orders) builder.addOrder(order, [...points, ...lists, ...ranges]);
  return builder.requirements;
}

/** Columns compared with one constant, which hold in every arm of an OR as well. */
function pointsOf({ predicates }: TableUse): readonly ColumnPredicate[] {
  return predicates.filter(({ kind, joinedWith }) => kind === "equal" && joinedWith === null);
}

function columnsOf(
  predicates: readonly ColumnPredicate[],
  isWanted: (predicate: ColumnPredicate) => boolean,
): readonly string[] {
  return [...new Set(predicates.filter(isWanted).map(({ column }) => column))];
}

/** For each table joined with, the columns that it gives values for. */
function joinSets(predicates: readonly ColumnPredicate[]): readonly (readonly string[])[] {
  const sets = new Map<TableUse, string[]>();
  for (const { column, kind, joinedWith } of predicates) {
    if (joinedWith === null || kind === "range" || kind === "prefix") continue;
    sets.set(joinedWith, [...(sets.get(joinedWith) ?? []), column]);
  }
  return [...sets.values()];
}

/** Leading columns of each order that can be keys. */
function ordersOf({ use, facts }: RequirementInput): readonly (readonly OrderedColumn[])[] {
  return use.orders
    .map(({ columns }) => {
      const end = columns.findIndex(({ column }) => !facts.canBeKey(use.relation, column));
      return end < 0 ? columns : columns.slice(0, end);
    })
    .filter((columns) => columns.length > 0);
}
