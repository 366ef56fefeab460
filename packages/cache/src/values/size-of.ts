import { types } from "node:util";
import {
  arrayBytes,
  bigintBytes,
  binaryBytes,
  DATE_BYTES,
  FUNCTION_BYTES,
  mapBytes,
  numberBytes,
  objectBytes,
  REGEXP_BYTES,
  setBytes,
  stringBytes,
} from "./heap-layout.ts";
import { ShapeMemory } from "./shape-memory.ts";

const shapes: ShapeMemory = new ShapeMemory();

/**
 * What a value of any kind takes in the heap and beside it, in bytes, by estimate: each object once,
 * cycles too, and instances of classes by their own properties. No getter is called. What is hidden,
 * such as the private fields of a class or what a function closes over, is not seen.
 *
 * @example
 * ```ts
 * import { sizeOf } from "@streamgate/cache";
 * sizeOf("streaming"); // 32
 * ```
 */
export function sizeOf(value: unknown): number {
  const met = new Set<object>();
  const waiting: unknown[] = [value];
  let bytes = 0;
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== "object" || next === null) {
      bytes += primitiveBytes(next);
    } else if (!met.has(next)) {
      met.add(next);
      bytes += ownBytes(next, waiting);
    }
  }
  return bytes;
}

function primitiveBytes(value: unknown): number {
  if (typeof value === "string") return stringBytes(value);
  if (typeof value === "number") return numberBytes(value);
  if (typeof value === "bigint") return bigintBytes(value);
  return typeof value === "function" ? FUNCTION_BYTES : 0;
}

/** The object itself; what it points to joins those that wait. */
function ownBytes(value: object, waiting: unknown[]): number {
  if (Array.isArray(value)) {
    value.forEach((item) => {
      waiting.push(item);
    });
    return arrayBytes(value.length);
  }
  if (ArrayBuffer.isView(value)) return binaryBytes(value.byteLength, true);
  if (types.isAnyArrayBuffer(value)) return binaryBytes(value.byteLength, false);
  if (types.isDate(value)) return DATE_BYTES;
  if (types.isRegExp(value)) return REGEXP_BYTES;
  if (types.isMap(value)) {
    for (const [key, item] of value) waiting.push(key, item);
    return mapBytes(value.size);
  }
  if (types.isSet(value)) {
    for (const item of value) waiting.push(item);
    return setBytes(value.size);
  }
  const keys = Object.keys(value);
  for (const key of keys) waiting.push(Object.getOwnPropertyDescriptor(value, key)?.value);
  return objectBytes(keys, Object.getPrototypeOf(value) === null ? "table" : "copied", shapes);
}
