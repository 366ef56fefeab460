import type { Node, SelectStmt } from "@pgsql/types";
import { aggregatesIn, isNullWith, nameOfCall } from "../analysis/expressions.ts";
import {
  coalesce,
  columnRef,
  derivedTable,
  integerConstant,
  operation,
  selectOf,
  target,
  withWhere,
} from "../tree/build.ts";
import { replaceNodes } from "../tree/replace.ts";
import { isSame } from "../tree/same.ts";
import type { CorrelatedAggregate } from "./scalar-subqueries.ts";

/** A correlated aggregate as a derived table of one row a key, with what joins and replaces it. */
export interface GroupedSubquery {
  readonly item: Node;
  readonly joinConditions: readonly Node[];
  /** What stands in place of the subquery where the derived table is outer-joined. */
  readonly value: Node;
  /** Whether no row in the derived table means that the subquery was null. */
  readonly isNullWhenEmpty: boolean;
}

/** Groups the subquery by its keys; each aggregate becomes a column, so that an empty group can be told apart. */
export function groupSubquery(read: CorrelatedAggregate, alias: string): GroupedSubquery {
  const { query, keys, ownConditions, value } = read;
  const distinct = keys.filter(
    (key, index) => keys.findIndex((other) => isSame(other.inner, key.inner)) === index,
  );
  const nameOfKey = (inner: Node): string =>
    `key_${distinct.findIndex((key) => isSame(key.inner, inner)) + 1}`;
  const aggregates: Node[] = [];
  const outside = replaceNodes(value, (node) => {
    if (!("FuncCall" in node) || aggregatesIn([node]).length === 0) return undefined;
    if (!isAggregateItself(node)) return undefined;
    const known = aggregates.findIndex((other) => isSame(other, node));
    const index = known < 0 ? aggregates.push(node) - 1 : known;
    const column = columnRef(alias, `value_${index + 1}`);
    return nameOfCall(node.FuncCall) === "count" ? coalesce([column, integerConstant(0)]) : column;
  });
  const { whereClause: _where, sortClause: _sort, targetList: _list, ...rest } = query;
  const grouped: SelectStmt = withWhere(
    selectOf({
      ...rest,
      targetList: [
        ...distinct.map(({ inner }) => target(inner, nameOfKey(inner))),
        ...aggregates.map((aggregate, index) => target(aggregate, `value_${index + 1}`)),
      ],
      groupClause: distinct.map(({ inner }) => inner),
    }),
    ownConditions,
  );
  return {
    item: derivedTable(grouped, alias),
    joinConditions: keys.map(({ inner, outer }) =>
      operation("=", columnRef(alias, nameOfKey(inner)), outer),
    ),
    value: outside,
    isNullWhenEmpty: isNullWith(outside, alias),
  };
}

function isAggregateItself(node: Extract<Node, { FuncCall: unknown }>): boolean {
  return aggregatesIn([node])[0] === node.FuncCall;
}
