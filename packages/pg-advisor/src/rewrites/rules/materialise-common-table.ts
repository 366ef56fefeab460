import type { Node } from "@pgsql/types";
import { readsOf } from "./inline-common-table.ts";
import { type Rule, type RuleOutcome, rewritten } from "./rule.ts";

/** The contrary: a WITH that is read often and inlined by hand is computed each time. */
export const materialiseCommonTable: Rule = {
  name: "materialise-common-table",
  does: "computes a WITH once where it is written NOT MATERIALIZED and read several times",
  apply: ({ select }) => {
    const { withClause } = select;
    const ctes = withClause?.ctes ?? [];
    return ctes.flatMap((item, index): readonly RuleOutcome[] => {
      if (withClause === undefined || !("CommonTableExpr" in item)) return [];
      const { ctematerialized, ctename = "" } = item.CommonTableExpr;
      if (ctematerialized !== "CTEMaterializeNever" || readsOf(select, ctename) < 2) return [];
      const changed: Node = {
        CommonTableExpr: { ...item.CommonTableExpr, ctematerialized: "CTEMaterializeAlways" },
      };
      const all = ctes.map((one, at) => (at === index ? changed : one));
      return [
        rewritten(
          { ...select, withClause: { ...withClause, ctes: all } },
          `${ctename} is computed once for all that read it`,
        ),
      ];
    });
  },
};
