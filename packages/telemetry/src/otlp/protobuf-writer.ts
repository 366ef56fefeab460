const FIRST_BYTES = 4_096;
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;
const LONGEST_VARINT = 10;
const WORD = 2 ** 32;
const NANOSECONDS_A_MICROSECOND = 1_000n;

/**
 * Writes Protocol Buffers (https://protobuf.dev/programming-guides/encoding/), as much of it as OTLP uses. Fields with their default
 * value are left out, as proto3 has it, save where a method says otherwise.
 */
export class ProtobufWriter {
  private bytes = Buffer.allocUnsafe(FIRST_BYTES);
  private length = 0;

  /** A copy of what was written. */
  finish(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.length));
  }

  /** Length-delimited, written by `body`; also when empty. */
  message(field: number, body: () => void): void {
    this.tag(field, LENGTH);
    const start = this.length;
    body();
    const size = this.length - start;
    const shift = sizeOfVarint(size);
    this.reserve(shift);
    this.bytes.copyWithin(start + shift, start, this.length);
    this.length = start;
    this.varint(size);
    this.length += size;
  }

  text(field: number, value: string): void {
    if (value !== "") this.presentText(field, value);
  }

  /** Also when empty: inside a oneof. */
  presentText(field: number, value: string): void {
    this.tag(field, LENGTH);
    const size = Buffer.byteLength(value);
    this.varint(size);
    this.reserve(size);
    this.length += this.bytes.write(value, this.length, size, "utf8");
  }

  /** Bytes given as hexadecimal digits. */
  hex(field: number, digits: string): void {
    const size = digits.length / 2;
    if (size === 0) return;
    this.tag(field, LENGTH);
    this.varint(size);
    this.reserve(size);
    this.length += this.bytes.write(digits, this.length, size, "hex");
  }

  /** @param value a whole number from 0 to 2^53 */
  uint(field: number, value: number): void {
    if (value !== 0) this.presentUint(field, value);
  }

  presentUint(field: number, value: number): void {
    this.tag(field, VARINT);
    this.varint(value);
  }

  /** Two's complement, ten bytes where negative; also when 0. */
  presentInt(field: number, value: number): void {
    this.tag(field, VARINT);
    if (value >= 0) this.varint(value);
    else this.bigVarint(BigInt.asUintN(64, BigInt(value)));
  }

  /** Zigzag. @param value a whole number of 31 bits */
  sint(field: number, value: number): void {
    if (value !== 0) this.presentUint(field, value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** @param value a whole number from 0 to 2^53 */
  fixed64(field: number, value: number): void {
    if (value === 0) return;
    this.tag(field, FIXED64);
    this.reserve(8);
    this.bytes.writeUInt32LE(value % WORD, this.length);
    this.bytes.writeUInt32LE(Math.floor(value / WORD), this.length + 4);
    this.length += 8;
  }

  /** Nanoseconds since 1970, right to the microsecond. @param wallMs milliseconds since 1970 */
  instant(field: number, wallMs: number): void {
    this.tag(field, FIXED64);
    this.reserve(8);
    const microseconds = BigInt(Math.max(0, Math.round(wallMs * 1_000)));
    this.bytes.writeBigUInt64LE(microseconds * NANOSECONDS_A_MICROSECOND, this.length);
    this.length += 8;
  }

  fixed32(field: number, value: number): void {
    if (value === 0) return;
    this.tag(field, FIXED32);
    this.reserve(4);
    this.length = this.bytes.writeUInt32LE(value >>> 0, this.length);
  }

  /** Also when 0. */
  presentDouble(field: number, value: number): void {
    this.tag(field, FIXED64);
    this.reserve(8);
    this.length = this.bytes.writeDoubleLE(value, this.length);
  }

  packedUints(field: number, values: readonly number[]): void {
    if (values.length === 0) return;
    this.message(field, () => {
      for (const value of values) this.varint(value);
    });
  }

  private tag(field: number, wireType: number): void {
    this.varint(field * 8 + wireType);
  }

  private varint(value: number): void {
    this.reserve(LONGEST_VARINT);
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[this.length] = (rest % 0x80) + 0x80;
      this.length += 1;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.length] = rest;
    this.length += 1;
  }

  private bigVarint(value: bigint): void {
    this.reserve(LONGEST_VARINT);
    let rest = value;
    for (; rest >= 0x80n; rest >>= 7n) {
      this.bytes[this.length] = Number(rest & 0x7fn) + 0x80;
      this.length += 1;
    }
    this.bytes[this.length] = Number(rest);
    this.length += 1;
  }

  private reserve(size: number): void {
    const needed = this.length + size;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}

function sizeOfVarint(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1;
  return size;
}
