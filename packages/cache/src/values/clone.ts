import { types } from "node:util";
import { copyBinary } from "./binary.ts";
import { copyBareObject, copyPlainObject, type PlainObject } from "./copy-object.ts";

/**
 * A deep copy of a value that was found storable, with nothing in common with the original. It takes
 * what `protectValue` or `decodeValue` gave, and so looks for neither cycles nor foreign classes.
 *
 * @example
 * ```ts
 * import { cloneValue } from "@streamgate/cache";
 * const row = { id: 7, createdAt: new Date(0) };
 * cloneValue(row).createdAt.setTime(1); // row.createdAt stays
 * ```
 */
export function cloneValue<Value>(value: Value): Value;
export function cloneValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return cloneArray(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) {
    return cloneObject(value as PlainObject, prototype === null);
  }
  return cloneBuiltIn(value);
}

function cloneArray(source: readonly unknown[]): unknown[] {
  const copy = source.slice();
  for (let at = 0; at < copy.length; at++) {
    const item = copy[at];
    if (typeof item === "object" && item !== null) copy[at] = cloneValue(item);
  }
  return copy;
}

function cloneObject(source: PlainObject, isBare: boolean): PlainObject {
  const keys = Object.keys(source);
  const copy = isBare ? copyBareObject(source) : copyPlainObject(source, keys.length);
  for (const key of keys) {
    const item = source[key];
    if (typeof item === "object" && item !== null) copy[key] = cloneValue(item);
  }
  return copy;
}

function cloneBuiltIn(source: object): unknown {
  if (types.isDate(source)) return new Date(source.getTime());
  if (types.isMap(source)) {
    const copy = new Map<unknown, unknown>();
    for (const [key, item] of source) copy.set(cloneValue(key), cloneValue(item));
    return copy;
  }
  if (types.isSet(source)) {
    const copy = new Set<unknown>();
    for (const item of source) copy.add(cloneValue(item));
    return copy;
  }
  if (types.isRegExp(source)) {
    const copy = new RegExp(source.source, source.flags);
    copy.lastIndex = source.lastIndex;
    return copy;
  }
  return ArrayBuffer.isView(source) || types.isArrayBuffer(source) ? copyBinary(source) : source;
}
