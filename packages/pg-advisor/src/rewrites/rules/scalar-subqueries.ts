import type { Node, SelectStmt } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import {
  aggregatesIn,
  aliasesIn,
  areComparableKeys,
  columnUse,
  equalityOf,
  factsOf,
  hasSublink,
  hasWindow,
  isLimited,
  isOneSelect,
  outerAliases,
  ownAliases,
} from "../analysis/expressions.ts";
import type { Analysis, Level } from "../analysis/level.ts";
import { mayFail } from "../analysis/may-fail.ts";

/** `(select aggregate … where key = outer …)` taken apart. */
export interface CorrelatedAggregate {
  readonly node: Node;
  readonly query: SelectStmt;
  /** The one output, over aggregates of the query. */
  readonly value: Node;
  readonly keys: readonly CorrelationKey[];
  /** Conditions of the query on itself. */
  readonly ownConditions: readonly Node[];
}

interface CorrelationKey {
  readonly inner: Node;
  readonly outer: Node;
}

export type Reading<Result> =
  | { readonly outcome: "read"; readonly result: Result }
  | { readonly outcome: "refused"; readonly because: string };

/** Scalar subqueries of an expression that name columns of the level around them, outermost ones alone. */
export function correlatedScalars(part: Node | undefined, level: Level): readonly Node[] {
  const found: Node[] = [];
  const own = new Set(level.sources.map(({ alias }) => alias));
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(look);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return;
    const node = value as Node;
    if ("SubLink" in node) {
      const { subLinkType, subselect } = node.SubLink;
      const isCorrelated = [...outerAliases(subselect)].some((alias) => own.has(alias));
      if (subLinkType === "EXPR_SUBLINK" && isCorrelated) found.push(node);
      look(node.SubLink.testexpr);
      return;
    }
    for (const inner of Object.values(value)) look(inner);
  };
  look(part);
  return found;
}

/** Reads a subquery that always gives one row because it aggregates, tied to its surroundings by equalities alone. */
export function readCorrelatedAggregate(
  node: Node,
  level: Level,
  analysis: Analysis,
): Reading<CorrelatedAggregate> {
  const query = queryOfSublink(node);
  if (query === null || !isOneSelect(query)) return no("the subquery is more than one SELECT");
  const [only, another] = query.targetList ?? [];
  const value = only !== undefined && "ResTarget" in only ? only.ResTarget.val : undefined;
  if (value === undefined || another !== undefined)
    return no("the subquery gives more than one column");
  const aggregates = aggregatesIn(value);
  if (aggregates.length === 0)
    return no("the subquery aggregates nothing, so it may give several rows or none");
  if (
    (query.groupClause ?? []).length > 0 ||
    query.havingClause !== undefined ||
    isLimited(query)
  ) {
    return no("the subquery groups, filters groups or limits");
  }
  if (hasWindow(value) || query.distinctClause !== undefined)
    return no("the subquery has a window or DISTINCT");
  if (outerAliases(query.fromClause).size > 0)
    return no("the subquery's FROM depends on the outer row");
  if (outerAliases({ ...query, whereClause: undefined }).size > 0) {
    return no("what the subquery computes depends on the outer row");
  }
  if (hasSublink(value)) return no("a subquery lies inside what the subquery computes");
  const columnsOutside = columnsOutsideAggregates(value);
  if (columnsOutside) return no("the subquery gives a column that it does not aggregate");
  if (mayFail([aggregates, query.whereClause, query.fromClause], analysis.sources))
    return no(
      "it computes what may fail, such as a division or a sum of integers, for rows that the original never reads",
    );
  const split = splitConditions(query, level, analysis);
  if (split.outcome === "refused") return split;
  return { outcome: "read", result: { node, query, value, ...split.result } };
}

export function queryOfSublink(node: Node | undefined): SelectStmt | null {
  if (node === undefined || !("SubLink" in node)) return null;
  const { subselect } = node.SubLink;
  return subselect !== undefined && "SelectStmt" in subselect ? subselect.SelectStmt : null;
}

function columnsOutsideAggregates(value: Node): boolean {
  const inside = new Set(aggregatesIn(value));
  let isOutside = false;
  const look = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(look);
    if (typeof part !== "object" || part === null || Array.isArray(part)) return;
    if ("ColumnRef" in part) isOutside = true;
    for (const inner of Object.values(part)) {
      if (!inside.has(inner)) look(inner);
    }
  };
  look(value);
  return isOutside;
}

/** Tells equalities with the outer row from conditions on the query itself. */
export function splitConditions(
  query: SelectStmt,
  level: Level,
  analysis: Analysis,
): Reading<Pick<CorrelatedAggregate, "keys" | "ownConditions">> {
  const inside = ownAliases(query);
  const around = new Set(level.sources.map(({ alias }) => alias));
  const keys: CorrelationKey[] = [];
  const ownConditions: Node[] = [];
  for (const condition of conjunctsOf(query.whereClause)) {
    const named = [...aliasesIn(condition)];
    if (named.every((alias) => inside.has(alias))) {
      ownConditions.push(condition);
      continue;
    }
    const equality = equalityOf(condition);
    if (equality === null) return no("it is tied to the outer row by more than equalities");
    const isInner = (side: Node): boolean =>
      [...aliasesIn(side)].every((alias) => inside.has(alias));
    const isOuter = (side: Node): boolean =>
      aliasesIn(side).size > 0 && [...aliasesIn(side)].every((alias) => around.has(alias));
    const { left, right } = equality;
    const key =
      isInner(left) && isOuter(right)
        ? { inner: left, outer: right }
        : isInner(right) && isOuter(left)
          ? { inner: right, outer: left }
          : null;
    if (key === null)
      return no("an equality mixes columns of both sides, or reaches a level farther out");
    const inner = factsOf(columnUse(key.inner), analysis.sources);
    const outer = factsOf(columnUse(key.outer), analysis.sources);
    if (inner === null || outer === null) return no("it is tied to the outer row by an expression");
    if (!areComparableKeys(inner.type, outer.type)) {
      return no(
        `${inner.type ?? "an unknown type"} and ${outer.type ?? "an unknown type"} may be equal in other ways when they are grouped`,
      );
    }
    keys.push(key);
  }
  if (keys.length === 0) return no("nothing ties it to the outer row");
  return { outcome: "read", result: { keys, ownConditions } };
}

function no(because: string): { readonly outcome: "refused"; readonly because: string } {
  return { outcome: "refused", because };
}
