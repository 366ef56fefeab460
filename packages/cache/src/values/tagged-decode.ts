import { binaryFrom, isBinaryLetter } from "./binary.ts";
import { copyBareObject, type PlainObject } from "./copy-object.ts";
import { payloadCorrupt } from "./errors.ts";
import { MAX_DEPTH, MAX_HOLES } from "./limits.ts";
import { FRAME_HEADER_BYTES, MARK_CODE, TAGS } from "./tagged-json.ts";

/**
 * The value that `encodeTaggedJson` encoded, new in all its parts. Nothing that the bytes say is run.
 * Throws `SG_CACHE_PAYLOAD_CORRUPT` for any bytes that no encoder wrote.
 */
export function decodeTaggedJson(bytes: Buffer): unknown {
  if (bytes[0] !== 0) return new TaggedDecoder(NO_BYTES).decode(bytes);
  if (bytes.byteLength < FRAME_HEADER_BYTES) throw payloadCorrupt("its header is cut off");
  const end = FRAME_HEADER_BYTES + bytes.readUInt32LE(1);
  if (end > bytes.byteLength) throw payloadCorrupt("its text is cut off");
  return new TaggedDecoder(bytes.subarray(end)).decode(bytes.subarray(FRAME_HEADER_BYTES, end));
}

const NO_BYTES = new Uint8Array(0);

/** Puts values in the place of tags, in the tree that JSON.parse just made. */
class TaggedDecoder {
  readonly #attachments: Uint8Array;
  #holes = 0;

  constructor(attachments: Uint8Array) {
    this.#attachments = attachments;
  }

  decode(json: Buffer): unknown {
    const said: unknown = JSON.parse(json.toString("utf8"));
    return this.#value(said, 0);
  }

  #value(said: unknown, depth: number): unknown {
    if (typeof said === "string") {
      return said.charCodeAt(0) === MARK_CODE ? this.#tagged(said) : said;
    }
    if (typeof said !== "object" || said === null) return said;
    if (depth > MAX_DEPTH) throw payloadCorrupt("it is nested too deep");
    return Array.isArray(said)
      ? this.#array(said, depth + 1)
      : this.#properties(said as PlainObject, depth + 1);
  }

  #properties(said: PlainObject, depth: number): PlainObject {
    for (const key of Object.keys(said)) {
      const item = said[key];
      const value = this.#value(item, depth);
      if (value !== item) said[key] = value;
    }
    return said;
  }

  #array(said: unknown[], depth: number): unknown {
    switch (said[0]) {
      case TAGS.map:
        return this.#map(said, depth);
      case TAGS.set:
        return new Set(said.slice(1).map((item) => this.#value(item, depth)));
      case TAGS.bareObject:
        return this.#bareObject(said, depth);
      default:
        return this.#items(said, depth);
    }
  }

  #map(said: readonly unknown[], depth: number): Map<unknown, unknown> {
    if (said.length % 2 === 0) throw payloadCorrupt("a Map has a key without a value");
    const map = new Map<unknown, unknown>();
    for (let at = 1; at < said.length; at += 2) {
      map.set(this.#value(said[at], depth), this.#value(said[at + 1], depth));
    }
    return map;
  }

  #bareObject(said: readonly unknown[], depth: number): PlainObject {
    const properties = said[1];
    if (said.length !== 2 || typeof properties !== "object" || properties === null) {
      throw payloadCorrupt("an object without a prototype has no properties");
    }
    return copyBareObject(this.#properties(properties as PlainObject, depth));
  }

  #items(said: unknown[], depth: number): unknown[] {
    const firstHole = said.findIndex(isHoles);
    if (firstHole === -1) {
      for (let at = 0; at < said.length; at++) {
        const item = said[at];
        const value = this.#value(item, depth);
        if (value !== item) said[at] = value;
      }
      return said;
    }
    const items: unknown[] = [];
    for (const item of said) {
      if (isHoles(item)) items.length += this.#countHoles(item);
      else items.push(this.#value(item, depth));
    }
    return items;
  }

  #countHoles(tag: string): number {
    const count = wholeNumber(tag.slice(2));
    this.#holes += count;
    if (this.#holes > MAX_HOLES) throw payloadCorrupt("an array has too many holes");
    return count;
  }

  #tagged(tag: string): unknown {
    const rest = tag.slice(2);
    switch (tag.slice(0, 2)) {
      case "~~":
        return tag.slice(1);
      case TAGS.undefined:
        return undefined;
      case TAGS.nan:
        return Number.NaN;
      case TAGS.minusZero:
        return -0;
      case TAGS.infinity:
        return Number.POSITIVE_INFINITY;
      case TAGS.minusInfinity:
        return Number.NEGATIVE_INFINITY;
      case TAGS.bigint:
        return bigintFrom(rest);
      case TAGS.date:
        return new Date(rest === "" ? Number.NaN : finiteNumber(rest));
      case TAGS.binary:
        return this.#binary(rest);
      case TAGS.regexp:
        return regexpFrom(rest);
      default:
        throw payloadCorrupt(`it has an unknown tag ${JSON.stringify(tag.slice(0, 2))}`);
    }
  }

  #binary(said: string): unknown {
    const [letter = "", offset = "", length = ""] = said.split(":");
    const from = wholeNumber(offset);
    const end = from + wholeNumber(length);
    if (!isBinaryLetter(letter)) throw payloadCorrupt("it has bytes of an unknown kind");
    if (end > this.#attachments.byteLength) throw payloadCorrupt("its bytes are cut off");
    const binary = binaryFrom(letter, this.#attachments.subarray(from, end));
    if (binary === undefined) throw payloadCorrupt("the number of its bytes does not fit");
    return binary;
  }
}

function isHoles(item: unknown): item is string {
  return typeof item === "string" && item.startsWith(TAGS.holes);
}

function wholeNumber(digits: string): number {
  if (!/^\d{1,15}$/.test(digits)) throw payloadCorrupt("a tag lacks its number");
  return Number(digits);
}

function finiteNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value)) throw payloadCorrupt("a Date lacks its number");
  return value;
}

function bigintFrom(digits: string): bigint {
  if (!/^-?\d+$/.test(digits)) throw payloadCorrupt("a BigInt lacks its digits");
  return BigInt(digits);
}

function regexpFrom(said: string): RegExp {
  const [lastIndex = "", flags = ""] = said.split(":", 2);
  const regexp = new RegExp(said.slice(lastIndex.length + flags.length + 2), flags);
  regexp.lastIndex = wholeNumber(lastIndex);
  return regexp;
}
