import { isDistinctOn, isDuplicateFree } from "../analysis/row-identity.ts";
import { type Rule, rewritten } from "./rule.ts";

export const redundantDistinct: Rule = {
  name: "redundant-distinct",
  does: "leaves out a DISTINCT that finds no duplicates",
  apply: (level) => {
    const { distinctClause, ...rest } = level.select;
    if (distinctClause === undefined || isDistinctOn(level)) return [];
    return isDuplicateFree({ ...level, select: rest })
      ? [rewritten(rest, "keys or groups among the outputs make every row different already")]
      : [];
  },
};
