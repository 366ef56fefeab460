import type { Node, SelectStmt } from "@pgsql/types";
import { outerAliases, ownAliases } from "../analysis/expressions.ts";
import { renameAliases, replaceNodes } from "../tree/replace.ts";
import { textOfTree } from "../tree/same.ts";
import { type Rule, type RuleOutcome, rewritten } from "./rule.ts";

/** Two derived tables that say the same are computed once, in a WITH. */
export const shareSubquery: Rule = {
  name: "share-subquery",
  does: "computes a subquery once that stands in the statement several times",
  apply: (level, context) => {
    if (level.role !== "statement" || level.select.withClause !== undefined) return [];
    const byText = new Map<string, { readonly query: SelectStmt; readonly aliases: string[] }>();
    for (const source of context.analysis.sources.values()) {
      if (source.query === null || source.isLateral || outerAliases(source.query).size > 0)
        continue;
      const text = textOfTree(canonical(source.query));
      const known = byText.get(text);
      if (known === undefined) byText.set(text, { query: source.query, aliases: [source.alias] });
      else known.aliases.push(source.alias);
    }
    return [...byText.values()].flatMap(({ query, aliases }): readonly RuleOutcome[] => {
      if (aliases.length < 2) return [];
      const name = context.freshAlias("shared");
      const select = replaceNodes(level.select, (node) => {
        if (
          !("RangeSubselect" in node) ||
          !aliases.includes(node.RangeSubselect.alias?.aliasname ?? "")
        )
          return undefined;
        const { alias } = node.RangeSubselect;
        return {
          RangeVar: {
            relname: name,
            inh: true,
            relpersistence: "p",
            ...(alias === undefined ? {} : { alias }),
          },
        };
      });
      const common: Node = {
        CommonTableExpr: {
          ctename: name,
          ctematerialized: "CTEMaterializeDefault",
          ctequery: { SelectStmt: query },
        },
      };
      return [
        rewritten(
          { ...select, withClause: { ctes: [common] } },
          "the subquery that stood in the statement several times is computed once",
        ),
      ];
    });
  },
};

/** With aliases numbered in the order in which they stand, so that equal queries are equal texts. */
function canonical(query: SelectStmt): SelectStmt {
  const names = new Map([...ownAliases(query)].map((alias, index) => [alias, `t${index + 1}`]));
  const renamed = renameAliases(query, names);
  return replaceNodes(renamed, (node) => {
    if ("RangeVar" in node) {
      const alias = names.get(node.RangeVar.alias?.aliasname ?? node.RangeVar.relname ?? "");
      return alias === undefined
        ? undefined
        : { RangeVar: { ...node.RangeVar, alias: { aliasname: alias } } };
    }
    return undefined;
  });
}
