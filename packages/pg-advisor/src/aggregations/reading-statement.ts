import { qualify, quoteIdentifier } from "../schema/identifiers.ts";
import { ROW_COUNT, type SummaryKey, type TimeRange } from "./aggregation.ts";
import { partialSelect } from "./partial-select.ts";
import type { Summary } from "./summary.ts";
import { timeGrid } from "./time-grid.ts";

/**
 * The statement that reads a summary in the place of its table, with the same parameters. Stretches of time that lie wholly in the range
 * are read from the summary, the rows at its two ends from the table: none where the range begins and ends with a stretch, which costs
 * nothing then, since the condition on the bounds alone is looked at first.
 */
export function readingStatement({ name, aggregation }: Summary): string {
  const { keyConditions, range, targets, groups, having, tail } = aggregation;
  const alias = quoteIdentifier(aggregation.alias);
  const grid = range === null ? null : gridOf(range);
  const start = range === null ? "" : `${alias}.${quoteIdentifier(range.key.name)}`;
  const whole = [
    ...keyConditions,
    ...(grid?.low == null ? [] : [`${start} >= ${grid.low.firstWhole}`]),
    ...(grid?.high == null ? [] : [`${start} < ${grid.high.firstBroken}`]),
  ].map((condition) => `(${condition})`);
  const kept = [
    `select ${keptColumns(aggregation, alias)}`,
    `from ${qualify(name)} as ${alias}`,
    ...(whole.length === 0 ? [] : [`where ${whole.join("\n  and ")}`]),
  ].join("\n");
  const ends = range === null ? [] : endsOf(aggregation, range, alias);
  const outer = targets.map(({ sql, name: output }) => `${sql} as ${quoteIdentifier(output)}`);
  const conditions = [
    ...(groups.length === 0 ? [] : [`sum(${alias}.${ROW_COUNT}) > 0`]),
    ...(having === null ? [] : [`(${having})`]),
  ];
  return [
    `select ${outer.join(",\n  ")}`,
    `from (\n${indented([kept, ...ends].join("\nunion all\n"))}\n) as ${alias}`,
    ...(groups.length === 0 ? [] : [`group by ${groups.join(", ")}`]),
    ...(conditions.length === 0 ? [] : [`having ${conditions.join(" and ")}`]),
    ...(tail === "" ? [] : [tail]),
  ].join("\n");
}

/** The summary's columns under the names that the statement knows. */
function keptColumns({ keys, measures }: Summary["aggregation"], alias: string): string {
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

interface BoundsOnGrid {
  readonly low: { readonly firstWhole: string } | null;
  readonly high: { readonly firstBroken: string } | null;
}

function gridOf({ key, low, high }: TimeRange): BoundsOnGrid {
  const grid = timeGrid(key.unit, key.isZoned);
  return {
    low: low === null ? null : { firstWhole: grid.firstWhole(low.sql, low.isInclusive) },
    high: high === null ? null : { firstBroken: grid.firstBroken(high.sql) },
  };
}

/** The rows before the first whole stretch, and those behind the last. */
function endsOf(
  aggregation: Summary["aggregation"],
  range: TimeRange,
  alias: string,
): readonly string[] {
  const { key, low, high } = range;
  const grid = timeGrid(key.unit, key.isZoned);
  const on = gridOf(range);
  const column = `${alias}.${quoteIdentifier(key.column)}`;
  const ends: string[][] = [];
  if (low !== null && on.low !== null) {
    const first = on.low.firstWhole;
    ends.push([
      // Of no row: looked at once.
      `${grid.clockOf(low.sql)} < ${first}`,
      `${column} < ${grid.instantOf(first)}`,
    ]);
  }
  if (high !== null && on.high !== null) {
    const broken = on.high.firstBroken;
    const from = on.low === null ? broken : `greatest(${broken}, ${on.low.firstWhole})`;
    ends.push([
      ...(high.isInclusive ? [] : [`${grid.clockOf(high.sql)} > ${broken}`]),
      `${column} >= ${grid.instantOf(from)}`,
    ]);
  }
  const { rowConditions, table } = aggregation;
  return ends.map((conditions) =>
    partialOfEnd(aggregation, qualify(table.relation), [
      ...range.conditions,
      ...rowConditions,
      ...conditions,
    ]),
  );
}

function partialOfEnd(
  aggregation: Summary["aggregation"],
  from: string,
  conditions: readonly string[],
): string {
  const { keys, measures } = aggregation;
  const columns = [
    ...keys.map((key) => keyAsRead(key, `edge.${quoteIdentifier(key.name)}`)),
    `edge.${ROW_COUNT}`,
    ...measures.map((measure) => `edge.${quoteIdentifier(measure.name)}`),
  ];
  return `select ${columns.join(", ")} from (\n${indented(partialSelect(aggregation, from, conditions))}\n) as edge`;
}

function indented(sql: string): string {
  return sql
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}
