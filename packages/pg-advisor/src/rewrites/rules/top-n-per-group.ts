import type { FuncCall, Node, SelectStmt } from "@pgsql/types";
import { conjunctsOf, operatorOf } from "../../workload/text/sql-nodes.ts";
import {
  areInterchangeable,
  columnUse,
  hasSublink,
  isBelowWith,
  isLimited,
  isOneSelect,
  nameOfCall,
} from "../analysis/expressions.ts";
import { aliasOf, flatten, unflatten } from "../analysis/flat-level.ts";
import type { Level, Source } from "../analysis/level.ts";
import { outputName } from "../analysis/output-name.ts";
import { expressionOf, withoutStars } from "../analysis/targets.ts";
import {
  columnRef,
  derivedTable,
  integerConstant,
  operation,
  selectOf,
  target,
  withWhere,
} from "../tree/build.ts";
import { type Rule, type RuleContext, type RuleOutcome, refused, rewritten } from "./rule.ts";

const MOST_ROWS = 100;

/** `row_number() over (partition by k order by …) <= n` numbers every row to keep a few; LATERAL reads those few by an index. */
export const topNPerGroup: Rule = {
  name: "top-n-per-group",
  does: "reads the first rows of each group by LATERAL in place of numbering all of them",
  apply: (level, context) => {
    if (!isBelowWith(level.select)) return [];
    return level.sources.flatMap((source) =>
      source.query === null || source.isOuter ? [] : attempt(source, source.query, level, context),
    );
  },
};

function attempt(
  source: Source,
  query: SelectStmt,
  level: Level,
  context: RuleContext,
): readonly RuleOutcome[] {
  const flat = flatten(level.select);
  const item = flat.items.find((one) => aliasOf(one) === source.alias);
  if (item === undefined || !isOneSelect(query) || isLimited(query) || hasSublink(query)) return [];
  if (
    query.distinctClause !== undefined ||
    query.sortClause !== undefined ||
    (query.groupClause ?? []).length > 0
  )
    return [];
  const numbers = (query.targetList ?? []).flatMap((one) => {
    const value = expressionOf(one);
    return value !== undefined && "FuncCall" in value && value.FuncCall.over !== undefined
      ? [{ name: outputName(one) ?? "", call: value.FuncCall }]
      : [];
  });
  const [number, another] = numbers;
  if (number === undefined || another !== undefined || nameOfCall(number.call) !== "row_number")
    return [];
  const shown = (query.targetList ?? []).map((one) => columnUse(expressionOf(one))?.column);
  const isSortShown = (number.call.over?.orderClause ?? []).every((one) => {
    const sorted = "SortBy" in one ? columnUse(one.SortBy.node)?.column : undefined;
    return sorted !== undefined && shown.includes(sorted);
  });
  const hasStar = (query.targetList ?? []).some((one) => outputName(one) === null);
  if (!isSortShown || hasStar) return [];
  const bound = flat.conditions.find(
    (condition) => limitOf(condition, source.alias, number.name) !== null,
  );
  const limit = bound === undefined ? null : limitOf(bound, source.alias, number.name);
  const [key, second] = number.call.over?.partitionClause ?? [];
  const use = columnUse(key);
  if (
    bound === undefined ||
    limit === null ||
    key === undefined ||
    second !== undefined ||
    use === null
  )
    return [];
  const [innerItem, more] = query.fromClause ?? [];
  const rows = context.analysis.sources.get(use.alias);
  if (
    innerItem === undefined ||
    more !== undefined ||
    !("RangeVar" in innerItem) ||
    rows?.table === null ||
    rows === undefined
  )
    return [];
  const reference = rows.table
    .references()
    .find((one) => one.columns.length === 1 && one.columns[0] === use.column);
  const parentColumn = reference?.parentColumns[0];
  const fact = rows.columns.find(({ name }) => name === use.column);
  if (reference === undefined || parentColumn === undefined || fact?.isNotNull !== true) {
    return [
      refused(
        key,
        `no foreign key says which values ${use.column} can have, so the groups cannot be listed without reading all rows`,
      ),
    ];
  }
  const parentType =
    reference.parent.columns.find(({ name }) => name === parentColumn)?.type ?? null;
  const parentKey = reference.parent.keys.some(
    (one) => one.columns.length === 1 && one.columns[0] === parentColumn,
  );
  if (!parentKey || !areInterchangeable(fact.type, parentType)) return [];
  return [
    lateral(
      level,
      source,
      query,
      number,
      limit,
      bound,
      reference.parent.relation,
      parentColumn,
      key,
      context,
    ),
  ];
}

