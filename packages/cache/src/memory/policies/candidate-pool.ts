const MOST_CANDIDATES = 16;

/**
 * The entries found worth least so far, the least first. Kept from one eviction to the next, so that few new ones
 * need a look each time (the pool of Redis's approximated LRU does the same).
 */
export class CandidatePool {
  private readonly slots = new Int32Array(MOST_CANDIDATES + 1);
  private readonly worths = new Float64Array(MOST_CANDIDATES + 1);
  private readonly ages = new Float64Array(MOST_CANDIDATES + 1);
  private count = 0;

  get size(): number {
    return this.count;
  }

  slotAt(place: number): number {
    return this.slots[place] ?? -1;
  }

  clear(): void {
    this.count = 0;
  }

  /** Takes an entry in by its worth, the older one first among equals; returns one that had to leave, or -1. */
  offer(slot: number, worth: number, age: number): number {
    const { slots, worths, ages } = this;
    let place = this.count;
    while (place > 0) {
      const worthBefore = worths[place - 1] ?? 0;
      if (worthBefore < worth || (worthBefore === worth && (ages[place - 1] ?? 0) >= age)) break;
      slots[place] = slots[place - 1] ?? 0;
      worths[place] = worthBefore;
      ages[place] = ages[place - 1] ?? 0;
      place -= 1;
    }
    slots[place] = slot;
    worths[place] = worth;
    ages[place] = age;
    if (this.count < MOST_CANDIDATES) {
      this.count += 1;
      return -1;
    }
    return slots[MOST_CANDIDATES] ?? -1;
  }

  /** Takes out the entry worth least; -1 when there is none. */
  takeLeast(): number {
    if (this.count === 0) return -1;
    const least = this.slots[0] ?? -1;
    this.slots.copyWithin(0, 1, this.count);
    this.worths.copyWithin(0, 1, this.count);
    this.ages.copyWithin(0, 1, this.count);
    this.count -= 1;
    return least;
  }
}
