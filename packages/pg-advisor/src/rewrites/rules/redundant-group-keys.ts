import { columnUse } from "../analysis/expressions.ts";
import { groupExpressions } from "../analysis/targets.ts";
import { type Rule, rewritten } from "./rule.ts";

/** Columns that depend on a primary key among the groups need not be compared (SQL:1999 feature T301, which PostgreSQL has for primary keys). */
export const redundantGroupKeys: Rule = {
  name: "redundant-group-keys",
  does: "groups by a primary key alone where its table's other columns are grouped by as well",
  apply: ({ select, sources }) => {
    const groups = groupExpressions(select);
    if (groups === null || groups.length < 2) return [];
    const uses = groups.map(columnUse);
    return sources.flatMap(({ alias, table, isOuter }) => {
      const primary = table?.keys.find((key) => key.isPrimary);
      if (primary === undefined || isOuter) return [];
      const grouped = new Set(uses.flatMap((use) => (use?.alias === alias ? [use.column] : [])));
      if (!primary.columns.every((column) => grouped.has(column))) return [];
      const kept = groups.filter((_, index) => {
        const use = uses[index];
        return use?.alias !== alias || primary.columns.includes(use.column);
      });
      if (kept.length === groups.length) return [];
      return [
        rewritten(
          { ...select, groupClause: kept },
          `the primary key of ${alias} determines its other columns`,
        ),
      ];
    });
  },
};
