import type { Node } from "@pgsql/types";
import {
  aggregatesIn,
  aliasesIn,
  columnUse,
  hasSublink,
  isBelowWith,
  isGroupedLevel,
  isNullWith,
  isPlain,
  namesOneRow,
} from "../analysis/expressions.ts";
import { aliasOf } from "../analysis/flat-level.ts";
import type { Level } from "../analysis/level.ts";
import { mayFail } from "../analysis/may-fail.ts";
import { expressionOf, withNames } from "../analysis/targets.ts";
import { operation } from "../tree/build.ts";
import { replaceNodes } from "../tree/replace.ts";
import { isSame } from "../tree/same.ts";
import { attachOuter } from "./attach.ts";
import { type Rule, type RuleContext, type RuleOutcome, refused, rewritten } from "./rule.ts";
import { correlatedScalars, queryOfSublink, splitConditions } from "./scalar-subqueries.ts";

/** A look-up of one row by a key in the SELECT list, as an outer join. */
export const scalarLookupToJoin: Rule = {
  name: "scalar-lookup-to-join",
  does: "joins a table that was looked up by a key once for each row",
  apply: (level, context) => {
    if (!isBelowWith(level.select) || isGroupedLevel(level.select)) return [];
    const targets: Node = { List: { items: level.select.targetList ?? [] } };
    return correlatedScalars(targets, level).flatMap((node) => {
      const query = queryOfSublink(node);
      if (query === null || aggregatesIn(query.targetList).length > 0) return [];
      return [joinLookup(node, level, context)];
    });
  },
};

function joinLookup(node: Node, level: Level, context: RuleContext): RuleOutcome {
  const query = queryOfSublink(node);
  const [item, second] = query?.fromClause ?? [];
  const value =
    query?.targetList?.[0] === undefined ? undefined : expressionOf(query.targetList[0]);
  if (
    query === null ||
    !isPlain(query) ||
    item === undefined ||
    second !== undefined ||
    value === undefined
  ) {
    return refused(node, "the subquery is more than a look-up in one table");
  }
  const alias = aliasOf(item);
  const source = alias === null ? undefined : context.analysis.sources.get(alias);
  if (alias === null || source === undefined || source.table === null) {
    return refused(node, "what is looked up in is no table");
  }
  if (![...aliasesIn(value)].every((one) => one === alias) || hasSublink(value)) {
    return refused(node, "what it gives depends on more than the row that it finds");
  }
  if (!isNullWith(value, alias))
    return refused(node, "it gives something even of a row without values");
  const split = splitConditions(query, level, context.analysis);
  if (split.outcome === "refused") return refused(node, split.because);
  const { keys, ownConditions } = split.result;
  if (mayFail(ownConditions, context.analysis.sources)) {
    return refused(node, "a condition of it may fail for rows that the original never reads");
  }
  const columns = new Set(keys.flatMap(({ inner }) => columnUse(inner)?.column ?? []));
  if (!namesOneRow(source, columns)) {
    return refused(
      node,
      `no key of ${source.table.relation.name} says that it finds one row at the most`,
    );
  }
  const named = { ...level, select: withNames(level) };
  const { fromClause: _from, ...rest } = named.select;
  const replaced = replaceNodes(rest, (one) => (isSame(one, node) ? value : undefined));
  const conditions = [
    ...keys.map(({ inner, outer }) => operation("=", inner, outer)),
    ...ownConditions,
  ];
  const select = attachOuter(
    { ...replaced, fromClause: level.select.fromClause ?? [] },
    item,
    conditions,
    aliasesIn(keys.map(({ outer }) => outer)),
  );
  return rewritten(
    select,
    `${source.table.relation.name} is outer-joined by its key in place of looked up for each row`,
  );
}
