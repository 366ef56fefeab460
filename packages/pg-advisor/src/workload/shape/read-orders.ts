import type { Node, SelectStmt, SortBy } from "@pgsql/types";
import { columnOf, namesOf, walkNodes } from "../text/sql-nodes.ts";
import { computedFrom } from "./computed.ts";
import { plainNameOf } from "./read-conditions.ts";
import { expandStar, type Place, resolveColumn, type Scope } from "./scope.ts";
import type { OrderedColumn, OrderNeed } from "./statement-shape.ts";

interface SortedPlace {
  /** What is sorted by: an ordinal or a name of the select list stands for its expression. */
  readonly node: Node | undefined;
  readonly places: readonly Place[];
  readonly direction: OrderedColumn["direction"];
  readonly nulls: OrderedColumn["nulls"];
}

/** Notes in which order one SELECT wants the rows of its tables. */
export function readOrders(select: SelectStmt, scope: Scope): void {
  const targets = (select.targetList ?? []).flatMap((target) => withoutStar(target, scope));
  const hasLimit = select.limitCount !== undefined;
  const ascending = (nodes: readonly Node[] | undefined): readonly SortedPlace[] =>
    (nodes ?? []).map((node) => sorted(node, targets, scope));

  const order = (select.sortClause ?? []).map((node) => sortedBy(node, targets, scope));
  note("order by", order, hasLimit && select.groupClause === undefined);
  note("group by", ascending(select.groupClause), hasLimit);
  if (select.distinctClause !== undefined && select.distinctClause.length > 0) {
    const explicit = select.distinctClause.filter((node) => Object.keys(node).length > 0);
    const distinct = explicit.length > 0 ? explicit : targets.flatMap(valuesOf);
    if (distinct.length <= 4) note("distinct", ascending(distinct), hasLimit);
  }
  if (select.groupClause === undefined) noteExpression(order[0], scope);
  for (const target of targets) readAggregates(target, scope);
}

/** `order by lower(name)`: an index on the expression gives its order; what follows is left to a sort. */
function noteExpression(first: SortedPlace | undefined, scope: Scope): void {
  if (first === undefined || first.places.length > 0) return;
  const computed = computedFrom(first.node, scope);
  if (computed === null) return;
  const { direction, nulls } = first;
  const { node, columns, place } = computed;
  place.use.expressionOrders.push({ node, columns, direction, nulls });
}

/** min and max read one end of an index; a window function reads its partitions in order. */
function readAggregates(target: Node, scope: Scope): void {
  walkNodes([target], (kind, fields) => {
    if (kind === "SubLink") return "skip";
    if (kind !== "FuncCall") return undefined;
    const call = fields as Extract<Node, { FuncCall: unknown }>["FuncCall"];
    const name = namesOf(call.funcname)?.at(-1);
    const argument = call.args?.[0];
    if ((name === "min" || name === "max") && call.over === undefined && argument !== undefined) {
      const direction = name === "min" ? "asc" : "desc";
      const places = resolveColumn(columnOf(argument), scope);
      note("extreme", [{ node: argument, places, direction, nulls: "last" }], true);
    }
    if (call.over !== undefined) {
      const partition = (call.over.partitionClause ?? []).map((node) => sorted(node, [], scope));
      const order = (call.over.orderClause ?? []).map((node) => sortedBy(node, [], scope));
      note("window", [...partition, ...order], false);
    }
    return undefined;
  });
}

/** The leading columns that belong to one table; what follows of other tables cannot be had from its index. */
function note(
  kind: OrderNeed["kind"],
  sortedPlaces: readonly SortedPlace[],
  hasLimit: boolean,
): void {
  for (const { use } of sortedPlaces[0]?.places ?? []) {
    const columns: OrderedColumn[] = [];
    for (const { places, direction, nulls } of sortedPlaces) {
      const own = places.find((place) => place.use === use);
      if (own === undefined) break;
      if (columns.some(({ column }) => column === own.column)) continue;
      columns.push({ column: own.column, direction, nulls: kind === "extreme" ? "last" : nulls });
    }
    use.orders.push({ kind, columns: columns.map(normaliseExtreme(kind)), hasLimit });
  }
}

/** max reads the index backwards: an ordinary ascending index serves both ends. */
function normaliseExtreme(kind: OrderNeed["kind"]): (column: OrderedColumn) => OrderedColumn {
  return (column) =>
    kind === "extreme" ? { column: column.column, direction: "asc", nulls: "last" } : column;
}

function sortedBy(node: Node, targets: readonly Node[], scope: Scope): SortedPlace {
  const sort: SortBy = "SortBy" in node ? node.SortBy : { node };
  const direction = sort.sortby_dir === "SORTBY_DESC" ? "desc" : "asc";
  const byDefault = direction === "desc" ? "first" : "last";
  const nulls =
    sort.sortby_nulls === "SORTBY_NULLS_FIRST"
      ? "first"
      : sort.sortby_nulls === "SORTBY_NULLS_LAST"
        ? "last"
        : byDefault;
  const { node: meant, places } = sorted(sort.node, targets, scope);
  return sort.useOp === undefined
    ? { node: meant, places, direction, nulls }
    : { node: undefined, places: [], direction, nulls };
}

/** An ordinal or a name of the select list stands for its expression; else it is a column. */
function sorted(node: Node | undefined, targets: readonly Node[], scope: Scope): SortedPlace {
  const meant = targetMeant(node, targets) ?? node;
  const places = resolveColumn(columnOf(meant), scope);
  return { node: meant, places, direction: "asc", nulls: "last" };
}

function targetMeant(node: Node | undefined, targets: readonly Node[]): Node | undefined {
  if (node !== undefined && "A_Const" in node) {
    const ordinal = node.A_Const.ival?.ival;
    return ordinal === undefined
      ? undefined
      : targets.slice(ordinal - 1, ordinal).flatMap(valuesOf)[0];
  }
  const name = plainNameOf(node);
  if (name === null) return undefined;
  const named = targets.find((target) => "ResTarget" in target && target.ResTarget.name === name);
  return named === undefined ? undefined : valuesOf(named)[0];
}

/** `*` as the columns that it stands for, so that ordinals count right. */
function withoutStar(target: Node, scope: Scope): readonly Node[] {
  const column = columnOf(valuesOf(target)[0]);
  const last = column?.fields?.at(-1);
  if (last === undefined || !("A_Star" in last)) return [target];
  const alias = namesOf(column?.fields?.slice(0, -1))?.at(-1);
  return expandStar(alias, scope).map(([name]) => {
    const names = alias === undefined ? [name] : [alias, name];
    const fields = names.map((sval) => ({ String: { sval } }));
    return { ResTarget: { val: { ColumnRef: { fields } } } };
  });
}

function valuesOf(target: Node): readonly Node[] {
  return "ResTarget" in target && target.ResTarget.val !== undefined ? [target.ResTarget.val] : [];
}
