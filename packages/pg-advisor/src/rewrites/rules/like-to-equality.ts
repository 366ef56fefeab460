import type { Node } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import { columnUse, factsOf, isBelowWith, sourcesByAlias } from "../analysis/expressions.ts";
import { operation, withWhere } from "../tree/build.ts";
import { type Rule, rewritten } from "./rule.ts";

/** A pattern without a wildcard is the text itself. */
export const likeToEquality: Rule = {
  name: "like-to-equality",
  does: "compares by = where a LIKE pattern has no wildcard",
  apply: (level) => {
    if (!isBelowWith(level.select)) return [];
    const sources = sourcesByAlias(level);
    const conditions = conjunctsOf(level.select.whereClause);
    return conditions.flatMap((condition, index) => {
      const equal = equalOf(condition, (node) => {
        const use = columnUse(node);
        const column =
          use === null
            ? undefined
            : sources
                .get(use.alias)
                ?.table?.relation.columns.find(({ name }) => name === use.column);
        return column?.collation === null && factsOf(use, sources)?.type === "text";
      });
      if (equal === null) return [];
      const changed = conditions.map((one, at) => (at === index ? equal : one));
      return [
        rewritten(
          withWhere(level.select, changed),
          "the pattern has no wildcard, so = says the same and any index can serve",
        ),
      ];
    });
  },
};

function equalOf(condition: Node, isText: (node: Node | undefined) => boolean): Node | null {
  if (!("A_Expr" in condition) || condition.A_Expr.kind !== "AEXPR_LIKE") return null;
  const { lexpr, rexpr, name } = condition.A_Expr;
  const [operator] = name ?? [];
  const isLike = operator !== undefined && "String" in operator && operator.String.sval === "~~";
  if (!isLike || lexpr === undefined || rexpr === undefined || !isText(lexpr)) return null;
  const text = "A_Const" in rexpr ? rexpr.A_Const.sval?.sval : undefined;
  return text === undefined || text === "" || /[%_\\]/.test(text)
    ? null
    : operation("=", lexpr, rexpr);
}
