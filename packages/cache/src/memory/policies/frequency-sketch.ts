const ROWS = 4;
const MOST = 15;
const COUNTERS_A_WORD = 8;
/** Counters for each entry of the cache, four bits each. */
const COUNTERS_AN_ENTRY = 8;
/** All counts are halved after so many additions for each entry of the cache. */
const ADDITIONS_TO_HALVING = 10;
const ROW_SEEDS = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f] as const;

/**
 * How often keys were used of late, in four bits a counter: a count-min sketch (Cormode and Muthukrishnan, 2005) with
 * conservative update, halved now and then so that the past fades (TinyLFU: Einziger, Friedman, Manes, 2017).
 */
export class FrequencySketch {
  private words: Uint32Array = new Uint32Array(1);
  private mask = COUNTERS_A_WORD - 1;
  private additions = 0;
  private additionsToHalving = ADDITIONS_TO_HALVING;

  /** Sizes the sketch for so many entries; a sketch of another size begins anew. */
  aim(entries: number): void {
    const counters = 2 ** Math.ceil(Math.log2(Math.max(64, entries * COUNTERS_AN_ENTRY)));
    this.additionsToHalving = ADDITIONS_TO_HALVING * entries;
    if (counters <= this.mask + 1) return;
    this.words = new Uint32Array(counters / COUNTERS_A_WORD);
    this.mask = counters - 1;
    this.additions = 0;
  }

  /** Uses counted, 0 to 15; never less than the truth since the last halving, up to 15. */
  estimate(keyHash: number): number {
    let least = MOST;
    for (let row = 0; row < ROWS; row += 1) {
      least = Math.min(least, this.counterAt(this.placeOf(keyHash, row)));
    }
    return least;
  }

  add(keyHash: number, uses: number): void {
    for (let use = 0; use < uses; use += 1) this.addOne(keyHash);
  }

  private addOne(keyHash: number): void {
    const least = this.estimate(keyHash);
    if (least === MOST) return;
    for (let row = 0; row < ROWS; row += 1) {
      const place = this.placeOf(keyHash, row);
      if (this.counterAt(place) > least) continue;
      const word = place >>> 3;
      this.words[word] = (this.words[word] ?? 0) + (1 << ((place & 7) * 4));
    }
    this.additions += 1;
    if (this.additions >= this.additionsToHalving) this.halve();
  }

  private halve(): void {
    this.additions >>>= 1;
    for (let word = 0; word < this.words.length; word += 1) {
      this.words[word] = ((this.words[word] ?? 0) >>> 1) & 0x77777777;
    }
  }

  private counterAt(place: number): number {
    return ((this.words[place >>> 3] ?? 0) >>> ((place & 7) * 4)) & MOST;
  }

  private placeOf(keyHash: number, row: number): number {
    const mixed = Math.imul(keyHash ^ (keyHash >>> 15), ROW_SEEDS[row] ?? 1);
    return (mixed ^ (mixed >>> 16)) & this.mask;
  }
}
