import {
  bucketLowerBound,
  bucketUpperBound,
  type HistogramData,
  type MetricKind,
} from "@streamgate/telemetry";
import { type ByteReader, ByteWriter } from "./bytes.ts";
import { readNumbers, writeNumbers } from "./number-column.ts";
import type { GaugePoint, HistogramPoint, Point } from "./point.ts";
import { isCounter, isGauge, isHistogram } from "./point-kinds.ts";

/**
 * Points of one kind as columns of numbers. A gauge that was read once in each interval is one
 * column in place of five; a histogram's least and greatest value are left out where they are the
 * bounds of its outermost buckets, as they are in most intervals.
 *
 * @param points all of the kind `kind`; the times may be in any order
 * @param baseMs subtracted from the times, so that they are small
 */
export function encodePoints(
  kind: MetricKind,
  points: readonly Point[],
  baseMs: number,
): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(points.length);
  writeNumbers(
    writer,
    points.map(({ atMs }) => atMs - baseMs),
  );
  writeNumbers(
    writer,
    points.map(({ spanMs }) => spanMs),
  );
  if (kind === "counter") {
    const counters = points.filter(isCounter);
    writeNumbers(
      writer,
      counters.map(({ increase }) => increase),
    );
  } else if (kind === "gauge") writeGauges(writer, points.filter(isGauge));
  else writeHistograms(writer, points.filter(isHistogram));
  return writer.finish();
}

/** The points that `encodePoints` wrote, in the same order. */
export function decodePoints(kind: MetricKind, reader: ByteReader, baseMs: number): Point[] {
  const columns = decodeColumns(kind, reader, baseMs);
  const timing = (position: number): { readonly atMs: number; readonly spanMs: number } => ({
    atMs: columns.times[position] ?? 0,
    spanMs: columns.spans[position] ?? 0,
  });
  switch (columns.kind) {
    case "counter":
      return columns.increases.map((increase, position) => ({
        kind: "counter",
        ...timing(position),
        increase,
      }));
    case "gauge":
      return columns.lasts.map((last, position) => ({
        kind: "gauge",
        ...timing(position),
        min: columns.mins[position] ?? last,
        max: columns.maxs[position] ?? last,
        sum: columns.sums[position] ?? last,
        count: columns.counts?.[position] ?? 1,
        last,
      }));
    case "histogram":
      return histogramsOf(columns).map((data, position) => ({
        kind: "histogram",
        ...timing(position),
        data,
      }));
  }
}

/** Points as they lie: for whoever adds them up and needs none of them. */
export type PointColumns = CounterColumns | GaugeColumns | HistogramColumns;

interface Times {
  /** Ends of the intervals, in ms since 1970. */
  readonly times: readonly number[];
  readonly spans: readonly number[];
}

interface CounterColumns extends Times {
  readonly kind: "counter";
  readonly increases: readonly number[];
}

interface GaugeColumns extends Times {
  readonly kind: "gauge";
  readonly lasts: readonly number[];
  readonly mins: readonly number[];
  readonly maxs: readonly number[];
  readonly sums: readonly number[];
  /** Absent where each point was read once. */
  readonly counts: readonly number[] | undefined;
}

export interface HistogramColumns extends Times {
  readonly kind: "histogram";
  /** How many buckets each point has. */
  readonly lengths: readonly number[];
  /** Of all points, one after the other; ascending within each. */
  readonly indices: readonly number[];
  readonly held: readonly number[];
  readonly sums: readonly number[];
  readonly counts: readonly number[];
  readonly mins: readonly number[];
  readonly maxs: readonly number[];
}

/** The same bytes as columns, without an object for each point. */
export function decodeColumns(kind: MetricKind, reader: ByteReader, baseMs: number): PointColumns {
  const count = reader.varint();
  const times = readNumbers(reader, count);
  for (let position = 0; position < count; position += 1) {
    times[position] = (times[position] ?? 0) + baseMs;
  }
  const spans = readNumbers(reader, count);
  if (kind === "counter") return { kind, times, spans, increases: readNumbers(reader, count) };
  if (kind === "gauge") return { kind, times, spans, ...readGauges(reader, count) };
  return { kind, times, spans, ...readHistograms(reader, count) };
}

const READ_ONCE = 1;
const MERGED = 0;

function writeGauges(writer: ByteWriter, points: readonly GaugePoint[]): void {
  const isReadOnce = points.every(
    ({ min, max, sum, count, last }) =>
      count === 1 && Object.is(min, last) && Object.is(max, last) && Object.is(sum, last),
  );
  writer.byte(isReadOnce ? READ_ONCE : MERGED);
  const fields = isReadOnce
    ? (["last"] as const)
    : (["last", "min", "max", "sum", "count"] as const);
  for (const field of fields) {
    writeNumbers(
      writer,
      points.map((point) => point[field]),
    );
  }
}

