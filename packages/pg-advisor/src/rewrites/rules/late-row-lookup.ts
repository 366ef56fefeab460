import type { Node, SelectStmt } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import { aliasesIn, columnsOf, isPlain } from "../analysis/expressions.ts";
import { behind, withoutStars } from "../analysis/targets.ts";
import { columnRef, derivedTable, operation, selectOf, target, withWhere } from "../tree/build.ts";
import { type Rule, rewritten } from "./rule.ts";

/** OFFSET walks over rows: over keys alone it can walk in the index, and only the page's rows are fetched. */
export const lateRowLookup: Rule = {
  name: "late-row-lookup",
  does: "finds the keys of a page first and fetches only its rows",
  apply: (level, context) => {
    const { select, role } = level;
    const { limitCount, limitOffset, sortClause, limitOption, ...rest } = select;
    if (
      role !== "statement" ||
      limitOffset === undefined ||
      limitCount === undefined ||
      sortClause === undefined
    )
      return [];
    if (!isPlain(rest) || limitOption !== "LIMIT_OPTION_COUNT") return [];
    const [source, another] = level.sources;
    const primary = source?.table?.keys.find(({ isPrimary }) => isPrimary);
    const [item] = select.fromClause ?? [];
    if (
      source === undefined ||
      another !== undefined ||
      primary === undefined ||
      item === undefined
    )
      return [];
    if (!("RangeVar" in item)) return [];
    const alias = context.freshAlias("page");
    const sorts = sortClause.map((one): Node | null => {
      const node = "SortBy" in one ? one.SortBy.node : undefined;
      const expression = node === undefined ? undefined : behind(node, withoutStars(level));
      return expression === undefined || !("SortBy" in one)
        ? null
        : { SortBy: { ...one.SortBy, node: expression } };
    });
    const sorted = sorts.filter((one) => one !== null);
    if (sorted.length !== sorts.length) return [];
    const read = columnsOf(source.alias, [withoutStars(level).targetList]);
    if (
      [...read].every((column) => primary.columns.includes(column)) ||
      aliasesIn([limitCount, limitOffset]).size > 0
    )
      return [];
    const page: SelectStmt = {
      ...withWhere(
        selectOf({
          targetList: primary.columns.map((column) =>
            target(columnRef(source.alias, column), column),
          ),
          fromClause: [item],
        }),
        conjunctsOf(select.whereClause),
      ),
      sortClause: sorted,
      limitCount,
      limitOffset,
      limitOption: "LIMIT_OPTION_COUNT",
    };
    const outer = withWhere(
      { ...withoutStars(level), fromClause: [derivedTable(page, alias), item], sortClause: sorted },
      primary.columns.map((column) =>
        operation("=", columnRef(source.alias, column), columnRef(alias, column)),
      ),
    );
    const { limitCount: _count, limitOffset: _offset, ...unlimited } = outer;
    return [
      rewritten(
        { ...unlimited, limitOption: "LIMIT_OPTION_DEFAULT" },
        "the page is found by its keys, and only its rows are fetched",
        "rows that the order leaves equal may come on another page than before, as they may by themselves",
      ),
    ];
  },
};
