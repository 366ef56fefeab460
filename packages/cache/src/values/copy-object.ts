import { MOST_FIXED_PROPERTIES } from "./heap-layout.ts";

export type PlainObject = Record<string, unknown>;

const NOTHING: PlainObject = {};

/**
 * A copy of a plain object's own properties. `__proto__` is a property like any other.
 *
 * The way matters more than it shows. `{ ...source }` of a parsed or literal object gets a hidden class
 * that stands apart, so that freezing such copies makes a hidden class for each of them: four times the
 * memory, and slow to read. `Object.assign` turns objects of more than 16 properties into hash tables:
 * seven times the memory. A spread that follows another one adds property after property, and all copies
 * share one hidden class, frozen or not.
 */
export function copyPlainObject(source: PlainObject, propertyCount: number): PlainObject {
  if (propertyCount <= MOST_FIXED_PROPERTIES) return { ...NOTHING, ...source };
  // So many names are mostly ids, and a hidden class for each set of ids takes more than a hash table, which
  // an object without a prototype is, and stays when it is given one.
  const copy = copyBareObject(source);
  Object.setPrototypeOf(copy, Object.prototype);
  return copy;
}

/** A copy of an object that inherits from nothing. */
export function copyBareObject(source: PlainObject): PlainObject {
  return { __proto__: null, ...source };
}
