/**
 * A 32-bit hash of (seed, purpose, id): every generated value is a pure function of its row's id,
 * so any table can be generated alone and the traffic knows what the tables hold.
 * The finaliser is MurmurHash3's fmix32 (Appleby).
 */
export function hashOf(seed: number, purpose: number, id: number): number {
  let word = Math.imul(seed ^ Math.imul(purpose, 0x9e3779b1), 0x85ebca6b) ^ id;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  word ^= word >>> 16;
  word = Math.imul((word + purpose) | 0, 0x9e3779b1);
  word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
  return (word ^ (word >>> 15)) >>> 0;
}

/** Uniform in [0, 1). */
export function uniformOf(seed: number, purpose: number, id: number): number {
  return hashOf(seed, purpose, id) / 4_294_967_296;
}

const HEX_OF_16_BITS: readonly string[] = Array.from({ length: 65_536 }, (_, value) =>
  value.toString(16).padStart(4, "0"),
);

/** `digits` lowercase hexadecimal digits; `digits` is a multiple of 4. */
export function hexOf(seed: number, purpose: number, id: number, digits: number): string {
  let hex = "";
  for (let part = 0; hex.length < digits; part += 1) {
    const word = hashOf(seed ^ Math.imul(part + 1, 0x27d4eb2f), purpose, id);
    hex += HEX_OF_16_BITS[word >>> 16] ?? "";
    if (hex.length < digits) hex += HEX_OF_16_BITS[word & 0xffff] ?? "";
  }
  return hex;
}

/** A version 4 UUID (RFC 9562). */
export function uuidOf(seed: number, purpose: number, id: number): string {
  const hex = hexOf(seed, purpose, id, 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
