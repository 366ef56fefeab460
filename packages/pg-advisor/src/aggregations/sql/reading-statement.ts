import { qualify, quoteIdentifier, quoteLiteral } from "../../schema/identifiers.ts";
import { ROW_COUNT, type SummaryKey, type TimeRange } from "../reading/aggregation.ts";
import type { Summary } from "../summary.ts";
import { timeGrid } from "../time/time-grid.ts";
import { partialSelect } from "./partial-select.ts";

type Aggregation = Summary["aggregation"];

/**
 * The statement that reads a summary in the place of its table, with the same parameters. Stretches of time that lie wholly in the range
 * are read from the summary, the rows at its two ends from the table: none where the range begins and ends with a stretch. Where a
 * parameter decides what time is counted by, and is not what the summary was made for, all rows are read from the table. Conditions on
 * parameters alone are looked at before anything is read, so that a part which is not needed costs nothing but its plan.
 */
export function readingStatement({ name, aggregation }: Summary): string {
  const { keyConditions, range, targets, groups, having, tail } = aggregation;
  const alias = quoteIdentifier(aggregation.alias);
  const fits = aggregation.assumptions.map(
    ({ parameter, value }) => `$${parameter} = ${quoteLiteral(value)}`,
  );
  const whole = [
    ...fits,
    ...keyConditions,
    ...(range === null ? [] : wholeStretches(range, alias)),
  ].map((condition) => `(${condition})`);
  const kept = [
    `select ${keptColumns(aggregation, alias)}`,
    `from ${qualify(name)} as ${alias}`,
    ...(whole.length === 0 ? [] : [`where ${whole.join("\n  and ")}`]),
  ].join("\n");
  const parts = [
    kept,
    ...(range === null ? [] : [countedAgain(aggregation, [...fits, ...outside(range, alias)])]),
    ...(fits.length === 0
      ? []
      : [countedAgain(aggregation, [`(${fits.join(" and ")}) is not true`], "by instant")]),
  ];
  const outer = targets.map(({ sql, name: output }) => `${sql} as ${quoteIdentifier(output)}`);
  const conditions = [
    ...(groups.length === 0 ? [] : [`sum(${alias}.${ROW_COUNT}) > 0`]),
    ...(having === null ? [] : [`(${having})`]),
  ];
  return [
    `select ${outer.join(",\n  ")}`,
    `from (\n${indented(parts.join("\nunion all\n"))}\n) as ${alias}`,
    ...(groups.length === 0 ? [] : [`group by ${groups.join(", ")}`]),
    ...(conditions.length === 0 ? [] : [`having ${conditions.join(" and ")}`]),
    ...(tail === "" ? [] : [tail]),
  ].join("\n");
}

/** The summary's columns under the names that the statement knows. */
function keptColumns({ keys, measures }: Aggregation, alias: string): string {
  return [
    ...keys.map((key) => keyAsRead(key, `${alias}.${quoteIdentifier(key.name)}`)),
    `${alias}.${ROW_COUNT}`,
    ...measures.map((measure) => `${alias}.${quoteIdentifier(measure.name)}`),
  ].join(", ");
}

function keyAsRead(key: SummaryKey, column: string): string {
  if (key.kind !== "stretch of time") return column;
  const grid = timeGrid(key.unit, key.isZoned);
  return `${grid.instantOf(column)} as ${quoteIdentifier(key.column)}`;
}

/** The stretches of the summary that lie wholly in a range. */
function wholeStretches({ key, low, high }: TimeRange, alias: string): readonly string[] {
  const grid = timeGrid(key.unit, key.isZoned);
  const start = `${alias}.${quoteIdentifier(key.name)}`;
  return [
    ...(low === null ? [] : [`${start} >= ${grid.firstWhole(low.sql, low.isInclusive)}`]),
    ...(high === null ? [] : [`${start} < ${grid.firstBroken(high.sql)}`]),
  ];
}

/** What holds of a range's rows that lie in no whole stretch. */
function outside({ key, low, high }: TimeRange, alias: string): readonly string[] {
  const grid = timeGrid(key.unit, key.isZoned);
  const column = `${alias}.${quoteIdentifier(key.column)}`;
  const first = low === null ? null : grid.firstWhole(low.sql, low.isInclusive);
  /** Of no row: whether the range has such ends at all. */
  const hasEnds: string[] = [];
  const isOutside: string[] = [];
  if (low !== null && first !== null) {
    hasEnds.push(`${grid.clockOf(low.sql)} < ${first}`);
    isOutside.push(`${column} < ${grid.instantOf(first)}`);
  }
  if (high !== null) {
    const broken = grid.firstBroken(high.sql);
    const from = first === null ? broken : `greatest(${broken}, ${first})`;
    hasEnds.push(high.isInclusive ? "true" : `${grid.clockOf(high.sql)} > ${broken}`);
    isOutside.push(`${column} >= ${grid.instantOf(from)}`);
  }
  return [...(hasEnds.includes("true") ? [] : [hasEnds.join(" or ")]), isOutside.join(" or ")];
}

/** Rows of the table that the statement asks for, counted by the summary's keys, or by each instant. */
function countedAgain(
  aggregation: Aggregation,
  conditions: readonly string[],
  how: "by stretch" | "by instant" = "by stretch",
): string {
  const { keys, measures, range, rowConditions, from } = aggregation;
  const asked = [...(range?.conditions ?? []), ...rowConditions, ...conditions];
  const part = partialSelect(aggregation, from, asked, how);
  const columns = [
    ...keys.map((key) => {
      const column = `counted.${quoteIdentifier(key.name)}`;
      return how === "by instant" && key.kind === "stretch of time"
        ? `${column} as ${quoteIdentifier(key.column)}`
        : keyAsRead(key, column);
    }),
    `counted.${ROW_COUNT}`,
    ...measures.map((measure) => `counted.${quoteIdentifier(measure.name)}`),
  ];
  return `select ${columns.join(", ")} from (\n${indented(part)}\n) as counted`;
}

function indented(sql: string): string {
  return sql
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}
