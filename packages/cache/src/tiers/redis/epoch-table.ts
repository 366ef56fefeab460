const BLANK = 0x20;
const ZERO = 0x30;

/** There is no epoch, or it is of another generation: whatever depends on it is invalid. */
export const NO_EPOCH: number = Number.POSITIVE_INFINITY;

/** The number of an epoch as it lies in Redis, `generation number`. */
export function epochNumber(epoch: unknown, generation: string): number {
  if (!Buffer.isBuffer(epoch) || epoch[generation.length] !== BLANK) return NO_EPOCH;
  for (let index = 0; index < generation.length; index += 1) {
    if (epoch[index] !== generation.charCodeAt(index)) return NO_EPOCH;
  }
  const start = generation.length + 1;
  if (start >= epoch.length) return NO_EPOCH;
  let number = 0;
  for (let index = start; index < epoch.length; index += 1) {
    const digit = (epoch[index] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return NO_EPOCH;
    number = number * 10 + digit;
  }
  return number;
}

/** Up to here looking through a list is quicker than hashing. */
const SHORT_LIST = 8;

/** The epochs that one batch of reads needs, each tag once. */
export class EpochTable {
  /** In the order in which they were first wanted. */
  readonly tags: string[] = [];
  readonly #numbers: number[] = [];
  #places: Map<string, number> | undefined;

  /** Wants the epoch of a tag, unless it is wanted already. */
  want(tag: string): void {
    if (this.#placeOf(tag) >= 0) return;
    this.#places?.set(tag, this.tags.length);
    this.tags.push(tag);
    if (this.tags.length > SHORT_LIST && this.#places === undefined)
      this.#places = new Map(this.tags.map((known, place) => [known, place]));
  }

  /** Notes what Redis gave for the tags from `first` on; it stands in `epochs` from `from` on. */
  note(first: number, epochs: readonly unknown[], from: number, generation: string): void {
    for (let place = first; place < this.tags.length; place += 1)
      this.#numbers[place] = epochNumber(epochs[from + place - first], generation);
  }

  /** Undefined for a tag whose epoch was not read yet. */
  numberOf(tag: string): number | undefined {
    const place = this.#placeOf(tag);
    return place < 0 ? undefined : this.#numbers[place];
  }

  #placeOf(tag: string): number {
    return this.#places === undefined ? this.tags.indexOf(tag) : (this.#places.get(tag) ?? -1);
  }
}
