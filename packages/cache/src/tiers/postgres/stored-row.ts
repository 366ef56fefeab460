import { type Fill, PAYLOAD_COMPRESSIONS, PAYLOAD_FORMATS, type StoredValue } from "../tier.ts";
import { indexedName, losslessText, originalName } from "./names.ts";
import type { PostgresStamp } from "./stamp.ts";

/** The parameters of the fill statement, in their order. */
export function fillValues(fill: Fill, stamp: PostgresStamp): unknown[] {
  const { payload, claimToken } = fill;
  const exact = fill.tags.map(losslessText);
  const indexed = fill.tags.map(indexedName);
  const isShortened = indexed.some((tag, index) => tag !== exact[index]);
  return [
    indexedName(fill.key),
    claimToken === undefined ? null : losslessText(claimToken),
    stamp.generation,
    stamp.boot,
    stamp.snapshot,
    stamp.begunMicroseconds,
    indexed,
    isShortened ? exact : null,
    PAYLOAD_FORMATS.indexOf(payload.format),
    PAYLOAD_COMPRESSIONS.indexOf(payload.compression),
    payload.bytes,
    fill.ttlMs,
    fill.graceMs,
    fill.loadMs,
    fill.ageMs,
  ];
}

/** A hit of the read statement; undefined where its codes come from a later version of this package. */
export function storedValue(row: Readonly<Record<string, unknown>>): StoredValue | undefined {
  const format = PAYLOAD_FORMATS[Number(row.format)];
  const compression = PAYLOAD_COMPRESSIONS[Number(row.compression)];
  const { bytes, tags } = row;
  if (format === undefined || compression === undefined) return undefined;
  if (!Buffer.isBuffer(bytes) || !Array.isArray(tags)) return undefined;
  return {
    payload: { format, compression, bytes },
    tags: tags.map((tag) => originalName(String(tag))),
    ageMs: Number(row.age_ms),
    freshMs: Number(row.fresh_ms),
    loadMs: Number(row.load_ms),
  };
}
