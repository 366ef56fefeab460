import type { Random } from "@streamgate/core";
import { parseArrayText } from "../../snapshot/array-text.ts";
import type { ColumnStatistics, Snapshot } from "../../snapshot/snapshot.ts";
import type { ColumnAddress } from "../shape/statement-shape.ts";

/** `favourite` and `popular` are the upper and the lower half of what the common values hold together. */
export type ValueRank = "favourite" | "popular" | "typical" | "rare";

/** What the planner's statistics know of a column's values, most common first, then in order. */
export interface ColumnValues {
  readonly mostCommon: readonly string[];
  /** Share of the rows of each common value. */
  readonly frequencies: readonly number[];
  /** Bounds of the histogram, ascending; without the common values. */
  readonly bounds: readonly string[];
  /** Common members of arrays and words of text search vectors, most common first. */
  readonly members: readonly string[];
}

/** Values of columns, as the snapshot's statistics show them. */
export interface ValueSource {
  valuesOf(column: ColumnAddress): ColumnValues;
}

const UNKNOWN: ColumnValues = { mostCommon: [], frequencies: [], bounds: [], members: [] };

/** Reads each column's statistics once, when first asked. A column without any borrows those of the key that it refers to. */
export function createValueSource(snapshot: Snapshot): ValueSource {
  const statistics = new Map<string, ColumnStatistics>();
  for (const row of snapshot.columnStatistics) {
    const key = keyOf(row.schema, row.relation, row.column);
    if (row.inherited || !statistics.has(key)) statistics.set(key, row);
  }
  const referred = new Map(
    snapshot.constraints.flatMap(({ table, columns, references }) =>
      references === null
        ? []
        : columns.map(
            (column, index) =>
              [
                keyOf(table.schema, table.name, column),
                keyOf(
                  references.table.schema,
                  references.table.name,
                  references.columns[index] ?? "",
                ),
              ] as const,
          ),
    ),
  );
  const read = new Map<string, ColumnValues>();
  return {
    valuesOf: ({ relation, column }) => {
      const key = keyOf(relation.schema, relation.name, column);
      const known = read.get(key);
      if (known !== undefined) return known;
      const row = statistics.get(key) ?? statistics.get(referred.get(key) ?? "");
      const values = row === undefined ? UNKNOWN : readValues(row);
      read.set(key, values);
      return values;
    },
  };
}

function readValues(row: ColumnStatistics): ColumnValues {
  const mostCommon = parseArrayText(row.mostCommonValues ?? "").filter((value) => value !== null);
  return {
    mostCommon,
    frequencies: mostCommon.map((_, index) => row.mostCommonFrequencies?.[index] ?? 0),
    bounds: parseArrayText(row.histogramBounds ?? "").filter((value) => value !== null),
    members: membersOf(row),
  };
}

/** pg_stats sorts the members by value; their frequencies follow, and after them their bounds. */
function membersOf(row: ColumnStatistics): readonly string[] {
  const frequencies = row.mostCommonElementFrequencies ?? [];
  return parseArrayText(row.mostCommonElements ?? "")
    .map((member, index) => ({ member, frequency: frequencies[index] ?? 0 }))
    .toSorted((one, other) => other.frequency - one.frequency)
    .flatMap(({ member }) => (member === null ? [] : [member]));
}

/** One value for `column = $n`; null where the statistics know none. */
export function drawValue(values: ColumnValues, rank: ValueRank, random: Random): string | null {
  const { mostCommon, bounds } = values;
  const inner = bounds.length > 2 ? bounds.slice(1, -1) : bounds;
  switch (rank) {
    case "favourite":
      return drawByFrequency(values, random.next() / 2) ?? pickOrNull(inner, random);
    case "popular":
      return drawByFrequency(values, (1 + random.next()) / 2) ?? pickOrNull(inner, random);
    case "typical":
      return pickOrNull(inner, random) ?? mostCommon[Math.floor(mostCommon.length / 2)] ?? null;
    case "rare":
      return inner.length > 0 ? pickOrNull(inner, random) : (mostCommon.at(-1) ?? null);
  }
}

/** The share of rows whose value is among the common ones. */
export function commonShare({ frequencies }: ColumnValues): number {
  return Math.min(
    1,
    frequencies.reduce((sum, frequency) => sum + frequency, 0),
  );
}

/** The value below which `share` of the rows lie, by the histogram; by the common values where there is none. */
export function quantile(values: ColumnValues, share: number): string | null {
  const ordered =
    values.bounds.length > 0 ? values.bounds : values.mostCommon.toSorted(byMagnitude);
  const position = Math.round(Math.min(1, Math.max(0, share)) * (ordered.length - 1));
  return ordered[position] ?? null;
}

function byMagnitude(one: string, other: string): number {
  const difference = Number(one) - Number(other);
  if (Number.isFinite(difference)) return difference;
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The common value at a share of what they hold together, most common first. */
function drawByFrequency({ mostCommon, frequencies }: ColumnValues, share: number): string | null {
  let left = share * frequencies.reduce((sum, frequency) => sum + frequency, 0);
  for (const [index, frequency] of frequencies.entries()) {
    left -= frequency;
    if (left < 0) return mostCommon[index] ?? null;
  }
  return mostCommon.at(-1) ?? null;
}

function pickOrNull(items: readonly string[], random: Random): string | null {
  return items.length === 0 ? null : random.pick(items);
}

function keyOf(schema: string, relation: string, column: string): string {
  return JSON.stringify([schema, relation, column]);
}