function lateral(
  level: Level,
  source: Source,
  query: SelectStmt,
  number: { readonly name: string; readonly call: FuncCall },
  limit: number,
  bound: Node,
  parent: { readonly schema: string; readonly name: string },
  parentColumn: string,
  key: Node,
  context: RuleContext,
): RuleOutcome {
  const flat = flatten(level.select);
  const groups = context.freshAlias("groups");
  const first = context.freshAlias("first_rows");
  const parentItem: Node = {
    RangeVar: {
      schemaname: parent.schema,
      relname: parent.name,
      inh: true,
      relpersistence: "p",
      alias: { aliasname: groups },
    },
  };
  const { over: _over, ...called } = number.call;
  const sortClause = number.call.over?.orderClause ?? [];
  const kept = (query.targetList ?? []).filter((one) => outputName(one) !== number.name);
  const limited: SelectStmt = {
    ...withWhere({ ...query, targetList: kept }, [
      ...conjunctsOf(query.whereClause),
      operation("=", key, columnRef(groups, parentColumn)),
    ]),
    sortClause,
    limitCount: integerConstant(limit),
    limitOption: "LIMIT_OPTION_COUNT",
  };
  // The number is counted again over the few rows that are left, in the same order.
  const names = (query.targetList ?? []).map((one) => outputName(one) ?? "");
  const numbered = selectOf({
    targetList: names.map((name) =>
      name === number.name
        ? target(
            {
              FuncCall: {
                ...called,
                over: { frameOptions: 1058, orderClause: renumbered(sortClause, kept, first) },
              },
            },
            name,
          )
        : target(columnRef(first, name), name),
    ),
    fromClause: [derivedTable(limited, first)],
  });
  const items = flat.items.flatMap((one) =>
    aliasOf(one) === source.alias
      ? [parentItem, derivedTable(numbered, source.alias, true)]
      : [one],
  );
  const select = unflatten(withoutStars(level), {
    items,
    conditions: flat.conditions.filter((one) => one !== bound),
  });
  return rewritten(
    select,
    `the first ${limit} rows of each group are read for each row of ${parent.name}`,
  );
}

function renumbered(sortClause: readonly Node[], kept: readonly Node[], alias: string): Node[] {
  return sortClause.map((item) => {
    if (!("SortBy" in item)) return item;
    const column = columnUse(item.SortBy.node)?.column ?? "";
    const output = kept.find((one) => columnUse(expressionOf(one))?.column === column);
    return {
      SortBy: {
        ...item.SortBy,
        node: columnRef(alias, output === undefined ? column : (outputName(output) ?? column)),
      },
    };
  });
}

/** The n of `number <= n`, `number < n + 1` and `number = 1`. */
function limitOf(condition: Node, alias: string, name: string): number | null {
  if (!("A_Expr" in condition) || condition.A_Expr.kind !== "AEXPR_OP") return null;
  const { lexpr, rexpr, name: operator } = condition.A_Expr;
  const use = columnUse(lexpr);
  if (use?.alias !== alias || use.column !== name || rexpr === undefined || !("A_Const" in rexpr))
    return null;
  const value = rexpr.A_Const.ival === undefined ? null : (rexpr.A_Const.ival.ival ?? 0);
  if (value === null) return null;
  const sign = operatorOf(operator);
  const limit =
    sign === "<=" ? value : sign === "<" ? value - 1 : sign === "=" && value === 1 ? 1 : 0;
  return limit >= 1 && limit <= MOST_ROWS ? limit : null;
}
