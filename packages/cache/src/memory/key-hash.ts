/**
 * A 32-bit hash of a key, well mixed in all bits (FNV-1a over UTF-16 units, finished by the mixer of MurmurHash3, both
 * public domain). Policies, sketches and samples share it; it decides nothing about equality.
 */
export function keyHash(seed: number, id: string | number): number {
  let hash = (seed ^ 0x811c9dc5) | 0;
  if (typeof id === "number") {
    hash = Math.imul(hash ^ (id | 0), 0x01000193);
    hash = Math.imul(hash ^ Math.floor(id / 4_294_967_296), 0x01000193);
  } else {
    for (let index = 0; index < id.length; index += 1) {
      hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
    }
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
