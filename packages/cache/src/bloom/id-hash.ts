const FIRST_PRIME = 0x9e3779b1;
const SECOND_PRIME = 0x85ebca77;
const THIRD_PRIME = 0xc2b2ae35;

/**
 * 64 bits of an id in two words, without allocating.
 *
 * Two multiplicative lanes read two UTF-16 units a step, each turned by its own rotation so that
 * every unit reaches every bit of both; the end is mixed as in MurmurHash3's finalizer (A. Appleby).
 * Lanes that each read only every other unit are as fast and collide for ids such as `1_2_3`.
 */
export class IdHash {
  low = 0;
  high = 0;

  /** Puts the hash of `id` into `low` and `high`. A number hashes as its decimal text. */
  take(id: string | number): void {
    const text = typeof id === "string" ? id : String(id);
    const { length } = text;
    let a = 0x243f6a88;
    let b = 0x13198a2e;
    let at = 0;
    for (; at + 1 < length; at += 2) {
      const pair = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16);
      a = Math.imul(a ^ pair, FIRST_PRIME);
      a = (a << 15) | (a >>> 17);
      b = Math.imul(((b << 11) | (b >>> 21)) ^ pair, SECOND_PRIME);
    }
    if (at < length) {
      const unit = text.charCodeAt(at);
      a = Math.imul(a ^ unit, FIRST_PRIME);
      a = (a << 15) | (a >>> 17);
      b = Math.imul(((b << 11) | (b >>> 21)) ^ unit, SECOND_PRIME);
    }
    a ^= length;
    a = Math.imul(a ^ (a >>> 16), SECOND_PRIME);
    a ^= Math.imul(b ^ (b >>> 13), THIRD_PRIME);
    b = Math.imul(b ^ (b >>> 16), SECOND_PRIME);
    b ^= Math.imul(a ^ (a >>> 13), THIRD_PRIME);
    this.low = a ^ (a >>> 16);
    this.high = b ^ (b >>> 15);
  }
}
