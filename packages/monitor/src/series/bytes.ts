/** Integers up to this, of either sign, are written as varints: their differences stay exact. */
export const MOST_INTEGER: number = 2 ** 51;

/** Up to this, shifts do what division does. */
const LARGEST_SMALL = 0x7fffffff;

const double = new DataView(new ArrayBuffer(8));

/** Bytes that grow as they are written. Integers are LEB128 varints, signed ones in zigzag order. */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  /** @param value an integer from 0 to 2^53 */
  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) + 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** @param value an integer whose magnitude is at most 2^52 */
  signed(value: number): void {
    this.varint(zigzag(value));
  }

  bytes(part: Uint8Array): void {
    if (this.#length + part.length > this.#bytes.length) this.#grow(part.length);
    this.#bytes.set(part, this.#length);
    this.#length += part.length;
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #grow(by: number): void {
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + by));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Reads what `ByteWriter` wrote; past the end it throws a RangeError. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw new RangeError("the bytes end too early");
    return value;
  }

  varint(): number {
    const first = this.byte();
    return first < 0x80 ? first : this.#restOfVarint(first & 0x7f);
  }

  signed(): number {
    const value = this.varint();
    if (value > LARGEST_SMALL) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    return (value >>> 1) ^ -(value & 1);
  }

  /** Many at once, which is where reading spends its time: the bytes and the place in local variables. */
  signedMany(count: number): number[] {
    const bytes = this.#bytes;
    const values = new Array<number>(count);
    let at = this.#at;
    for (let position = 0; position < count; position += 1) {
      const first = bytes[at];
      if (first !== undefined && first < 0x80) {
        values[position] = (first >>> 1) ^ -(first & 1);
        at += 1;
      } else {
        this.#at = at;
        values[position] = this.signed();
        at = this.#at;
      }
    }
    this.#at = at;
    return values;
  }

  #restOfVarint(low: number): number {
    let scale = 0x80;
    let value = low;
    for (;;) {
      const part = this.byte();
      value += (part & 0x7f) * scale;
      if (part < 0x80) return value;
      scale *= 0x80;
      if (scale > Number.MAX_SAFE_INTEGER) throw new RangeError("a number is too long");
    }
  }

  bytes(length: number): Uint8Array {
    if (length > this.left) throw new RangeError("the bytes end too early");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

/** How many bytes a signed integer takes. */
export function signedLength(value: number): number {
  let length = 1;
  for (let rest = zigzag(value); rest >= 0x80; rest /= 0x80) length += 1;
  return length;
}

/** The two halves of a double, high one first, as unsigned integers. */
export function halvesOf(value: number): readonly [number, number] {
  double.setFloat64(0, value);
  return [double.getUint32(0), double.getUint32(4)];
}

export function doubleOf(high: number, low: number): number {
  double.setUint32(0, high);
  double.setUint32(4, low);
  return double.getFloat64(0);
}

function zigzag(value: number): number {
  return value >= 0 ? value * 2 : value * -2 - 1;
}
