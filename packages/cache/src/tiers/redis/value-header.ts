import { VALUE_VERSION } from "../../redis/keys.ts";
import { PAYLOAD_COMPRESSIONS, PAYLOAD_FORMATS, type Payload } from "../tier.ts";

/**
 * What stands in front of a payload. All numbers are big-endian.
 *
 * | at | bytes | |
 * |---|---|---|
 * | 0 | 1 | version |
 * | 1 | 1 | format |
 * | 2 | 1 | compression |
 * | 3 | 1 | length G of the generation |
 * | 4 | 8 | number of the stamp, double |
 * | 12 | 8 | when the load began, server's time in ms, double |
 * | 20 | 8 | when the value was filled, server's time in ms, double |
 * | 28 | 4 | time to live in ms, unsigned; the greatest means at least that long |
 * | 32 | 4 | what the load took in ms, float |
 * | 36 | 2 | number of tags |
 * | 38 | 4 | size of the payload in bytes |
 * | 42 | G | generation, ASCII |
 * | … | 4 + n | each tag: length n in bytes, the topmost bit set for UTF-16LE, else UTF-8; then its text |
 *
 * The script that fills reads version, generation and number too.
 */
export interface ValueHeader {
  readonly generation: string;
  readonly number: number;
  readonly beganAtMs: number;
  readonly filledAtMs: number;
  readonly ttlMs: number;
  readonly loadMs: number;
  readonly tags: readonly string[];
}

const FIXED_BYTES = 42;
const UTF16 = 0x8000_0000;
const MOST_TTL_MS = 0xffff_ffff;
const MOST_TAGS = 0xffff;

/** A header and its payload as one value. */
export function encodeValue(header: ValueHeader, payload: Payload): Buffer {
  const generation = Buffer.from(header.generation, "latin1");
  const tags = header.tags.slice(0, MOST_TAGS + 1).map(encodeTag);
  if (tags.length > MOST_TAGS) throw new RangeError(`a value has at most ${MOST_TAGS} tags`);
  const front = Buffer.alloc(FIXED_BYTES);
  front[0] = VALUE_VERSION;
  front[1] = PAYLOAD_FORMATS.indexOf(payload.format);
  front[2] = PAYLOAD_COMPRESSIONS.indexOf(payload.compression);
  front[3] = generation.length;
  front.writeDoubleBE(header.number, 4);
  front.writeDoubleBE(header.beganAtMs, 12);
  front.writeDoubleBE(header.filledAtMs, 20);
  front.writeUInt32BE(Math.min(MOST_TTL_MS, Math.max(0, Math.ceil(header.ttlMs))), 28);
  front.writeFloatBE(header.loadMs, 32);
  front.writeUInt16BE(tags.length, 36);
  front.writeUInt32BE(payload.bytes.length, 38);
  return Buffer.concat([front, generation, ...tags.flat(), payload.bytes]);
}

function encodeTag(tag: string): readonly [Buffer, Buffer] {
  const utf8 = Buffer.from(tag, "utf8");
  const isWhole = tag.length === utf8.length || utf8.toString("utf8") === tag;
  const text = isWhole ? utf8 : Buffer.from(tag, "utf16le");
  const length = Buffer.alloc(4);
  length.writeUInt32BE((text.length | (isWhole ? 0 : UTF16)) >>> 0);
  return [length, text];
}

/** Walks through the bytes of a value without copying; `isReadable` is false for what is no value of this version. */
export class ValueReader {
  readonly isReadable: boolean;
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#at = FIXED_BYTES + (bytes[3] ?? 0);
    this.isReadable = bytes[0] === VALUE_VERSION && bytes.length >= this.#at;
  }

  get number(): number {
    return this.#bytes.readDoubleBE(4);
  }

  get beganAtMs(): number {
    return this.#bytes.readDoubleBE(12);
  }

  get filledAtMs(): number {
    return this.#bytes.readDoubleBE(20);
  }

  get ttlMs(): number {
    return this.#bytes.readUInt32BE(28);
  }

  get loadMs(): number {
    return this.#bytes.readFloatBE(32);
  }

  get tagCount(): number {
    return this.#bytes.readUInt16BE(36);
  }

  isOf(generation: string): boolean {
    return this.#bytes[3] === generation.length && this.#isText(FIXED_BYTES, generation);
  }

  /** The next tag; undefined when the bytes are cut off. `expected` saves making the text anew. */
  nextTag(expected: string | undefined): string | undefined {
    const start = this.#at + 4;
    if (start > this.#bytes.length) return undefined;
    const word = this.#bytes.readUInt32BE(this.#at);
    const sizeBytes = (word & ~UTF16) >>> 0;
    const end = start + sizeBytes;
    if (end > this.#bytes.length) return undefined;
    this.#at = end;
    if (word === expected?.length && this.#isText(start, expected)) return expected;
    return this.#bytes.toString(word >= UTF16 ? "utf16le" : "utf8", start, end);
  }

  /** What comes after the tags that were read; undefined when it is cut off or has codes that this version does not know. */
  payload(): Payload | undefined {
    const format = PAYLOAD_FORMATS[this.#bytes[1] ?? -1];
    const compression = PAYLOAD_COMPRESSIONS[this.#bytes[2] ?? -1];
    const isWhole = this.#at + this.#bytes.readUInt32BE(38) === this.#bytes.length;
    if (format === undefined || compression === undefined || !isWhole) return undefined;
    return { format, compression, bytes: this.#bytes.subarray(this.#at) };
  }

  /** Whether an ASCII text stands there; false for any other text, which is then decoded. */
  #isText(start: number, text: string): boolean {
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > 0x7f || this.#bytes[start + index] !== code) return false;
    }
    return true;
  }
}
