import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { MetricKind } from "@streamgate/telemetry";
import { ByteReader } from "./bytes.ts";
import type { Point } from "./point.ts";
import { decodeColumns, decodePoints, encodePoints, type PointColumns } from "./point-columns.ts";

/** First byte of a chunk: the version and form of its coding. */
const PLAIN = 1;
const DEFLATED = 2;
const KINDS = ["counter", "gauge", "histogram"] as const satisfies readonly MetricKind[];

/** Below this, DEFLATE's own bytes and time are more than it saves. */
const WORTH_DEFLATING_BYTES = 48;
/** A chunk cannot ask for more memory than this when it is opened. */
const MOST_INFLATED_BYTES = 64 * 1024 * 1024;
/** A window of 4 KB is as good as 32 KB here, and costs a tenth of the memory to set up. */
const WINDOW_BITS = 12;
const DEFLATE = { level: 6, windowBits: WINDOW_BITS, memLevel: 6 } as const;
const INFLATE = { windowBits: WINDOW_BITS, maxOutputLength: MOST_INFLATED_BYTES } as const;

/** Points of one series in one window, as the bytes that are stored. */
export function packChunk(
  kind: MetricKind,
  points: readonly Point[],
  windowStartMs: number,
): Buffer {
  const columns = encodePoints(kind, points, windowStartMs);
  const head = KINDS.indexOf(kind);
  if (columns.length >= WORTH_DEFLATING_BYTES) {
    const deflated = deflateRawSync(columns, DEFLATE);
    if (deflated.length < columns.length) {
      return Buffer.concat([Buffer.from([DEFLATED, head]), deflated]);
    }
  }
  return Buffer.concat([Buffer.from([PLAIN, head]), columns]);
}

/** @throws RangeError for bytes that are no chunk */
export function unpackChunk(
  chunk: Uint8Array,
  windowStartMs: number,
): { readonly kind: MetricKind; readonly points: Point[] } {
  const { kind, reader } = openChunk(chunk);
  return { kind, points: decodePoints(kind, reader, windowStartMs) };
}

/** The same without an object for each point. @throws RangeError for bytes that are no chunk */
export function unpackColumns(chunk: Uint8Array, windowStartMs: number): PointColumns {
  const { kind, reader } = openChunk(chunk);
  return decodeColumns(kind, reader, windowStartMs);
}

function openChunk(chunk: Uint8Array): {
  readonly kind: MetricKind;
  readonly reader: ByteReader;
} {
  const [form, head = -1] = chunk;
  const kind = KINDS[head];
  if (kind === undefined || (form !== PLAIN && form !== DEFLATED)) {
    throw new RangeError("these bytes are no chunk of points");
  }
  const body = chunk.subarray(2);
  const columns = form === DEFLATED ? inflateRawSync(body, INFLATE) : body;
  return { kind, reader: new ByteReader(columns) };
}
