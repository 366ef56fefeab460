import type { Node } from "@pgsql/types";
import {
  aliasesIn,
  hasWindow,
  isBelowWith,
  isGroupedLevel,
  ownAliases,
} from "../analysis/expressions.ts";
import { aliasOf, flatten, unflatten } from "../analysis/flat-level.ts";
import type { Level } from "../analysis/level.ts";
import { starOf } from "../analysis/level-output.ts";
import { isDistinctOn, isDuplicateFree } from "../analysis/row-identity.ts";
import { expressionOf } from "../analysis/targets.ts";
import { booleanConstant, existsOf, selectOf, target, withWhere } from "../tree/build.ts";
import { type Rule, type RuleOutcome, rewritten } from "./rule.ts";

/** DISTINCT that undoes what a join repeated: the joined table is only asked whether it has a row. */
export const distinctJoinToExists: Rule = {
  name: "distinct-join-to-exists",
  does: "asks whether a joined row exists in place of joining all and removing the duplicates",
  apply: (level) => {
    const { select } = level;
    if (!isBelowWith(select) || select.distinctClause === undefined || isDistinctOn(level))
      return [];
    if (isGroupedLevel(select) || hasWindow(select.targetList)) return [];
    const flat = flatten(select);
    if (flat.items.length < 2) return [];
    return flat.items.flatMap((item): readonly RuleOutcome[] => {
      const alias = aliasOf(item);
      if (alias === null || !("RangeVar" in item)) return [];
      const others = flat.items.filter((one) => one !== item);
      const { whereClause: _where, fromClause: _from, ...rest } = select;
      const hasStar = (select.targetList ?? []).some((one) => {
        const val = expressionOf(one);
        return val !== undefined && starOf(val) === "*";
      });
      if (hasStar || aliasesIn([rest, others]).has(alias)) return [];
      const about = flat.conditions.filter((condition) => aliasesIn(condition).has(alias));
      const beside = flat.conditions.filter((condition) => !about.includes(condition));
      const exists: Node = existsOf(
        withWhere(
          selectOf({ targetList: [target(booleanConstant(true))], fromClause: [item] }),
          about,
        ),
      );
      const changed = unflatten(select, { items: others, conditions: [...beside, exists] });
      const { distinctClause: _distinct, ...plain } = changed;
      const kept = ownAliases(others);
      const inside: Level = {
        ...level,
        select: plain,
        sources: level.sources.filter((one) => kept.has(one.alias)),
      };
      const isUnique = isDuplicateFree(inside);
      return [
        rewritten(
          isUnique ? plain : changed,
          `${alias} is only asked whether it has a row${isUnique ? ", and nothing is repeated any more" : ""}`,
        ),
      ];
    });
  },
};
