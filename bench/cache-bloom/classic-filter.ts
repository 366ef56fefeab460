const HASHES = 7;

/**
 * The textbook filter as a rival: one array of bits, seven bits an id anywhere in it, positions by
 * double hashing over two FNV-1a sums with different starts (Kirsch, Mitzenmacher, ESA 2006).
 */
export class ClassicFilter {
  readonly #bits: Uint8Array;
  readonly #size: number;
  #position = 0;
  #stride = 0;

  constructor(expectedIds: number, bitsPerId: number) {
    this.#size = expectedIds * bitsPerId;
    this.#bits = new Uint8Array(Math.ceil(this.#size / 8));
  }

  add(id: string): void {
    this.#hash(id);
    for (let hash = 0; hash < HASHES; hash += 1) {
      const bit = this.#position % this.#size;
      this.#bits[bit >>> 3] = (this.#bits[bit >>> 3] ?? 0) | (1 << (bit & 7));
      this.#position = (this.#position + this.#stride) >>> 0;
    }
  }

  has(id: string): boolean {
    this.#hash(id);
    for (let hash = 0; hash < HASHES; hash += 1) {
      const bit = this.#position % this.#size;
      if (((this.#bits[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
      this.#position = (this.#position + this.#stride) >>> 0;
    }
    return true;
  }

  #hash(id: string): void {
    let first = 0x811c9dc5;
    let second = 0x9747b28c;
    for (let at = 0; at < id.length; at += 1) {
      const unit = id.charCodeAt(at);
      first = Math.imul(first ^ unit, 0x01000193);
      second = Math.imul(second ^ unit, 0x01000193);
    }
    this.#position = mixed(first);
    this.#stride = mixed(second) | 1;
  }

  get sizeBytes(): number {
    return this.#bits.byteLength;
  }
}

function mixed(hash: number): number {
  const word = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (word ^ (word >>> 13)) >>> 0;
}
