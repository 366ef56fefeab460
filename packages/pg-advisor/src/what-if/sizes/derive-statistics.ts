import { formatArrayText } from "../../snapshot/array-text.ts";
import type { ColumnStatistics } from "../../snapshot/snapshot.ts";
import type { SampleRow } from "./sample-rows.ts";

/** Statistics that were not read but worked out: of an expression, or of the rows of a predicate. */
export interface DerivedStatistics extends ColumnStatistics {
  /** Widths of its values as an index stores them, where their text does not tell. */
  readonly widthsBytes?: readonly number[];
  /** Whether `distinct` counts the values of the index's own rows, and not of the whole table. */
  readonly isOfIndexedRows?: boolean;
}

/** What an expression is for a sample row. */
export interface Evaluated {
  readonly value: string | null;
  readonly widthBytes: number | null;
}

const COMMON_FROM_SAMPLES = 4;
const ONE_TO_ONE = 0.98;
const LONG_HEADER_BYTES = 4;
const LONGEST_SHORT_BYTES = 127;

/**
 * The statistics of an expression from its values for sample rows. Where each other row has another
 * value it has as many as its columns; else how many is told by those seen just once (Haas and Stokes,
 * JASA 93, 1998, the estimator Duj1).
 *
 * @param distinctInputs how many different values or combinations the expression's columns have
 */
export function statisticsOfExpression(
  rows: readonly SampleRow[],
  evaluated: readonly Evaluated[],
  tableRows: number,
  distinctInputs: number,
): Omit<DerivedStatistics, "schema" | "relation" | "column"> {
  const outputs = new Map<string, Output>();
  const inputs = new Set<string>();
  let nullShare = 0;
  let width = 0;
  let present = 0;
  for (const [position, { values, share, isCommon }] of rows.entries()) {
    const { value = null, widthBytes = null } = evaluated[position] ?? {};
    if (value === null) {
      nullShare += share;
      continue;
    }
    inputs.add(JSON.stringify(values));
    const output = outputs.get(value) ?? {
      share: 0,
      samples: 0,
      isCommon: false,
      widthBytes: storedWidth(widthBytes),
    };
    output.share += share;
    output.samples += 1;
    output.isCommon ||= isCommon;
    outputs.set(value, output);
    width += share * output.widthBytes;
    present += share;
  }
  const isOneToOne = outputs.size >= ONE_TO_ONE * inputs.size && !isMonotone(rows, evaluated);
  const listed = [...outputs].filter(
    ([, { isCommon, samples }]) => isCommon || (!isOneToOne && samples >= COMMON_FROM_SAMPLES),
  );
  const others = [...outputs].filter(([, output]) => !listed.some(([, other]) => other === output));
  const byShare = listed.toSorted(([, one], [, other]) => other.share - one.share);
  return {
    inherited: false,
    nullFraction: nullShare,
    averageWidth: present > 0 ? width / present : 1,
    distinct: Math.max(
      1,
      isOneToOne ? distinctInputs * present : distinctOutputs([...outputs.values()], tableRows),
    ),
    mostCommonValues:
      byShare.length === 0 ? null : formatArrayText(byShare.map(([value]) => value)),
    mostCommonFrequencies: byShare.length === 0 ? null : byShare.map(([, { share }]) => share),
    histogramBounds: others.length === 0 ? null : formatArrayText(others.map(([value]) => value)),
    correlation: null,
    mostCommonElements: null,
    mostCommonElementFrequencies: null,
    elementCountHistogram: null,
    rangeLengthHistogram: null,
    rangeEmptyFraction: null,
    rangeBoundsHistogram: null,
    widthsBytes: widthsOf([...outputs.values()]),
  };
}

/** Whether neighbouring values, and only these, are made one: by cutting texts or moments short. */
function isMonotone(rows: readonly SampleRow[], evaluated: readonly Evaluated[]): boolean {
  const values = evaluated.flatMap(({ value }, position) =>
    value === null || rows[position]?.isCommon === true ? [] : [value],
  );
  const runs = values.filter((value, position) => value !== values[position - 1]).length;
  return runs < values.length && runs === new Set(values).size;
}

interface Output {
  share: number;
  samples: number;
  isCommon: boolean;
  readonly widthBytes: number;
}

/** Short values lose three bytes of their length word on a page. */
function storedWidth(widthBytes: number | null): number {
  const bytes = widthBytes ?? 0;
  return bytes - LONG_HEADER_BYTES + 1 <= LONGEST_SHORT_BYTES - 1
    ? bytes - LONG_HEADER_BYTES + 1
    : bytes;
}

function distinctOutputs(outputs: readonly Output[], tableRows: number): number {
  const drawn = outputs.filter(({ isCommon }) => !isCommon);
  const count = drawn.reduce((sum, { samples }) => sum + samples, 0);
  const known = outputs.length - drawn.length;
  if (count === 0) return known;
  const single = drawn.filter(({ samples }) => samples === 1).length;
  const population = drawn.reduce((sum, { share }) => sum + share, 0) * tableRows;
  const kept = Math.max(1, count - single + (single * count) / Math.max(count, population));
  return known + Math.min(population, (count * drawn.length) / kept);
}

const WIDTHS = 256;

function widthsOf(outputs: readonly Output[]): readonly number[] {
  const total = outputs.reduce((sum, { share }) => sum + share, 0);
  const widths: number[] = [];
  let passed = 0;
  for (const { share, widthBytes } of outputs) {
    passed += share / total;
    while (widths.length + 0.5 < passed * WIDTHS) widths.push(widthBytes);
  }
  return widths;
}
