const FIRST_SIZE_BYTES = 128 * 1024;
/** A character of JavaScript takes at most three bytes of UTF-8. */
const MOST_BYTES_PER_CHARACTER = 3;
const MOST_DIGITS = 16;
const NEWLINE = 0x0a;
const ZERO = 0x30;

/**
 * Text written as bytes into one buffer that is used again and again: what lines have in common is copied, and a scrape leaves
 * little to the garbage collector.
 */
export class ByteWriter {
  private buffer: Buffer = Buffer.allocUnsafe(FIRST_SIZE_BYTES);
  private end = 0;

  /** Bytes written since the last `take`. */
  get length(): number {
    return this.end;
  }

  /** What was written since the last `take`, as bytes of its own. */
  take(): Buffer {
    const taken = Buffer.allocUnsafeSlow(this.end);
    this.buffer.copy(taken, 0, 0, this.end);
    this.end = 0;
    return taken;
  }

  text(text: string): void {
    this.reserve(text.length * MOST_BYTES_PER_CHARACTER);
    this.end += this.buffer.write(text, this.end);
  }

  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    const { buffer } = this;
    let { end } = this;
    // Some dozens of bytes: a loop is quicker than a call out of JavaScript.
    for (let at = 0; at < bytes.length; at += 1) buffer[end++] = bytes[at] ?? 0;
    this.end = end;
  }

  /** Once more what stands between two places. */
  again(from: number, to: number): void {
    this.reserve(to - from);
    this.buffer.copyWithin(this.end, from, to);
    this.end += to - from;
  }

  /** A whole number, at least 0. */
  whole(value: number): void {
    if (value > Number.MAX_SAFE_INTEGER) {
      this.text(String(value));
      return;
    }
    this.reserve(MOST_DIGITS);
    const { buffer } = this;
    let digits = 1;
    for (let bound = 10; value >= bound && digits < MOST_DIGITS; bound *= 10) digits += 1;
    let left = value;
    for (let at = this.end + digits - 1; at >= this.end; at -= 1) {
      const rest = Math.floor(left / 10);
      buffer[at] = ZERO + (left - rest * 10);
      left = rest;
    }
    this.end += digits;
  }

  newline(): void {
    this.reserve(1);
    this.buffer[this.end] = NEWLINE;
    this.end += 1;
  }

  private reserve(bytes: number): void {
    if (this.end + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.end + bytes));
    this.buffer.copy(larger, 0, 0, this.end);
    this.buffer = larger;
  }
}
