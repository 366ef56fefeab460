import { LabelDictionary } from "./label-dictionary.ts";

/** Up to so many labels are looked up one by one. */
export const FEW_LABELS = 4;

const UNKNOWN = -1;
const FIRST_SLOTS = 8;
const GROWTH = 1.5;
const REMOVED = -1;

/** A place in the table; stays the same as long as the series exists. */
export type SeriesSlot = number;

/**
 * The series of one metric by their label values: an open-addressed hash table over the numbers that stand for the values, without an
 * object or a text a series beside the series itself.
 */
export class SeriesTable<Series> {
  private readonly dictionaries: readonly LabelDictionary[];
  /** Numbers of the label values, side by side, by slot. */
  private labelIds: Int32Array;
  private readonly series: (Series | undefined)[] = [];
  /** How many series there had been when this one was made: tells a reader which are newer than it. */
  private ordinals: Uint32Array;
  private readonly freeSlots: SeriesSlot[] = [];
  /** One more than a slot; 0: free, `REMOVED`: was in use. */
  private buckets: Int32Array = new Int32Array(FIRST_SLOTS * 2);
  private bucketsUsed = 0;
  private readonly sought: Int32Array;
  private made = 0;
  private present = 0;

  constructor(labelCount: number) {
    this.dictionaries = Array.from({ length: labelCount }, () => new LabelDictionary());
    this.sought = new Int32Array(labelCount);
    this.labelIds = new Int32Array(FIRST_SLOTS * labelCount);
    this.ordinals = new Uint32Array(FIRST_SLOTS);
  }

  /** How many series there are. */
  get size(): number {
    return this.present;
  }

  /** One more than the greatest slot in use. */
  get slotCount(): number {
    return this.series.length;
  }

  /** How many series were ever made; a series whose ordinal is at least this is newer. */
  get seriesMade(): number {
    return this.made;
  }

  /** The series of these values. */
  find(values: readonly string[]): Series | undefined {
    const slot = this.slotOf(values);
    return slot === undefined ? undefined : this.series[slot];
  }

