/** Which slots are held, one bit a slot, and held slots from random places. */
export class SlotSampler {
  private words: Uint32Array = new Uint32Array(0);
  private usedSlots = 0;
  private state = 0x9e3779b9;

  resize(capacity: number): void {
    const words = new Uint32Array((capacity + 31) >>> 5);
    words.set(this.words.subarray(0, words.length));
    this.words = words;
    this.usedSlots = Math.min(this.usedSlots, capacity);
  }

  add(slot: number): void {
    this.words[slot >>> 5] = (this.words[slot >>> 5] ?? 0) | (1 << (slot & 31));
    if (slot >= this.usedSlots) this.usedSlots = slot + 1;
  }

  delete(slot: number): void {
    this.words[slot >>> 5] = (this.words[slot >>> 5] ?? 0) & ~(1 << (slot & 31));
  }

  /** Uniform in [0, 1); the xorshift of Marsaglia (2003), the same on every run. */
  random(): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) / 4_294_967_296;
  }

  /** A place from where to go on with {@link heldFrom}. */
  randomPlace(): number {
    return Math.floor(this.random() * this.usedSlots);
  }

  /** The first held slot at or after this one, in a circle. At least one must be held. */
  heldFrom(slot: number): number {
    const words = (this.usedSlots + 31) >>> 5;
    let word = slot < this.usedSlots ? slot >>> 5 : 0;
    let bits = (this.words[word] ?? 0) & (slot < this.usedSlots ? -1 << (slot & 31) : -1);
    for (let looked = 0; bits === 0 && looked <= words; looked += 1) {
      word = word + 1 < words ? word + 1 : 0;
      bits = this.words[word] ?? 0;
    }
    return (word << 5) + 31 - Math.clz32(bits & -bits);
  }
}
