import type { Node } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import { aggregatesIn, columnUse, hasSublink, hasWindow } from "../analysis/expressions.ts";
import { groupExpressions, isAmong } from "../analysis/targets.ts";
import { conjunction, withWhere } from "../tree/build.ts";
import { replaceNodes } from "../tree/replace.ts";
import { type Rule, rewritten } from "./rule.ts";

/** A condition on what is grouped by may be asked before the grouping. */
export const havingToWhere: Rule = {
  name: "having-to-where",
  does: "asks a condition on the groups' keys before the rows are grouped",
  apply: ({ select, sources }) => {
    const groups = groupExpressions(select);
    if (groups === null || groups.length === 0 || select.havingClause === undefined) return [];
    const own = new Set(sources.map(({ alias }) => alias));
    const conditions = conjunctsOf(select.havingClause);
    const early = conditions.filter((condition) => isOverKeys(condition, groups, own));
    if (early.length === 0) return [];
    const { havingClause: _having, ...rest } = select;
    const late = conjunction(conditions.filter((condition) => !early.includes(condition)));
    const moved = withWhere(rest, [...conjunctsOf(select.whereClause), ...early]);
    return [
      rewritten(
        late === undefined ? moved : { ...moved, havingClause: late },
        "a condition on the keys of the groups is asked before the grouping",
      ),
    ];
  },
};

function isOverKeys(condition: Node, groups: readonly Node[], own: ReadonlySet<string>): boolean {
  if (aggregatesIn([condition]).length > 0 || hasWindow(condition) || hasSublink(condition))
    return false;
  let isOver = true;
  replaceNodes(condition, (node) => {
    if (isAmong(node, groups)) return node;
    const use = columnUse(node);
    if (use !== null && own.has(use.alias)) isOver = false;
    return undefined;
  });
  return isOver;
}
