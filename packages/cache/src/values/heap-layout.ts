import type { ShapeMemory } from "./shape-memory.ts";

/**
 * What values take in the heap of V8 on a 64-bit machine without pointer compression, as Node builds
 * it: a word has 8 bytes, whole numbers below 2^31 live in the word that points to them, any other
 * number is an object of two words. The figures were read off a heap (`test/values/size-of.test.ts`
 * reads them again): a new version of V8 that lays objects out differently fails that test.
 */
const WORD = 8;
const ARRAY_STORE_HEADER = 2 * WORD;

export const HEAP_NUMBER_BYTES = 16;
export const DATE_BYTES = 112;
/** With its source, which V8 keeps apart from the object. */
export const REGEXP_BYTES = 128;
export const FUNCTION_BYTES = 64;

/** Properties that `{}` has room for before it needs a store apart. */
const ROOM_IN_OBJECT = 4;
/** Beyond this many properties an object is a hash table: JSON.parse makes it so, and so does the copy. */
export const MOST_FIXED_PROPERTIES = 127;
// V8 compiles a pattern for each width of character. None of one byte can match this one, so a string
// of one byte a character is answered at once, whatever its length.
const TWO_BYTE_CHARACTER = /[\u0100-\uffff]/;

/** A string: one byte a character, or two as soon as one of them needs it. */
export function stringBytes(text: string): number {
  // V8 has the empty string and those of one character already.
  if (text.length <= 1) return 0;
  const width = TWO_BYTE_CHARACTER.test(text) ? 2 : 1;
  return padded(16 + text.length * width);
}

/** A number, beyond the word that points to it. */
export function numberBytes(value: number): number {
  return (value | 0) === value ? 0 : HEAP_NUMBER_BYTES;
}

export function bigintBytes(value: bigint): number {
  if (value === 0n) return 16;
  const small = BigInt.asIntN(64, value) === value;
  return 16 + WORD * (small ? 1 : Math.ceil(value.toString(16).length / 16));
}

/** An array with its store, without what its items point to. */
export function arrayBytes(length: number): number {
  return 4 * WORD + (length === 0 ? 0 : ARRAY_STORE_HEADER + WORD * length);
}

/**
 * How an object came to be: `copied` property by property, `parsed` by JSON.parse, which knows their
 * number, or `table` from the start, as objects without a prototype are.
 */
export type ObjectLayout = "copied" | "parsed" | "table";

/**
 * An object with its properties, without what they point to. Objects with the same names share a hidden
 * class, to which the names belong. Where `shapes` says that nobody shares these, they are charged to the
 * object, and it is taken for a hash table: V8 makes it one as soon as it has 1536 such classes.
 */
export function objectBytes(
  keys: readonly string[],
  layout: ObjectLayout,
  shapes: ShapeMemory,
): number {
  const first = keys[0];
  if (first === undefined) return layout === "table" ? 256 : 56;
  const indexes = isIndex(first) ? countIndexes(keys) : 0;
  const elements = indexes === 0 ? 0 : elementBytes(keys, indexes, layout);
  const properties = keys.length - indexes;
  if (properties === 0 && layout !== "table") return elements + fixedBytes(0, layout);
  const isTable = layout === "table" || properties > MOST_FIXED_PROPERTIES;
  const ownsNames = properties > MOST_FIXED_PROPERTIES || shapes.isNew(keys, indexes);
  if (!isTable && !ownsNames) return elements + fixedBytes(properties, layout);
  const names = ownsNames ? namesBytes(keys, indexes) : 0;
  // One that began as a table has a class of its own all the same.
  return elements + (isTable ? 160 : 88) + tableBytes(properties) + names;
}

function fixedBytes(properties: number, layout: ObjectLayout): number {
  if (layout === "parsed" && properties > 0) return (3 + properties) * WORD;
  const apart = properties - ROOM_IN_OBJECT;
  // The store apart grows by three.
  const store = apart <= 0 ? 0 : ARRAY_STORE_HEADER + 3 * WORD * Math.ceil(apart / 3);
  return (3 + ROOM_IN_OBJECT) * WORD + store;
}

/** A Map with its table, without what its keys and values point to. */
export function mapBytes(size: number): number {
  return 72 + 28 * tableRoom(size);
}

/** A Set with its table, without what its items point to. */
export function setBytes(size: number): number {
  return 72 + 20 * tableRoom(size);
}

/** An ArrayBuffer, or a view with a buffer of its own; its bytes lie outside the heap. */
export function binaryBytes(byteLength: number, isView: boolean): number {
  return (isView ? 184 : 88) + byteLength;
}

function padded(bytes: number): number {
  return (bytes + 7) & ~7;
}

function tableRoom(size: number): number {
  return powerOfTwoFrom(Math.max(4, size));
}

/** Three words an entry, a third of the entries free. */
function tableBytes(properties: number): number {
  return 3 * WORD * powerOfTwoFrom(Math.max(4, properties + (properties >> 1)));
}

function powerOfTwoFrom(count: number): number {
  return 2 ** Math.ceil(Math.log2(count));
}

function namesBytes(keys: readonly string[], from: number): number {
  let bytes = 0;
  for (let at = from; at < keys.length; at++) bytes += stringBytes(keys[at] ?? "");
  return bytes;
}

/** Names that are whole numbers stand first, in ascending order, and are kept as items of an array are. */
function countIndexes(keys: readonly string[]): number {
  const at = keys.findIndex((key) => !isIndex(key));
  return at === -1 ? keys.length : at;
}

function isIndex(key: string): boolean {
  const first = key.charCodeAt(0);
  return first >= 48 && first <= 57 && String(Number(key) >>> 0) === key;
}

/** V8 keeps a plain store for them while that is not much larger than a hash table. */
function elementBytes(keys: readonly string[], indexes: number, layout: ObjectLayout): number {
  const room = layout === "parsed" ? Number(keys[indexes - 1]) + 1 : roomAfterGrowth(keys, indexes);
  const table = tableBytes(indexes);
  const isPlainStore = Number(keys[0]) < 1024 && (room <= 500 || WORD * room < 3 * table);
  return ARRAY_STORE_HEADER + (isPlainStore ? WORD * room : 3 * WORD + table);
}

/** A store that is too small for an index grows to one and a half of what it needs, and 16. */
function roomAfterGrowth(keys: readonly string[], indexes: number): number {
  let room = 0;
  for (let at = 0; at < indexes; at++) {
    const needed = Number(keys[at]) + 1;
    if (needed > room) room = needed + (needed >> 1) + 16;
  }
  return room;
}
