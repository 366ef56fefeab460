import type { Node, SelectStmt } from "@pgsql/types";
import { aliasesIn, hasSublink } from "../analysis/expressions.ts";
import { flatten, plainAliases } from "../analysis/flat-level.ts";
import { mayFail } from "../analysis/may-fail.ts";
import {
  conjunction,
  derivedTable,
  disjunction,
  selectOf,
  starRef,
  target,
  withWhere,
} from "../tree/build.ts";
import { renameAliases } from "../tree/replace.ts";
import { textOfTree } from "../tree/same.ts";
import { readsOf } from "./inline-common-table.ts";
import { type Rule, type RuleOutcome, rewritten } from "./rule.ts";

/** A WITH that is computed for all who read it need hold only the rows that one of them asks for. */
export const predicateIntoCommonTable: Rule = {
  name: "predicate-into-common-table",
  does: "computes only those rows of a WITH that some reader asks for",
  apply: ({ select }, context) => {
    const { withClause } = select;
    const ctes = withClause?.ctes ?? [];
    return ctes.flatMap((item, index): readonly RuleOutcome[] => {
      if (withClause === undefined || !("CommonTableExpr" in item)) return [];
      const { ctename = "", ctequery, aliascolnames } = item.CommonTableExpr;
      if (ctequery === undefined || !("SelectStmt" in ctequery) || aliascolnames !== undefined)
        return [];
      const wanted = [...context.analysis.sources.values()].filter(
        (source) => source.commonTable === ctename,
      );
      if (wanted.length === 0 || wanted.length !== readsOf(select, ctename)) return [];
      const alias = context.freshAlias(`${ctename}_rows`);
      const asked: Node[] = [];
      for (const source of wanted) {
        const reader = context.analysis.levels.find((level) => level.sources.includes(source));
        if (reader === undefined) return [];
        const flat = flatten(reader.select);
        if (!plainAliases(flat).has(source.alias)) return [];
        const own = flat.conditions.filter((condition) => {
          const named = aliasesIn(condition);
          return (
            named.size === 1 &&
            named.has(source.alias) &&
            !hasSublink(condition) &&
            !mayFail(condition, context.analysis.sources)
          );
        });
        const all = conjunction(renameAliases(own, new Map([[source.alias, alias]])));
        if (all === undefined) return [];
        if (!asked.some((one) => textOfTree(one) === textOfTree(all))) asked.push(all);
      }
      const condition = disjunction(asked);
      if (condition === undefined || isNarrowed(ctequery.SelectStmt)) return [];
      const narrowed: SelectStmt = withWhere(
        selectOf({
          targetList: [target(starRef())],
          fromClause: [derivedTable(ctequery.SelectStmt, alias)],
        }),
        [condition],
      );
      const changed: Node = {
        CommonTableExpr: { ...item.CommonTableExpr, ctequery: { SelectStmt: narrowed } },
      };
      const all = ctes.map((one, at) => (at === index ? changed : one));
      return [
        rewritten(
          { ...select, withClause: { ...withClause, ctes: all } },
          `only those rows of ${ctename} are computed that one of its readers asks for`,
        ),
      ];
    });
  },
};

/** `select * from (…) where …`: done already. */
function isNarrowed(query: SelectStmt): boolean {
  const [item] = query.fromClause ?? [];
  return item !== undefined && "RangeSubselect" in item && query.whereClause !== undefined;
}
