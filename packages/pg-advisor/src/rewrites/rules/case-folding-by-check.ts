import type { Node } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import {
  columnUse,
  equalityOf,
  isBelowWith,
  nameOfCall,
  sourcesByAlias,
} from "../analysis/expressions.ts";
import { operation, withWhere } from "../tree/build.ts";
import { type Rule, refused, rewritten } from "./rule.ts";

/** `lower(email) = …` where a CHECK holds the column in lower case already. */
export const caseFoldingByCheck: Rule = {
  name: "case-folding-by-check",
  does: "compares the column itself where a CHECK constraint holds it in one case",
  apply: (level) => {
    if (!isBelowWith(level.select)) return [];
    const conditions = conjunctsOf(level.select.whereClause);
    const sources = sourcesByAlias(level);
    return conditions.flatMap((condition, index) => {
      const equality = equalityOf(condition);
      if (equality === null) return [];
      const [folded, other] =
        "FuncCall" in equality.left
          ? [equality.left, equality.right]
          : [equality.right, equality.left];
      const read = foldedColumn(folded);
      if (read === null) return [];
      const use = columnUse(read.column);
      const table = use === null ? undefined : sources.get(use.alias)?.table;
      if (use === null || table === undefined || table === null) return [];
      if (!table.checks.some((check) => holdsCase(check.definition, read.name, use.column))) {
        return [
          refused(
            condition,
            `no CHECK says that ${use.column} is always ${read.name}(${use.column}); an index on the expression would serve`,
          ),
        ];
      }
      const changed = conditions.map((one, at) =>
        at === index ? operation("=", read.column, other) : one,
      );
      return [
        rewritten(
          withWhere(level.select, changed),
          `a CHECK holds ${use.column} to ${read.name}() already`,
        ),
      ];
    });
  },
};

function foldedColumn(node: Node): { readonly name: string; readonly column: Node } | null {
  if (!("FuncCall" in node)) return null;
  const name = nameOfCall(node.FuncCall);
  const [column, another] = node.FuncCall.args ?? [];
  if ((name !== "lower" && name !== "upper") || column === undefined || another !== undefined)
    return null;
  return columnUse(column) === null ? null : { name, column };
}

/** `CHECK ((email = lower(email)))` as pg_get_constraintdef writes it, of a text column. */
function holdsCase(check: string, name: string, column: string): boolean {
  const plain = check.replace(/^CHECK\s*/, "").replace(/[()\s"]/g, "");
  return plain === `${column}=${name}${column}` || plain === `${name}${column}=${column}`;
}
