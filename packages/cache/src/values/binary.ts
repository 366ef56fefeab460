import { types } from "node:util";

/**
 * Every kind of view on bytes that comes back as it was, by the letter that stands for it in stored
 * values. The letters must never change.
 */
const BINARY_KINDS = {
  Buffer: "B",
  ArrayBuffer: "A",
  DataView: "D",
  Int8Array: "b",
  Uint8Array: "u",
  Uint8ClampedArray: "c",
  Int16Array: "s",
  Uint16Array: "S",
  Int32Array: "i",
  Uint32Array: "I",
  Float32Array: "f",
  Float64Array: "F",
  BigInt64Array: "l",
  BigUint64Array: "L",
} as const;

export type BinaryLetter = (typeof BINARY_KINDS)[keyof typeof BINARY_KINDS];
export type Binary = ArrayBuffer | ArrayBufferView;

const LETTER_BY_PROTOTYPE: ReadonlyMap<unknown, BinaryLetter> = new Map<unknown, BinaryLetter>([
  [Buffer.prototype, "B"],
  [ArrayBuffer.prototype, "A"],
  [DataView.prototype, "D"],
  [Int8Array.prototype, "b"],
  [Uint8Array.prototype, "u"],
  [Uint8ClampedArray.prototype, "c"],
  [Int16Array.prototype, "s"],
  [Uint16Array.prototype, "S"],
  [Int32Array.prototype, "i"],
  [Uint32Array.prototype, "I"],
  [Float32Array.prototype, "f"],
  [Float64Array.prototype, "F"],
  [BigInt64Array.prototype, "l"],
  [BigUint64Array.prototype, "L"],
]);

const LETTERS: ReadonlySet<string> = new Set(Object.values(BINARY_KINDS));

/** The letter of a value that holds bytes; undefined for any other, and for instances of own classes. */
export function binaryLetterOf(value: object): BinaryLetter | undefined {
  if (!ArrayBuffer.isView(value) && !types.isArrayBuffer(value)) return undefined;
  return LETTER_BY_PROTOTYPE.get(Object.getPrototypeOf(value));
}

export function isBinaryLetter(text: string): text is BinaryLetter {
  return LETTERS.has(text);
}

/** The bytes that a view shows, not those of the buffer behind it; nothing is copied. */
export function bytesOf(value: Binary): Uint8Array {
  return ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);
}

/** A copy with memory of its own, exactly as large as what the view shows. */
export function copyBinary(value: Binary): Binary | undefined {
  const letter = binaryLetterOf(value);
  return letter === undefined ? undefined : binaryFrom(letter, bytesOf(value));
}

/** A new value of this kind with these bytes; undefined where their number does not fit the kind. */
export function binaryFrom(letter: BinaryLetter, bytes: Uint8Array): Binary | undefined {
  if (letter === "B") {
    // Not Buffer.from: small ones would share, and hold on to, a slab of the pool.
    const buffer = Buffer.allocUnsafeSlow(bytes.byteLength);
    buffer.set(bytes);
    return buffer;
  }
  const copy = new Uint8Array(bytes);
  if (letter === "u") return copy;
  return copy.byteLength % ELEMENT_BYTES[letter] === 0 ? viewOn(letter, copy.buffer) : undefined;
}

const ELEMENT_BYTES: Readonly<Record<BinaryLetter, number>> = {
  B: 1,
  A: 1,
  D: 1,
  b: 1,
  u: 1,
  c: 1,
  s: 2,
  S: 2,
  i: 4,
  I: 4,
  f: 4,
  F: 8,
  l: 8,
  L: 8,
};

function viewOn(letter: Exclude<BinaryLetter, "B" | "u">, buffer: ArrayBuffer): Binary {
  switch (letter) {
    case "A":
      return buffer;
    case "D":
      return new DataView(buffer);
    case "b":
      return new Int8Array(buffer);
    case "c":
      return new Uint8ClampedArray(buffer);
    case "s":
      return new Int16Array(buffer);
    case "S":
      return new Uint16Array(buffer);
    case "i":
      return new Int32Array(buffer);
    case "I":
      return new Uint32Array(buffer);
    case "f":
      return new Float32Array(buffer);
    case "F":
      return new Float64Array(buffer);
    case "l":
      return new BigInt64Array(buffer);
    case "L":
      return new BigUint64Array(buffer);
  }
}
