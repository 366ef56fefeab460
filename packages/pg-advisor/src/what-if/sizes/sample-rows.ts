import type { ColumnStatistics } from "../../snapshot/snapshot.ts";
import { valueBetween } from "./between-values.ts";
import { sampleValues } from "./value-samples.ts";

/** A row that statistics make likely, and its share of all. */
export interface SampleRow {
  /** One a column, as text. */
  readonly values: readonly (string | null)[];
  readonly share: number;
  /** Whether its value was counted, and is not one of many alike. */
  readonly isCommon: boolean;
}

/** A column from whose statistics rows are made. */
export interface SampledColumn {
  readonly statistics: ColumnStatistics;
  /** Whether there are values between two others: of numbers and moments. */
  readonly isScale: boolean;
}

const BETWEEN_BOUNDS = 20;
const GOLDEN_RATIO = 0.6180339887498949;

/** Rows of one column: NULL, the most common values, those of the histogram, and more between them where these are numbers or moments. */
export function rowsOfColumn({ statistics, isScale }: SampledColumn): readonly SampleRow[] {
  const present = 1 - statistics.nullFraction;
  const nulls = statistics.nullFraction > 0 ? [rowOf(null, statistics.nullFraction, true)] : [];
  const samples = sampleValues(statistics);
  const common = samples
    .filter(({ isRepresentative }) => !isRepresentative)
    .map(({ value, share }) => rowOf(value, share * present, true));
  const bounds = samples.filter(({ isRepresentative }) => isRepresentative);
  const rest = bounds.reduce((sum, { share }) => sum + share, 0) * present;
  const texts = bounds.map(({ value }) => value);
  const values = isScale ? filled(texts) : texts;
  return [...nulls, ...common, ...values.map((value) => rowOf(value, rest / values.length, false))];
}

function rowOf(value: string | null, share: number, isCommon: boolean): SampleRow {
  return { values: [value], share, isCommon };
}

function filled(bounds: readonly string[]): readonly string[] {
  return bounds.flatMap((low, position) => {
    const high = bounds[position + 1];
    if (high === undefined) return [low];
    const between = Array.from({ length: BETWEEN_BOUNDS }, (_, step) =>
      valueBetween(low, high, (step + ((position * GOLDEN_RATIO) % 1)) / BETWEEN_BOUNDS),
    );
    const known = between.filter((value) => value !== null);
    return known.length < BETWEEN_BOUNDS ? [low] : known;
  });
}

/** Rows of several columns that know nothing of one another. No value of a histogram comes twice. */
export function rowsOfColumns(columns: readonly SampledColumn[]): readonly SampleRow[] {
  const [only] = columns;
  if (columns.length === 1 && only !== undefined) return rowsOfColumn(only);
  const lists = columns.map(rowsOfColumn);
  const length = Math.max(
    1,
    ...lists.map((list) => list.filter(({ isCommon }) => !isCommon).length),
  );
  const drawn = lists.map((list, column) => drawFrom(list, length, column));
  return Array.from({ length }, (_, position) => ({
    values: drawn.map((values) => values[position] ?? null),
    share: 1 / length,
    isCommon: false,
  }));
}

/** As many values, each as often as its share wants, in an order of the column's own. */
function drawFrom(
  list: readonly SampleRow[],
  length: number,
  column: number,
): readonly (string | null)[] {
  const values: (string | null)[] = [];
  let passed = 0;
  for (const {
    values: [value = null],
    share,
  } of list) {
    passed += share;
    while (values.length < length && values.length + 0.5 < passed * length) values.push(value);
  }
  while (values.length < length) values.push(values.at(-1) ?? null);
  return values
    .map((value, position) => ({ value, place: ((position + 1) * Math.sqrt(5 + 6 * column)) % 1 }))
    .sort((one, other) => one.place - other.place)
    .map(({ value }) => value);
}
