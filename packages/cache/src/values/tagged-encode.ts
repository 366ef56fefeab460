import { types } from "node:util";
import { type Binary, binaryLetterOf, bytesOf } from "./binary.ts";
import { copyBareObject, copyPlainObject, type PlainObject } from "./copy-object.ts";
import { FRAME_HEADER_BYTES, MARK, MARK_CODE, TAGS } from "./tagged-json.ts";

/** Encodes a value that was found storable as tagged JSON. */
export function encodeTaggedJson(value: unknown): Buffer {
  const encoder = new TaggedEncoder();
  const text = JSON.stringify(encoder.tag(value));
  return encoder.attachments.length === 0
    ? Buffer.from(text, "utf8")
    : framed(text, encoder.attachments);
}

function framed(text: string, attachments: readonly Uint8Array[]): Buffer {
  const json = Buffer.from(text, "utf8");
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt32LE(json.byteLength, 1);
  return Buffer.concat([header, json, ...attachments]);
}

/** Makes the tree that JSON can say. Parts without tags are taken as they are, uncopied. */
class TaggedEncoder {
  readonly attachments: Uint8Array[] = [];
  #attachedBytes = 0;

  tag(value: unknown): unknown {
    if (typeof value === "string") {
      return value.charCodeAt(0) === MARK_CODE ? MARK + value : value;
    }
    if (typeof value === "number") return tagNumber(value);
    if (typeof value === "object" && value !== null) return this.#tagObject(value);
    if (typeof value === "bigint") return `${TAGS.bigint}${value}`;
    return value === undefined ? TAGS.undefined : value;
  }

  #tagObject(value: object): unknown {
    if (Array.isArray(value)) return this.#tagArray(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype) return this.#tagProperties(value as PlainObject, false);
    if (prototype === null) {
      return [TAGS.bareObject, this.#tagProperties(value as PlainObject, true)];
    }
    if (types.isDate(value)) return tagDate(value);
    if (types.isMap(value)) {
      return [TAGS.map, ...[...value].flat(1).map((part) => this.tag(part))];
    }
    if (types.isSet(value)) return [TAGS.set, ...[...value].map((item) => this.tag(item))];
    if (types.isRegExp(value)) {
      return `${TAGS.regexp}${value.lastIndex}:${value.flags}:${value.source}`;
    }
    return ArrayBuffer.isView(value) || types.isArrayBuffer(value) ? this.#attach(value) : value;
  }

  #tagProperties(source: PlainObject, isBare: boolean): PlainObject {
    const keys = Object.keys(source);
    let tagged: PlainObject | undefined;
    for (const key of keys) {
      const item = source[key];
      const said = this.tag(item);
      if (said === item && !Object.is(item, -0)) continue;
      tagged ??= isBare ? copyBareObject(source) : copyPlainObject(source, keys.length);
      tagged[key] = said;
    }
    return tagged ?? source;
  }

  #tagArray(source: readonly unknown[]): unknown[] {
    const tagged: unknown[] = [];
    let holes = 0;
    for (let at = 0; at < source.length; at++) {
      if (source[at] === undefined && !Object.hasOwn(source, at)) {
        holes++;
        continue;
      }
      if (holes > 0) tagged.push(`${TAGS.holes}${holes}`);
      holes = 0;
      tagged.push(this.tag(source[at]));
    }
    if (holes > 0) tagged.push(`${TAGS.holes}${holes}`);
    return tagged;
  }

  #attach(value: Binary): string {
    const bytes = bytesOf(value);
    const offset = this.#attachedBytes;
    this.attachments.push(bytes);
    this.#attachedBytes += bytes.byteLength;
    return `${TAGS.binary}${binaryLetterOf(value)}:${offset}:${bytes.byteLength}`;
  }
}

function tagNumber(value: number): number | string {
  if (value === 0) return 1 / value < 0 ? TAGS.minusZero : value;
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return TAGS.nan;
  return value > 0 ? TAGS.infinity : TAGS.minusInfinity;
}

function tagDate(value: Date): string {
  const ms = value.getTime();
  return Number.isNaN(ms) ? TAGS.date : `${TAGS.date}${ms}`;
}