  /** The same for at most `FEW_LABELS` values, in half the time; what stands behind the last label is not looked at. */
  findFew(
    first: string | undefined,
    second: string | undefined,
    third: string | undefined,
    fourth: string | undefined,
  ): Series | undefined {
    const { dictionaries, labelIds, buckets } = this;
    const width = dictionaries.length;
    const a = width > 0 ? idOf(dictionaries[0], first) : 0;
    const b = width > 1 ? idOf(dictionaries[1], second) : 0;
    const c = width > 2 ? idOf(dictionaries[2], third) : 0;
    const d = width > 3 ? idOf(dictionaries[3], fourth) : 0;
    if ((a | b | c | d) < 0) return undefined;
    const mask = buckets.length - 1;
    const hash = mix(mix(mix(mix(0, a), b), c), d);
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const entry = buckets[at] ?? 0;
      if (entry === 0) return undefined;
      if (entry === REMOVED) continue;
      const start = (entry - 1) * width;
      const isFound =
        (width < 1 || labelIds[start] === a) &&
        (width < 2 || labelIds[start + 1] === b) &&
        (width < 3 || labelIds[start + 2] === c) &&
        (width < 4 || labelIds[start + 3] === d);
      if (isFound) return this.series[entry - 1];
    }
  }

  at(slot: SeriesSlot): Series | undefined {
    return this.series[slot];
  }

  ordinalAt(slot: SeriesSlot): number {
    return this.ordinals[slot] ?? 0;
  }

  /** The value of a label of the series in a slot. */
  labelAt(slot: SeriesSlot, position: number): string {
    const id = this.labelIds[slot * this.dictionaries.length + position] ?? 0;
    return this.dictionaries[position]?.valueOf(id) ?? "";
  }

  /** Adds a series under values that none has. */
  add(values: readonly string[], series: Series): void {
    const slot = this.freeSlots.pop() ?? this.series.length;
    if (slot >= this.ordinals.length) this.growColumns();
    for (const [position, dictionary] of this.dictionaries.entries()) {
      const id = dictionary.acquire(values[position] ?? "");
      this.labelIds[slot * this.dictionaries.length + position] = id;
    }
    this.series[slot] = series;
    this.ordinals[slot] = this.made;
    this.made += 1;
    this.present += 1;
    if ((this.bucketsUsed + 1) * 4 > this.buckets.length * 3) this.rebuild();
    else this.enter(slot);
  }

  /** @returns the series that these values had */
  remove(values: readonly string[]): Series | undefined {
    const slot = this.slotOf(values);
    if (slot === undefined) return undefined;
    const removed = this.series[slot];
    this.buckets[this.bucketOf(slot)] = REMOVED;
    for (const [position, dictionary] of this.dictionaries.entries())
      dictionary.release(this.labelIds[slot * this.dictionaries.length + position] ?? 0);
    this.series[slot] = undefined;
    this.freeSlots.push(slot);
    this.present -= 1;
    return removed;
  }

  private slotOf(values: readonly string[]): SeriesSlot | undefined {
    const { dictionaries, sought, buckets } = this;
    for (let position = 0; position < dictionaries.length; position += 1) {
      const id = idOf(dictionaries[position], values[position]);
      if (id === UNKNOWN) return undefined;
      sought[position] = id;
    }
    const hash = hashOf(sought, 0, sought.length);
    const mask = buckets.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const entry = buckets[at] ?? 0;
      if (entry === 0) return undefined;
      if (entry !== REMOVED && this.hasSought(entry - 1)) return entry - 1;
    }
  }

  private hasSought(slot: SeriesSlot): boolean {
    const { sought, labelIds } = this;
    const start = slot * sought.length;
    for (let position = 0; position < sought.length; position += 1)
      if (labelIds[start + position] !== sought[position]) return false;
    return true;
  }

  private hashAt(slot: SeriesSlot): number {
    const width = this.dictionaries.length;
    return hashOf(this.labelIds, slot * width, width);
  }

  private bucketOf(slot: SeriesSlot): number {
    const mask = this.buckets.length - 1;
    let at = this.hashAt(slot) & mask;
    while (this.buckets[at] !== slot + 1) at = (at + 1) & mask;
    return at;
  }

  private enter(slot: SeriesSlot): void {
    const mask = this.buckets.length - 1;
    let at = this.hashAt(slot) & mask;
    while (this.buckets[at] !== 0) at = (at + 1) & mask;
    this.buckets[at] = slot + 1;
    this.bucketsUsed += 1;
  }

  /** Makes room for as many again, and forgets the removed ones. */
  private rebuild(): void {
    let length = this.buckets.length;
    while (this.present * 2 > length) length *= 2;
    this.buckets = new Int32Array(length);
    this.bucketsUsed = 0;
    for (const [slot, series] of this.series.entries()) if (series !== undefined) this.enter(slot);
  }

  private growColumns(): void {
    const slots = Math.ceil(this.ordinals.length * GROWTH);
    const ordinals = new Uint32Array(slots);
    ordinals.set(this.ordinals);
    this.ordinals = ordinals;
    const labelIds = new Int32Array(slots * this.dictionaries.length);
    labelIds.set(this.labelIds);
    this.labelIds = labelIds;
  }
}

function idOf(dictionary: LabelDictionary | undefined, value: string | undefined): number {
  return value === undefined ? UNKNOWN : (dictionary?.find(value) ?? UNKNOWN);
}

/** Of at least `FEW_LABELS` numbers: labels that are not there count as 0. */
function hashOf(ids: Int32Array, start: number, width: number): number {
  let hash = 0;
  for (let position = 0; position < Math.max(width, FEW_LABELS); position += 1)
    hash = mix(hash, position < width ? (ids[start + position] ?? 0) : 0);
  return hash;
}

/** One step of a multiplicative hash (Knuth 6.4) with the upper bits brought down. */
function mix(hash: number, id: number): number {
  const mixed = Math.imul(hash ^ (id + 1), 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
