import type { Id } from "../../memory/memory-index.ts";
import {
  PAYLOAD_COMPRESSIONS,
  PAYLOAD_FORMATS,
  type Payload,
  type PayloadCompression,
  type PayloadFormat,
} from "../../tiers/tier.ts";
import { frame } from "./frames.ts";

/** One entry of memory, as a snapshot keeps it. */
export interface EntryRecord {
  readonly kind: "entry";
  readonly namespace: string;
  readonly id: Id;
  readonly variant: string;
  /** Without the implicit ones. */
  readonly tags: readonly string[];
  /** Milliseconds of the wall clock at which memory held it. */
  readonly atMs: number;
  /** Of its time to live, then. */
  readonly leftMs: number;
  readonly loadMs: number;
  /** Nothing exists under this key. */
  readonly isAbsent: boolean;
  /** What the eviction policy knew of its hits. */
  readonly frequency: number;
  /** What it took in memory. */
  readonly sizeBytes: number;
  /** Left out where a shared tier has the value. */
  readonly payload: Payload | undefined;
}

/** What was invalidated while the snapshot was taken, after the records before this one and before those behind it. */
interface InvalidatedRecord {
  readonly kind: "invalidated";
  /** {@link EVERYTHING} in it means all. */
  readonly tags: readonly string[];
}

/** The last one: nothing is missing. */
interface EndRecord {
  readonly kind: "end";
  readonly entries: number;
}

export type SnapshotRecord = EntryRecord | InvalidatedRecord | EndRecord;

/** Stands for every tag; no tag is written so. */
export const EVERYTHING = "";

/** What a description may say; nothing of it is believed before it was looked at. */
type Fields = Partial<Record<keyof EntryRecord | "entries", unknown>>;

/** A body is the length of its description, the description as JSON, and the bytes of the value, if any. */
const LENGTH_BYTES = 4;

export function encodeRecord(record: SnapshotRecord): readonly Buffer[] {
  const payload = record.kind === "entry" ? record.payload : undefined;
  const described =
    payload === undefined ? record : { ...record, payload: [payload.format, payload.compression] };
  const description = Buffer.from(JSON.stringify(described));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(description.length);
  return frame(length, description, ...(payload === undefined ? [] : [payload.bytes]));
}

/** Undefined where a body is not one of a snapshot's, whatever its checksum says. */
export function decodeRecord(body: Buffer): SnapshotRecord | undefined {
  if (body.length < LENGTH_BYTES) return undefined;
  const bytesAt = LENGTH_BYTES + body.readUInt32LE(0);
  if (bytesAt > body.length) return undefined;
  const read = parsed(body.toString("utf8", LENGTH_BYTES, bytesAt));
  switch (read?.kind) {
    case "entry":
      return entryOf(read, body.subarray(bytesAt));
    case "invalidated":
      return isTexts(read.tags) ? { kind: "invalidated", tags: read.tags } : undefined;
    case "end":
      return isAmount(read.entries) ? { kind: "end", entries: read.entries } : undefined;
    default:
      return undefined;
  }
}

function entryOf(read: Fields, bytes: Buffer): EntryRecord | undefined {
  const { namespace, id, variant, tags, atMs, leftMs, loadMs, isAbsent, frequency, sizeBytes } =
    read;
  if (typeof namespace !== "string" || typeof variant !== "string" || !isTexts(tags))
    return undefined;
  if (typeof id !== "string" && typeof id !== "number") return undefined;
  if (!isAmount(atMs) || !isAmount(leftMs) || !isAmount(loadMs)) return undefined;
  if (!isAmount(frequency) || !isAmount(sizeBytes)) return undefined;
  const payload = payloadOf(read.payload, bytes);
  if (payload === "unreadable") return undefined;
  return {
    kind: "entry",
    namespace,
    id,
    variant,
    tags,
    atMs,
    leftMs,
    loadMs,
    isAbsent: isAbsent === true,
    frequency,
    sizeBytes,
    payload,
  };
}

function payloadOf(described: unknown, bytes: Buffer): Payload | undefined | "unreadable" {
  if (described === undefined) return undefined;
  if (!isTexts(described)) return "unreadable";
  const [format, compression] = described;
  if (!isFormat(format) || !isCompression(compression)) return "unreadable";
  // A copy: what holds the bytes must not hold a whole chunk of the snapshot.
  const own = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(own);
  return { format, compression, bytes: own };
}

function parsed(text: string): Fields | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null ? (read as Fields) : undefined;
  } catch {
    return undefined;
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isFormat(value: unknown): value is PayloadFormat {
  return PAYLOAD_FORMATS.some((format) => format === value);
}

function isCompression(value: unknown): value is PayloadCompression {
  return PAYLOAD_COMPRESSIONS.some((compression) => compression === value);
}
