import type { Node } from "@pgsql/types";
import { walkNodes } from "../../workload/text/sql-nodes.ts";
import { type Rule, type RuleOutcome, rewritten } from "./rule.ts";

/** A CTE that is computed by itself (MATERIALIZED, or read twice) takes no conditions from outside. */
export const inlineCommonTable: Rule = {
  name: "inline-common-table",
  does: "lets the planner see through a WITH that is computed by itself",
  apply: ({ select }) => {
    const { withClause } = select;
    const ctes = withClause?.ctes ?? [];
    return ctes.flatMap((item, index): readonly RuleOutcome[] => {
      if (withClause === undefined || !("CommonTableExpr" in item)) return [];
      const { ctematerialized, ctename = "" } = item.CommonTableExpr;
      const reads = readsOf(select, ctename);
      const isApart =
        ctematerialized === "CTEMaterializeAlways" ||
        (reads > 1 && ctematerialized !== "CTEMaterializeNever");
      if (!isApart) return [];
      const changed: Node = {
        CommonTableExpr: { ...item.CommonTableExpr, ctematerialized: "CTEMaterializeNever" },
      };
      const all = ctes.map((one, at) => (at === index ? changed : one));
      return [
        rewritten(
          { ...select, withClause: { ...withClause, ctes: all } },
          `${ctename} is planned where it is read, with the conditions there`,
        ),
      ];
    });
  },
};

/** How often a statement reads a CTE. */
export function readsOf(part: unknown, name: string): number {
  let reads = 0;
  walkNodes(part, (kind, fields) => {
    if (kind === "RangeVar" && fields.relname === name && fields.schemaname === undefined)
      reads += 1;
    return undefined;
  });
  return reads;
}
