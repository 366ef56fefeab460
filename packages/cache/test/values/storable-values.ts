import { inspect } from "node:util";
import fc from "fast-check";

const HOLE = Symbol("hole");

/** Strings that an encoding could stumble over: surrogates without their partner, tags, controls. */
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 })
    .map((codes) => String.fromCharCode(...codes)),
  fc.constantFrom("~", "~~", "~u", "~M", "~S", "~O", "~h3", "~xB:0:4", "\uFEFFmark", "é", "\u0000"),
);

const key = fc.oneof(
  text,
  fc.constantFrom("__proto__", "constructor", "toJSON", "hasOwnProperty", "0", "17", "-1", "id"),
);

const number = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 53),
);

const bytes = fc.uint8Array({ maxLength: 40 });

/** Views that begin inside a larger buffer. */
const binary = fc.oneof(
  bytes.map((content) => Buffer.from(content)),
  bytes,
  bytes.map((content) => new Uint8Array([9, ...content, 9]).subarray(1, content.length + 1)),
  bytes.map((content) => content.slice().buffer),
  bytes.map((content) => new DataView(content.slice().buffer)),
  fc.int8Array({ maxLength: 5 }),
  fc.uint8ClampedArray({ maxLength: 5 }),
  fc.int16Array({ maxLength: 5 }),
  fc.uint16Array({ maxLength: 5 }).map((items) => items.subarray(items.length >> 1)),
  fc.int32Array({ maxLength: 5 }),
  fc.uint32Array({ maxLength: 5 }),
  fc.float32Array({ maxLength: 5 }),
  fc.float64Array({ maxLength: 5 }).map((items) => items.subarray(items.length >> 1)),
  fc.bigInt64Array({ maxLength: 5 }),
  fc.bigUint64Array({ maxLength: 5 }),
);

const regexp = fc.constantFrom(/a:b/gi, /\//u, /(?<year>\d+)~/y).map((model) => {
  const made = new RegExp(model.source, model.flags);
  made.lastIndex = 2;
  return made;
});

const primitive = fc.oneof(
  text,
  number,
  fc.boolean(),
  fc.constantFrom(undefined, null),
  fc.bigInt(),
);

/** Everything that a cache keeps, nested. */
export const storableValue: fc.Arbitrary<unknown> = fc.letrec((tie) => {
  const any = tie("any");
  const entries = fc.array(fc.tuple(key, any), { maxLength: 6 });
  return {
    any: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      primitive,
      fc.date({ noInvalidDate: false }),
      binary,
      regexp,
      entries.map((pairs) => objectFrom({}, pairs)),
      entries.map((pairs) => objectFrom(Object.create(null) as object, pairs)),
      fc.array(any, { maxLength: 6 }),
      fc.array(fc.option(any, { nil: HOLE }), { maxLength: 6 }).map(withHoles),
      fc.array(fc.tuple(any, any), { maxLength: 4 }).map((pairs) => new Map(pairs)),
      fc.array(any, { maxLength: 4 }).map((items) => new Set(items)),
    ),
  };
}).any;

/** Nested values that JSON has words for. */
export const jsonValue: fc.Arbitrary<unknown> = fc.letrec((tie) => {
  const any = tie("any");
  const plainNumber = fc
    .double({ noDefaultInfinity: true, noNaN: true })
    .filter((value) => !Object.is(value, -0));
  return {
    any: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      text,
      fc.integer(),
      plainNumber,
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.tuple(key, any), { maxLength: 6 }).map((pairs) => objectFrom({}, pairs)),
      fc.array(any, { maxLength: 6 }),
    ),
  };
}).any;

/** All there is to see of a value: −0, holes, undefined, prototypes, kinds and the order of names. */
export function seenOf(value: unknown): string {
  return inspect(value, {
    depth: Number.POSITIVE_INFINITY,
    maxArrayLength: null,
    maxStringLength: null,
    breakLength: Number.POSITIVE_INFINITY,
  });
}

/** Changes all that lets itself be changed. */
export function scramble(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  const parts: unknown[] =
    value instanceof Map
      ? [...value].flat()
      : value instanceof Set
        ? [...value]
        : ArrayBuffer.isView(value)
          ? []
          : Object.values(value);
  for (const part of parts) scramble(part);
  if (value instanceof Date) value.setTime(1);
  else if (value instanceof Map) value.set("scrambled", 1);
  else if (value instanceof Set) value.add("scrambled");
  else if (value instanceof RegExp) value.lastIndex = 1;
  else if (ArrayBuffer.isView(value)) flipBytes(value.buffer, value.byteOffset, value.byteLength);
  else if (value instanceof ArrayBuffer) flipBytes(value, 0, value.byteLength);
  else scrambleProperties(value);
}

function scrambleProperties(value: object): void {
  Reflect.set(value, "scrambled", 1);
  for (const name of Object.keys(value)) Reflect.set(value, name, "scrambled");
}

function flipBytes(buffer: ArrayBufferLike, offset: number, length: number): void {
  const view = new Uint8Array(buffer, offset, length);
  view.forEach((byte, at) => {
    view[at] = byte ^ 0xff;
  });
}

function withHoles(items: readonly unknown[]): unknown[] {
  const array: unknown[] = [];
  items.forEach((item, at) => {
    if (item !== HOLE) array[at] = item;
  });
  array.length = items.length;
  return array;
}

function objectFrom(target: object, pairs: readonly (readonly [string, unknown])[]): object {
  for (const [name, value] of pairs) {
    Object.defineProperty(target, name, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return target;
}
