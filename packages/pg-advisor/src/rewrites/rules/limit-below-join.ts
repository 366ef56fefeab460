import type { Node, SelectStmt } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import { aliasesIn, columnUse, hasSublink, isPlain, ownAliases } from "../analysis/expressions.ts";
import { aliasOf } from "../analysis/flat-level.ts";
import type { Level } from "../analysis/level.ts";
import { tiesOf } from "../analysis/row-identity.ts";
import { behind, withNames } from "../analysis/targets.ts";
import { columnRef, derivedTable, selectOf, target, withWhere } from "../tree/build.ts";
import { replaceNodes } from "../tree/replace.ts";
import { type Rule, rewritten } from "./rule.ts";

/** Outer joins by key neither add nor remove rows, so the page can be cut before them. */
export const limitBelowJoin: Rule = {
  name: "limit-below-join",
  does: "takes the page of a table before outer joins that neither add nor remove rows",
  apply: (level, context) => {
    const { select, role } = level;
    const { limitCount, limitOffset, sortClause, limitOption, ...rest } = select;
    const [item, second] = select.fromClause ?? [];
    if (
      role !== "statement" ||
      limitCount === undefined ||
      sortClause === undefined ||
      limitOption !== "LIMIT_OPTION_COUNT"
    )
      return [];
    if (!isPlain(rest) || item === undefined || second !== undefined || !("JoinExpr" in item))
      return [];
    const base = baseOf(item);
    const alias = base === null ? null : aliasOf(base);
    if (base === null || alias === null || !joinsByKey(item, level)) return [];
    const sorts = sortClause.map((one) => {
      const node = "SortBy" in one ? one.SortBy.node : undefined;
      return node === undefined ? undefined : behind(node, withNames(level));
    });
    const isOfBase = [...aliasesIn([sorts, select.whereClause])].every((one) => one === alias);
    if (!isOfBase || sorts.includes(undefined) || hasSublink([sorts, select.whereClause]))
      return [];
    const name = context.freshAlias("page");
    const columns = new Set<string>();
    const outside = <Tree>(tree: Tree): Tree =>
      replaceNodes(tree, (node) => {
        const use = columnUse(node);
        if (use?.alias !== alias) return undefined;
        columns.add(use.column);
        return columnRef(name, use.column);
      });
    const { whereClause: _where, limitCount: _c, limitOffset: _o, ...named } = withNames(level);
    const sorted = sortClause.map((one, index): Node => {
      const node = sorts[index];
      return "SortBy" in one && node !== undefined ? { SortBy: { ...one.SortBy, node } } : one;
    });
    const { fromClause: _from, ...clauses } = named;
    const around = outside({ ...clauses, sortClause: sorted });
    const joins = outside(item);
    const page: SelectStmt = {
      ...withWhere(
        selectOf({
          targetList: [...columns].map((column) => target(columnRef(alias, column), column)),
          fromClause: [base],
        }),
        conjunctsOf(select.whereClause),
      ),
      sortClause: sorted,
      limitCount,
      ...(limitOffset === undefined ? {} : { limitOffset }),
      limitOption: "LIMIT_OPTION_COUNT",
    };
    const fromClause = [
      replaceNodes(joins, (node) =>
        aliasOf(node) === alias ? derivedTable(page, name) : undefined,
      ),
    ];
    return [
      rewritten(
        { ...around, fromClause, limitOption: "LIMIT_OPTION_DEFAULT" },
        `the page of ${alias} is taken before the outer joins, which neither add nor remove rows`,
      ),
    ];
  },
};

/** The table at the left end of a chain of LEFT JOINs; null where another join is among them. */
function baseOf(item: Node): Node | null {
  if ("RangeVar" in item) return item;
  if (!("JoinExpr" in item) || item.JoinExpr.jointype !== "JOIN_LEFT") return null;
  const { larg, rarg } = item.JoinExpr;
  return larg === undefined || rarg === undefined || !("RangeVar" in rarg) ? null : baseOf(larg);
}

/** Whether each joined table has a key that the join holds to the tables before it. */
function joinsByKey(item: Node, level: Level): boolean {
  const ties = tiesOf(level) ?? [];
  const base = baseOf(item);
  const known = new Set(base === null ? [] : [aliasOf(base) ?? ""]);
  const joined = [...ownAliases(item)].filter((alias) => !known.has(alias));
  return joined.every((alias) => {
    const source = level.sources.find((one) => one.alias === alias);
    const fixed = new Set(
      ties.flatMap(({ condition, binds }) => {
        if (
          binds?.has(alias) !== true ||
          !("A_Expr" in condition) ||
          condition.A_Expr.kind !== "AEXPR_OP"
        )
          return [];
        const [left, right] = [
          columnUse(condition.A_Expr.lexpr),
          columnUse(condition.A_Expr.rexpr),
        ];
        const [own, other] = left?.alias === alias ? [left, right] : [right, left];
        const isEqual = (condition.A_Expr.name ?? []).some(
          (one) => "String" in one && one.String.sval === "=",
        );
        if (!isEqual || own?.alias !== alias || other === null || other.alias === alias) return [];
        const types = [own, other].map((use) => typeOf(use, level));
        return types[0] === types[1] && types[0] !== null ? [own.column] : [];
      }),
    );
    return (
      source?.table?.keys.some((key) => key.columns.every((column) => fixed.has(column))) === true
    );
  });
}

function typeOf(
  use: { readonly alias: string; readonly column: string },
  level: Level,
): string | null {
  const source = level.sources.find(({ alias }) => alias === use.alias);
  return source?.columns.find(({ name }) => name === use.column)?.type ?? null;
}
