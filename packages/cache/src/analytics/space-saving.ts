/** A key with its count; the true one lies between `count − error` and `count`. */
export interface Counted {
  readonly key: string;
  readonly count: number;
  readonly error: number;
}

/**
 * The most frequent keys of a stream in bounded memory: space-saving (Metwally, Agrawal, El Abbadi,
 * "Efficient Computation of Frequent and Top-k Elements in Data Streams", ICDT 2005).
 *
 * It counts `capacity` keys; a new one takes the place of the least, inherits its count and carries
 * it as error. A key whose true weight exceeds total / capacity is always among them, and no error
 * exceeds that. Weights may be any positive numbers, so the least is kept at the top of a binary heap
 * in typed arrays rather than in the paper's bucket list: O(log capacity) at worst, and mostly one step,
 * because a count that grows at the bottom of the heap stays there.
 */
export class SpaceSaving {
  readonly capacity: number;
  readonly #keys: string[] = [];
  readonly #slots: Map<string, number> = new Map();
  readonly #counts: Float64Array;
  readonly #errors: Float64Array;
  /** Slots, the least count first, each before its two children. */
  readonly #heap: Int32Array;
  /** Where in the heap a slot is. */
  readonly #places: Int32Array;
  #total = 0;

  /** @param capacity how many keys are counted, at least 1 */
  constructor(capacity: number) {
    this.capacity = Math.max(1, Math.floor(capacity));
    this.#counts = new Float64Array(this.capacity);
    this.#errors = new Float64Array(this.capacity);
    this.#heap = new Int32Array(this.capacity);
    this.#places = new Int32Array(this.capacity);
  }

  /** All weight that was offered, halved as the counts are. */
  get total(): number {
    return this.#total;
  }

  get size(): number {
    return this.#keys.length;
  }

  /** @param weight above 0; how many occurrences this stands for */
  offer(key: string, weight = 1): void {
    this.#total += weight;
    this.#put(key, weight, 0);
  }

  /** The keys of greatest count first; all that are counted where `limit` is left out. */
  top(limit: number = this.capacity): readonly Counted[] {
    return this.#keys
      .map((key, slot) => ({
        key,
        count: this.#counts[slot] ?? 0,
        error: this.#errors[slot] ?? 0,
      }))
      .sort((one, other) => other.count - one.count || (one.key < other.key ? -1 : 1))
      .slice(0, limit);
  }

  /** Halves all, so that the past fades; the order stays. */
  halve(): void {
    this.#total /= 2;
    for (let slot = 0; slot < this.#keys.length; slot += 1) {
      this.#counts[slot] = (this.#counts[slot] ?? 0) / 2;
      this.#errors[slot] = (this.#errors[slot] ?? 0) / 2;
    }
  }

  /** Takes over what another one counted, errors too. */
  restore(counted: readonly Counted[], total: number): void {
    this.#total += total;
    for (const { key, count, error } of counted) this.#put(key, count, error);
  }

  #put(key: string, weight: number, error: number): void {
    const known = this.#slots.get(key);
    if (known !== undefined) {
      this.#counts[known] = (this.#counts[known] ?? 0) + weight;
      this.#errors[known] = (this.#errors[known] ?? 0) + error;
      this.#sink(this.#places[known] ?? 0);
      return;
    }
    if (this.#keys.length < this.capacity) {
      this.#append(key, weight, error);
      return;
    }
    const least = this.#heap[0] ?? 0;
    const inherited = this.#counts[least] ?? 0;
    this.#slots.delete(this.#keys[least] ?? "");
    this.#slots.set(key, least);
    this.#keys[least] = key;
    this.#counts[least] = inherited + weight;
    this.#errors[least] = inherited + error;
    this.#sink(0);
  }

  #append(key: string, weight: number, error: number): void {
    const slot = this.#keys.length;
    this.#keys.push(key);
    this.#slots.set(key, slot);
    this.#counts[slot] = weight;
    this.#errors[slot] = error;
    let place = slot;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      const above = this.#heap[parent] ?? 0;
      if ((this.#counts[above] ?? 0) <= weight) break;
      this.#settle(above, place);
      place = parent;
    }
    this.#settle(slot, place);
  }

  /** Moves what grew down to its place. */
  #sink(from: number): void {
    const size = this.#keys.length;
    const slot = this.#heap[from] ?? 0;
    const count = this.#counts[slot] ?? 0;
    let place = from;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= size) break;
      const right = left + 1;
      const isRightLess = right < size && this.#countAt(right) < this.#countAt(left);
      const child = isRightLess ? right : left;
      if (this.#countAt(child) >= count) break;
      this.#settle(this.#heap[child] ?? 0, place);
      place = child;
    }
    this.#settle(slot, place);
  }

  #countAt(place: number): number {
    return this.#counts[this.#heap[place] ?? 0] ?? 0;
  }

  #settle(slot: number, place: number): void {
    this.#heap[place] = slot;
    this.#places[slot] = place;
  }
}
