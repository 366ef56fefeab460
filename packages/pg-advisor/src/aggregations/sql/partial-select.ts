import { quoteIdentifier } from "../../schema/identifiers.ts";
import { type Aggregation, ROW_COUNT, type SummaryKey } from "../reading/aggregation.ts";
import { sqlOf } from "../reading/sql-pieces.ts";
import { timeGrid } from "../time/time-grid.ts";

/** The rows of a summary as they are counted from rows of its table; by instant: finer, with each instant for itself. */
export function partialSelect(
  aggregation: Aggregation,
  from: string,
  conditions: readonly string[] = [],
  how: "by stretch" | "by instant" = "by stretch",
): string {
  const { keys, measures, ownConditions } = aggregation;
  const alias = quoteIdentifier(aggregation.alias);
  const columns = [
    ...keys.map((key) => `${keySql(key, alias, how)} as ${quoteIdentifier(key.name)}`),
    `count(*) as ${ROW_COUNT}`,
    ...measures.map(({ sql, name }) => `${sql} as ${quoteIdentifier(name)}`),
  ];
  const all = [...ownConditions, ...conditions].map((condition) => `(${condition})`);
  return [
    `select ${columns.join(",\n  ")}`,
    `from ${from} as ${alias}`,
    ...(all.length === 0 ? [] : [`where ${all.join("\n  and ")}`]),
    // Without keys there is one row, whatever there is to count.
    ...(keys.length === 0 ? [] : [`group by ${keys.map((_, index) => index + 1).join(", ")}`]),
  ].join("\n");
}

function keySql(key: SummaryKey, alias: string, how: "by stretch" | "by instant"): string {
  switch (key.kind) {
    case "column":
      return `${alias}.${quoteIdentifier(key.name)}`;
    case "expression":
      return sqlOf(key.expression);
    case "stretch of time": {
      const column = `${alias}.${quoteIdentifier(key.column)}`;
      return how === "by instant" ? column : timeGrid(key.unit, key.isZoned).startOf(column);
    }
  }
}