function readGauges(
  reader: ByteReader,
  count: number,
): Omit<GaugeColumns, "kind" | "times" | "spans"> {
  const isReadOnce = reader.byte() === READ_ONCE;
  const lasts = readNumbers(reader, count);
  if (isReadOnce) return { lasts, mins: lasts, maxs: lasts, sums: lasts, counts: undefined };
  const mins = readNumbers(reader, count);
  const maxs = readNumbers(reader, count);
  const sums = readNumbers(reader, count);
  const counts = readNumbers(reader, count);
  return { lasts, mins, maxs, sums, counts };
}

function writeHistograms(writer: ByteWriter, points: readonly HistogramPoint[]): void {
  const all = points.map(({ data }) => data);
  writeNumbers(
    writer,
    all.map(({ indices }) => indices.length),
  );
  writeNumbers(
    writer,
    all.flatMap(({ indices }) => indices.map((index, at) => index - (indices[at - 1] ?? 0))),
  );
  writeNumbers(
    writer,
    all.flatMap(({ counts }) => counts),
  );
  writeNumbers(
    writer,
    all.map(({ sum }) => sum),
  );
  writeExceptions(
    writer,
    all.map(({ count }) => count),
    all.map(totalOf),
  );
  writeExceptions(
    writer,
    all.map(({ min }) => min),
    all.map(lowerBoundOf),
  );
  writeExceptions(
    writer,
    all.map(({ max }) => max),
    all.map(upperBoundOf),
  );
}

function readHistograms(
  reader: ByteReader,
  count: number,
): Omit<HistogramColumns, "kind" | "times" | "spans"> {
  const lengths = readNumbers(reader, count);
  let total = 0;
  for (const length of lengths) total += length;
  const indices = readNumbers(reader, total);
  const held = readNumbers(reader, total);
  const sums = readNumbers(reader, count);
  const totals = new Array<number>(count).fill(0);
  const lows = new Array<number>(count).fill(Number.POSITIVE_INFINITY);
  const highs = new Array<number>(count).fill(Number.NEGATIVE_INFINITY);
  let at = 0;
  for (let position = 0; position < count; position += 1) {
    const end = at + (lengths[position] ?? 0);
    if (at === end) continue;
    let index = 0;
    let inBuckets = 0;
    // What was written is the distance from the bucket before.
    lows[position] = bucketLowerBound(indices[at] ?? 0);
    for (; at < end; at += 1) {
      index += indices[at] ?? 0;
      indices[at] = index;
      inBuckets += held[at] ?? 0;
    }
    highs[position] = bucketUpperBound(index);
    totals[position] = inBuckets;
  }
  const counts = readExceptions(reader, totals);
  const mins = readExceptions(reader, lows);
  const maxs = readExceptions(reader, highs);
  return { lengths, indices, held, sums, counts, mins, maxs };
}

function histogramsOf(columns: HistogramColumns): HistogramData[] {
  const { lengths, indices, held, sums, counts, mins, maxs } = columns;
  let from = 0;
  return lengths.map((length, position) => {
    const to = from + length;
    const data = {
      count: counts[position] ?? 0,
      sum: sums[position] ?? 0,
      min: mins[position] ?? Number.POSITIVE_INFINITY,
      max: maxs[position] ?? Number.NEGATIVE_INFINITY,
      indices: indices.slice(from, to),
      counts: held.slice(from, to),
    };
    from = to;
    return data;
  });
}

/** Writes only the values that are not what is expected of them, with their positions. */
function writeExceptions(
  writer: ByteWriter,
  values: readonly number[],
  expected: readonly number[],
): void {
  const positions = [...values.keys()].filter((at) => !Object.is(values[at], expected[at]));
  writer.varint(positions.length);
  if (positions.length === 0) return;
  writeNumbers(writer, positions);
  writeNumbers(
    writer,
    positions.map((at) => values[at] ?? 0),
  );
}

/** @param values what is expected; what is not so takes its place */
function readExceptions(reader: ByteReader, values: number[]): number[] {
  const count = reader.varint();
  if (count === 0) return values;
  const positions = readNumbers(reader, count);
  for (const [at, value] of readNumbers(reader, count).entries()) {
    values[positions[at] ?? 0] = value;
  }
  return values;
}

type Buckets = Pick<HistogramData, "indices" | "counts">;

function totalOf({ counts }: Buckets): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}

function lowerBoundOf({ indices }: Buckets): number {
  const [lowest] = indices;
  return lowest === undefined ? Number.POSITIVE_INFINITY : bucketLowerBound(lowest);
}

function upperBoundOf({ indices }: Buckets): number {
  const highest = indices.at(-1);
  return highest === undefined ? Number.NEGATIVE_INFINITY : bucketUpperBound(highest);
}
