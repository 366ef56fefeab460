import { isGroupedLevel, isLimited, isOneSelect } from "../analysis/expressions.ts";
import { isDistinctOn } from "../analysis/row-identity.ts";
import { type Rule, rewritten } from "./rule.ts";

/** The order of a subquery without LIMIT is lost where its reader sorts or groups again. */
export const idleSort: Rule = {
  name: "idle-sort",
  does: "leaves out an ORDER BY whose order nobody sees",
  apply: (level, { analysis }) => {
    const { select, role } = level;
    if (select.sortClause === undefined || !isOneSelect(select) || isLimited(select)) return [];
    if (role !== "derived table" || isDistinctOn(level)) return [];
    const reader = analysis.levels.find(({ sources }) =>
      sources.some(({ query }) => query === select),
    );
    // A reader without an order of its own shows that of its subquery, though nothing promises it.
    const losesOrder =
      reader !== undefined &&
      ((reader.select.sortClause ?? []).length > 0 ||
        isGroupedLevel(reader.select) ||
        reader.role === "sublink");
    if (!losesOrder) return [];
    const { sortClause: _sort, ...rest } = select;
    return [rewritten(rest, "whoever reads the subquery sorts or groups again")];
  },
};
