import { type HistogramData, LAST_BUCKET, type MetricKind } from "@streamgate/telemetry";
import { ByteReader, ByteWriter } from "../series/bytes.ts";
import { canonicalKey } from "../series/canonical-key.ts";
import { readNumbers, writeNumbers } from "../series/number-column.ts";
import type { Point, SeriesKey, SeriesPoint } from "../series/point.ts";
import { decodePoints, encodePoints } from "../series/point-columns.ts";
import { windowStart } from "../series/roll-up.ts";
import { badPoint } from "./errors.ts";
import type { SeenSeries } from "./series-ids.ts";
import { TIERS } from "./tiers.ts";

/** Points of one metric from one write, encoded, waiting for the numbers of their series. */
export interface Frame {
  readonly name: string;
  readonly kind: MetricKind;
  readonly windowStartMs: number;
  /** The series of each point, in order. */
  readonly seen: readonly SeenSeries[];
  readonly columns: Uint8Array;
}

/** What one write holds. */
export interface Batch {
  readonly frames: readonly Frame[];
  readonly points: number;
  /** What its frames take in memory, beside the keys of their series. */
  readonly sizeBytes: number;
}

/** For each point of a batch that waits: the reference to its key, and the times around it. */
const WAITING_POINT_BYTES = 64;
/** A name stands in an index, whose entries PostgreSQL bounds. */
const MOST_NAME_LENGTH = 500;
const MOST_LABELS_LENGTH = 16_000;
/** The year 9999, which PostgreSQL and ISO 8601 both can say. */
const LATEST_MS = 253_370_764_800_000;
/** PostgreSQL keeps no character 0 in text, and no half of a surrogate pair in jsonb. */
const NOT_TEXT = /\0|\p{Surrogate}/u;
const [FINEST] = TIERS;
const JOURNAL_WINDOW_MS: number = FINEST?.windowMs ?? 300_000;

/** Points of one metric and kind in one window, until they are encoded. */
interface Group {
  readonly name: string;
  readonly kind: MetricKind;
  readonly windowStartMs: number;
  readonly members: SeriesPoint[];
}

/**
 * Encodes points, grouped by metric, kind and window.
 *
 * @throws StreamGateError `SG_MONITOR_BAD_POINT`
 */
export function encodeBatch(points: readonly SeriesPoint[]): Batch {
  const groups = new Map<string, Group>();
  for (const member of points) {
    checkPoint(member);
    const windowStartMs = windowStart(member.point.atMs, JOURNAL_WINDOW_MS);
    const { name } = member.key;
    const { kind } = member.point;
    const identity = `${windowStartMs} ${kind} ${name}`;
    const group = groups.get(identity);
    if (group === undefined) groups.set(identity, { name, kind, windowStartMs, members: [member] });
    else group.members.push(member);
  }
  const frames = [...groups.values()].map(encodeGroup);
  const encodedBytes = frames.reduce((sum, { columns }) => sum + columns.length, 0);
  return {
    frames,
    points: points.length,
    sizeBytes: encodedBytes + points.length * WAITING_POINT_BYTES,
  };
}

function encodeGroup({ name, kind, windowStartMs, members }: Group): Frame {
  return {
    name,
    kind,
    windowStartMs,
    seen: members.map(({ key, point }) => ({
      key,
      kind,
      firstMs: point.atMs,
      lastMs: point.atMs,
    })),
    columns: encodePoints(
      kind,
      members.map(({ point }) => point),
      windowStartMs,
    ),
  };
}

/** The bytes of a row of the journal. */
export function sealFrame(frame: Frame, seriesIds: readonly number[]): Buffer {
  const writer = new ByteWriter();
  writer.varint(seriesIds.length);
  writeNumbers(writer, seriesIds);
  writer.bytes(frame.columns);
  return Buffer.from(writer.finish());
}

/** The points of a row of the journal, each with the number of its series. */
export function openFrame(
  payload: Uint8Array,
  kind: MetricKind,
  windowStartMs: number,
): { readonly seriesIds: readonly number[]; readonly points: readonly Point[] } {
  const reader = new ByteReader(payload);
  const seriesIds = readNumbers(reader, reader.varint());
  return { seriesIds, points: decodePoints(kind, reader, windowStartMs) };
}

/** Whether a history can keep the point. */
export function isStorable({ key, point }: SeriesPoint): boolean {
  return reasonAgainst(key, point) === undefined;
}

function checkPoint({ key, point }: SeriesPoint): void {
  const reason = reasonAgainst(key, point);
  if (reason !== undefined) throw badPoint(canonicalKey(key).slice(0, MOST_NAME_LENGTH), reason);
}

function reasonAgainst(key: SeriesKey, point: Point): string | undefined {
  if (!isStorableKey(key)) return "its name or labels are empty, too long or not text";
  if (!Number.isSafeInteger(point.atMs) || point.atMs <= 0 || point.atMs > LATEST_MS)
    return `its time is ${point.atMs}, not whole milliseconds since 1970`;
  if (!(point.spanMs >= 0)) return `its interval lasts ${point.spanMs} ms`;
  switch (point.kind) {
    case "counter":
      return Number.isFinite(point.increase) ? undefined : `it increased by ${point.increase}`;
    case "gauge":
      return Number.isNaN(point.last + point.sum) ? "its value is not a number" : undefined;
    case "histogram":
      return areBuckets(point.data) ? undefined : "its histogram has buckets that there are not";
  }
}

/** Buckets of ours, ascending, with a count each. */
function areBuckets({ indices, counts }: HistogramData): boolean {
  return (
    indices.length === counts.length &&
    indices.every(
      (index, at) =>
        Number.isInteger(index) && index > (indices[at - 1] ?? -1) && index <= LAST_BUCKET,
    )
  );
}

/** What the verdict on a key was; a key is the same object at each interval. */
const judgedKeys = new WeakMap<SeriesKey, boolean>();

function isStorableKey(key: SeriesKey): boolean {
  const judged = judgedKeys.get(key);
  if (judged !== undefined) return judged;
  const labels = Object.entries(key.labels).flat();
  const length = labels.reduce((sum, text) => sum + text.length, 0);
  const isStorableNow =
    key.name !== "" &&
    key.name.length <= MOST_NAME_LENGTH &&
    length <= MOST_LABELS_LENGTH &&
    ![key.name, ...labels].some((text) => NOT_TEXT.test(text));
  judgedKeys.set(key, isStorableNow);
  return isStorableNow;
}
