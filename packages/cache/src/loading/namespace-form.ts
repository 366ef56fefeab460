import { ENTRY_FLAGS } from "../memory/entry-columns.ts";
import type { ResolvedNamespaceOptions } from "../options/namespace-options.ts";
import type { Payload } from "../tiers/tier.ts";
import { cloneValue } from "../values/clone.ts";
import { type CodecOptions, decodeValue, encodeValue } from "../values/codec.ts";
import {
  type CompressionOptions,
  compressPayload,
  type DecompressionOptions,
  decompressPayload,
} from "../values/compression.ts";
import { valueRefused } from "../values/errors.ts";
import {
  type Protected,
  type ProtectOptions,
  protectDecoded,
  protectValue,
  shareValue,
} from "../values/protect.ts";
import type { Admitted, Held, ValueForm } from "./value-form.ts";

/** The `Payload` object and its Buffer, beside the bytes. */
const PAYLOAD_OVERHEAD_BYTES = 160;

/** How a namespace holds, stores and hands out its values, by its options. */
export function namespaceForm(
  options: ResolvedNamespaceOptions,
  compressed: (fromBytes: number, toBytes: number) => void,
): ValueForm {
  const { compression } = options;
  const codec: CodecOptions = options.codec === undefined ? {} : { codec: options.codec };
  const compressing: CompressionOptions | undefined =
    compression === false
      ? undefined
      : {
          ...compression,
          record: (sample) => {
            if (sample.isKept) compressed(sample.fromBytes, sample.toBytes);
            compression.record?.(sample);
          },
        };
  const unpacking: DecompressionOptions =
    compression === false || compression.lz4 === undefined ? {} : { lz4: compression.lz4 };
  const pack = (payload: Payload): Payload | Promise<Payload> =>
    compressing === undefined ? payload : compressPayload(payload, compressing);
  return options.hold === "bytes"
    ? bytesForm({ codec, unpacking, pack })
    : valuesForm(options.values, { codec, unpacking, pack });
}

interface Coding {
  readonly codec: CodecOptions;
  readonly unpacking: DecompressionOptions;
  readonly pack: (payload: Payload) => Payload | Promise<Payload>;
}

/** Memory holds values, ready to be handed out. */
function valuesForm(sharing: ResolvedNamespaceOptions["values"], coding: Coding): ValueForm {
  const { codec, unpacking, pack } = coding;
  const protecting: ProtectOptions = { sharing: sharing === "cloned" ? "cloned" : "frozen" };
  const open = (payload: Payload, isKept: boolean): Held => {
    const value = decodeValue(payload, codec);
    if (!isKept) return { value, flags: ENTRY_FLAGS.cloned, sizeBytes: 0, isPrivate: true };
    if (sharing === "shared") return { ...shareValue(value), flags: 0 };
    const kept = protectDecoded(value, protecting);
    if (!kept.isStorable) throw valueRefused(kept);
    return heldOf(kept);
  };
  return {
    admit: (value) => {
      if (sharing === "shared") return admitShared(value, codec, pack);
      const kept = protectValue(value, protecting);
      if (!kept.isStorable) return { refused: kept.reason };
      return { ...heldOf(kept), encode: () => pack(encodeValue(kept, codec)) };
    },
    open: (payload, isKept) => {
      const unpacked = decompressPayload(payload, unpacking);
      return unpacked instanceof Promise
        ? unpacked.then((whole) => open(whole, isKept))
        : open(unpacked, isKept);
    },
    share: (held, flags) => ((flags & ENTRY_FLAGS.cloned) === 0 ? held : cloneValue(held)),
    encodeHeld: (held) => encodeStorable(held, codec),
  };
}

/** Memory holds encoded bytes, for answers that nobody parses; a read of the value decodes it. */
function bytesForm({ codec, unpacking, pack }: Coding): ValueForm {
  return {
    admit: (value) => {
      const kept = protectValue(value);
      if (!kept.isStorable) return { refused: kept.reason };
      const payload = encodeValue(kept, codec);
      return { ...heldBytes(payload), encode: () => pack(payload) };
    },
    // What a client gives is a part of what it read from its socket, and would keep all of that alive.
    open: (payload, isKept) =>
      heldBytes(isKept ? { ...payload, bytes: copied(payload.bytes) } : payload),
    share: (held) => {
      // At once, however large: a hit gives a value, not a promise.
      const inThisThread = { ...unpacking, asyncFromBytes: Number.POSITIVE_INFINITY };
      const unpacked = decompressPayload(held as Payload, inThisThread);
      return unpacked instanceof Promise ? undefined : decodeValue(unpacked, codec);
    },
    encodeHeld: (held) => held as Payload,
  };
}

function heldOf({ value, sharing, sizeBytes }: Protected): Held {
  return { value, flags: sharing === "cloned" ? ENTRY_FLAGS.cloned : 0, sizeBytes };
}

function copied(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.byteLength);
  copy.set(bytes);
  return copy;
}

function heldBytes(payload: Payload): Held {
  return {
    value: payload,
    flags: ENTRY_FLAGS.bytes,
    sizeBytes: payload.bytes.byteLength + PAYLOAD_OVERHEAD_BYTES,
  };
}

function admitShared(value: unknown, codec: CodecOptions, pack: Coding["pack"]): Admitted {
  return {
    ...shareValue(value),
    flags: 0,
    encode: () => pack(encodeStorable(value, codec)),
  };
}

function encodeStorable(value: unknown, codec: CodecOptions): Payload {
  const kept = protectValue(value, { sharing: "cloned" });
  if (!kept.isStorable) throw valueRefused(kept);
  return encodeValue(kept, codec);
}
