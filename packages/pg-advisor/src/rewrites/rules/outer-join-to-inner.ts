import type { Node, SelectStmt } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import { columnUse, equalityOf, isBelowWith, rejectsNulls } from "../analysis/expressions.ts";
import { aliasOf } from "../analysis/flat-level.ts";
import type { Level } from "../analysis/level.ts";
import { replaceAt } from "../tree/path.ts";
import { type Rule, rewritten } from "./rule.ts";

/** A LEFT JOIN whose every row has a partner, by a foreign key, or must have one, by a condition. */
export const outerJoinToInner: Rule = {
  name: "outer-join-to-inner",
  does: "joins inner where an outer join never keeps a row without a partner",
  apply: (level) => {
    if (!isBelowWith(level.select)) return [];
    return leftJoinsOf(level.select).flatMap(({ path, item }) => {
      const { rarg } = item.JoinExpr;
      const alias = rarg === undefined ? null : aliasOf(rarg);
      if (alias === null) return [];
      const isAsked = conjunctsOf(level.select.whereClause).some((condition) =>
        rejectsNulls(condition, alias),
      );
      const isPromised = hasPartnerByForeignKey(item, alias, level);
      if (!isAsked && !isPromised) return [];
      const inner = { ...item.JoinExpr, jointype: "JOIN_INNER" };
      const select = replaceAt(level.select, [...path, "JoinExpr"], inner);
      return [
        rewritten(
          select,
          isAsked
            ? `a condition asks for a row of ${alias}`
            : `a foreign key promises each row its row of ${alias}`,
        ),
      ];
    });
  },
};

type LeftJoin = Extract<Node, { JoinExpr: unknown }>;

/** LEFT JOINs that no other outer join puts nulls around: those on the left spine of an item. */
function leftJoinsOf(
  select: SelectStmt,
): readonly { readonly path: readonly (string | number)[]; readonly item: LeftJoin }[] {
  const found: { path: readonly (string | number)[]; item: LeftJoin }[] = [];
  for (const [index, item] of (select.fromClause ?? []).entries()) {
    let [part, path]: [Node | undefined, readonly (string | number)[]] = [
      item,
      ["fromClause", index],
    ];
    while (part !== undefined && "JoinExpr" in part) {
      const { jointype, larg }: { jointype?: string; larg?: Node } = part.JoinExpr;
      if (jointype === "JOIN_LEFT") found.push({ path, item: part });
      else if (jointype !== "JOIN_INNER") break;
      [part, path] = [larg, [...path, "JoinExpr", "larg"]];
    }
  }
  return found;
}

/** Whether the join is by exactly a foreign key of columns that are never null. */
function hasPartnerByForeignKey(item: LeftJoin, alias: string, level: Level): boolean {
  const parent = level.sources.find((source) => source.alias === alias)?.table;
  if (parent === undefined || parent === null) return false;
  const pairs: { readonly child: { alias: string; column: string }; readonly column: string }[] =
    [];
  for (const condition of conjunctsOf(item.JoinExpr.quals)) {
    const equality = equalityOf(condition);
    const [left, right] = [columnUse(equality?.left), columnUse(equality?.right)];
    if (left === null || right === null) return false;
    if (left.alias === alias && right.alias !== alias)
      pairs.push({ child: right, column: left.column });
    else if (right.alias === alias && left.alias !== alias)
      pairs.push({ child: left, column: right.column });
    else return false;
  }
  const [first] = pairs;
  const child = level.sources.find((source) => source.alias === first?.child.alias);
  if (first === undefined || child === undefined || child.table === null || child.isOuter)
    return false;
  if (pairs.some((pair) => pair.child.alias !== child.alias)) return false;
  const areNeverNull = pairs.every(({ child: { column } }) =>
    child.columns.some(({ name, isNotNull }) => name === column && isNotNull),
  );
  return (
    areNeverNull &&
    child.table.references().some(
      (reference) =>
        reference.parent === parent &&
        reference.columns.length === pairs.length &&
        pairs.every((pair) => {
          const place = reference.columns.indexOf(pair.child.column);
          return place >= 0 && reference.parentColumns[place] === pair.column;
        }),
    )
  );
}
