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
  const count = reader.varint();
  const times = readNumbers(reader, count);
  const spans = readNumbers(reader, count);
  const timing = (position: number): { readonly atMs: number; readonly spanMs: number } => ({
    atMs: (times[position] ?? 0) + baseMs,
    spanMs: spans[position] ?? 0,
  });
  if (kind === "counter") {
    return readNumbers(reader, count).map((increase, position) => ({
      kind,
      ...timing(position),
      increase,
    }));
  }
  if (kind === "gauge") {
    return readGauges(reader, count).map((read, position) => ({
      kind,
      ...timing(position),
      ...read,
    }));
  }
  return readHistograms(reader, count).map((data, position) => ({
    kind,
    ...timing(position),
    data,
  }));
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
): Pick<GaugePoint, "min" | "max" | "sum" | "count" | "last">[] {
  const isReadOnce = reader.byte() === READ_ONCE;
  const lasts = readNumbers(reader, count);
  if (isReadOnce) return lasts.map((last) => ({ min: last, max: last, sum: last, count: 1, last }));
  const mins = readNumbers(reader, count);
  const maxs = readNumbers(reader, count);
  const sums = readNumbers(reader, count);
  const counts = readNumbers(reader, count);
  return lasts.map((last, position) => ({
    min: mins[position] ?? last,
    max: maxs[position] ?? last,
    sum: sums[position] ?? last,
    count: counts[position] ?? 0,
    last,
  }));
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

function readHistograms(reader: ByteReader, count: number): HistogramData[] {
  const lengths = readNumbers(reader, count);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const gaps = readNumbers(reader, total);
  const held = readNumbers(reader, total);
  const sums = readNumbers(reader, count);
  let from = 0;
  const buckets = lengths.map((length) => {
    const indices = new Array<number>(length);
    const counts = new Array<number>(length);
    let index = 0;
    for (let at = 0; at < length; at += 1) {
      index += gaps[from + at] ?? 0;
      indices[at] = index;
      counts[at] = held[from + at] ?? 0;
    }
    from += length;
    return { indices, counts };
  });
  const counts = readExceptions(reader, buckets.map(totalOf));
  const mins = readExceptions(reader, buckets.map(lowerBoundOf));
  const maxs = readExceptions(reader, buckets.map(upperBoundOf));
  return buckets.map(({ indices, counts: inBuckets }, position) => ({
    count: counts[position] ?? 0,
    sum: sums[position] ?? 0,
    min: mins[position] ?? Number.POSITIVE_INFINITY,
    max: maxs[position] ?? Number.NEGATIVE_INFINITY,
    indices,
    counts: inBuckets,
  }));
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

function readExceptions(reader: ByteReader, expected: readonly number[]): number[] {
  const values = [...expected];
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
