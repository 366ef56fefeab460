import type { Node, SelectStmt } from "@pgsql/types";
import { namesOf } from "../../workload/text/sql-nodes.ts";
import type { ColumnFacts } from "../catalogue/catalogue.ts";
import { factsOfExpression } from "./expression-facts.ts";
import type { Source } from "./level.ts";
import { outputName } from "./output-name.ts";

/** The columns of a plain level's result. */
export function outputOf(select: SelectStmt, sources: readonly Source[]): readonly ColumnFacts[] {
  const [firstRow] = select.valuesLists ?? [];
  if (firstRow !== undefined) {
    const width = "List" in firstRow ? (firstRow.List.items ?? []).length : 0;
    return Array.from({ length: width }, (_, index) => ({
      name: `column${index + 1}`,
      type: null,
      isNotNull: false,
    }));
  }
  return (select.targetList ?? []).flatMap((item): readonly ColumnFacts[] => {
    const val = "ResTarget" in item ? item.ResTarget.val : undefined;
    if (val === undefined) return [];
    const star = starOf(val);
    if (star !== null) {
      return sources
        .filter(({ alias }) => star === "*" || alias === star)
        .flatMap(({ columns, isOuter }) =>
          columns.map((column) => ({ ...column, isNotNull: column.isNotNull && !isOuter })),
        );
    }
    const name = outputName(item) ?? "?column?";
    return [{ name, ...factsOfExpression(val, sources, isGrouped(select)) }];
  });
}

function isGrouped(select: SelectStmt): boolean {
  return (select.groupClause ?? []).length > 0;
}

/** `*` or the alias of `alias.*`; null for what is no star. */
export function starOf(val: Node): string | null {
  if (!("ColumnRef" in val)) return null;
  const fields = val.ColumnRef.fields ?? [];
  const last = fields.at(-1);
  if (last === undefined || !("A_Star" in last)) return null;
  return fields.length === 1 ? "*" : (namesOf(fields.slice(0, 1))?.[0] ?? "*");
}

/** The same columns under other names, as far as there are any. */
export function renamed(
  columns: readonly ColumnFacts[],
  names: readonly string[],
): readonly ColumnFacts[] {
  return names.length === 0
    ? columns
    : columns.map((column, index) => ({ ...column, name: names[index] ?? column.name }));
}
