import type { BucketTable } from "./bucket-tables.ts";
import type { KeptExemplars } from "./exemplar.ts";
import type { HistogramData } from "./histogram-data.ts";
import {
  HISTOGRAM_NUMBERS,
  type HistogramMemory,
  type OwnParts,
  withOwnParts,
} from "./histogram-memory.ts";
import { BUCKETS_PER_OCTAVE, bucketIndex } from "./log-linear.ts";
import type { Labels } from "./metric-family.ts";
import type { NumberRecord } from "./number-records.ts";

const SUM = 0;
const MIN = 1;
const MAX = 2;
const STARTED = 3;

const FIRST_SLOTS = 4;
/** Slots to look at for a bucket; a table in which these are taken grows. */
const MOST_PROBES = 8;
/** No slot. */
const NONE = -1;
/** Of a slot: the rest is the bucket's index plus one. */
const COUNT_BITS = 16;
const COUNT_MASK = 0xffff;
const CARRY = 2 ** COUNT_BITS;

/** Where the handles of removed series write, and nobody reads. */
const NOWHERE: NumberRecord = { page: new Float64Array(HISTOGRAM_NUMBERS), offset: 0 };
const NO_BUCKETS: Uint32Array = new Uint32Array(1);

/**
 * A sparse log-linear histogram of one set of label values. Bind it once and keep it: recording a value is some shifts and additions
 * in typed arrays and leaves nothing for the garbage collector.
 */
export class HistogramSeries {
  private memory: HistogramMemory;
  private words: Uint32Array;
  private offset: number;
  private mask: number;
  private numbers: Float64Array;
  private at: number;

  constructor(memory: HistogramMemory, startedAtMs: number) {
    this.memory = memory;
    const { words, offset } = memory.tables.allocate(FIRST_SLOTS);
    this.words = words;
    this.offset = offset;
    this.mask = FIRST_SLOTS - 1;
    const { page, offset: at } = memory.records.allocate();
    this.numbers = page;
    this.at = at;
    page[at + MIN] = Number.POSITIVE_INFINITY;
    page[at + MAX] = Number.NEGATIVE_INFINITY;
    page[at + STARTED] = startedAtMs;
  }

  /**
   * Records one value.
   *
   * @param value zero and what is negative share a bucket; what is not finite is left out, as no duration or size is, and one would spoil the sum for good
   * @param exemplar what leads to this value, such as `{ trace_id }`; the latest of each power of two is kept for OpenMetrics
   */
  record(value: number, exemplar?: Labels): void {
    if (!Number.isFinite(value)) return;
    const index = bucketIndex(value);
    let slot = this.offset + (spread(index) & this.mask);
    if ((this.words[slot] ?? 0) >>> COUNT_BITS !== index + 1) slot = this.locate(index);
    const { words, numbers, at } = this;
    const head = words[slot] ?? 0;
    if ((head & COUNT_MASK) === COUNT_MASK) this.addCount(slot, index, 1);
    else words[slot] = head + 1;
    numbers[at] = (numbers[at] ?? 0) + value;
    if (value < (numbers[at + MIN] ?? 0)) numbers[at + MIN] = value;
    if (value > (numbers[at + MAX] ?? 0)) numbers[at + MAX] = value;
    if (exemplar !== undefined) this.keepExemplar(index, value, exemplar);
  }

  /**
   * Records a value many times at once, such as a bucket of another histogram.
   *
   * @param times a whole number, at least 1; else nothing is recorded
   */
  recordMany(value: number, times: number): void {
    if (!Number.isFinite(value) || !Number.isSafeInteger(times) || times < 1) return;
    const { numbers, at } = this;
    const index = bucketIndex(value);
    this.addCount(this.locate(index), index, times);
    numbers[at + SUM] = (numbers[at + SUM] ?? 0) + value * times;
    if (value < (numbers[at + MIN] ?? 0)) numbers[at + MIN] = value;
    if (value > (numbers[at + MAX] ?? 0)) numbers[at + MAX] = value;
  }

  /** What was given with recorded values; undefined where nothing was. */
  get exemplars(): KeptExemplars | undefined {
    return this.memory.own?.exemplars;
  }

  /** When the series began, in ms since 1970. */
  get startedAtMs(): number {
    return this.numbers[this.at + STARTED] ?? 0;
  }

  get sum(): number {
    return this.numbers[this.at + SUM] ?? 0;
  }

  /** Calls `visit` with each bucket that holds something, in no order. */
  forEachBucket(visit: (index: number, count: number) => void): void {
    const { words, offset, mask } = this;
    const carries = this.memory.own?.carries;
    for (let slot = offset; slot <= offset + mask; slot += 1) {
      const head = words[slot] ?? 0;
      if (head === 0) continue;
      const index = (head >>> COUNT_BITS) - 1;
      const carried = carries?.get(index) ?? 0;
      visit(index, carried * CARRY + (head & COUNT_MASK));
    }
  }

  /** A copy as plain data. */
  read(): HistogramData {
    const indices: number[] = [];
    const countOf = new Map<number, number>();
    let count = 0;
    this.forEachBucket((index, held) => {
      indices.push(index);
      countOf.set(index, held);
      count += held;
    });
    indices.sort((left, right) => left - right);
    return {
      count,
      sum: this.sum,
      min: this.numbers[this.at + MIN] ?? 0,
      max: this.numbers[this.at + MAX] ?? 0,
      indices,
      counts: indices.map((index) => countOf.get(index) ?? 0),
    };
  }

  /** For the metric that forgets it: gives its memory back; who still holds the series records nowhere. */
  release(): void {
    if (this.words === NO_BUCKETS) return;
    const { tables, records } = this.memory;
    tables.release({ words: this.words, offset: this.offset, slots: this.mask + 1 });
    records.release({ page: this.numbers, offset: this.at });
    this.words = NO_BUCKETS;
    this.offset = 0;
    this.mask = 0;
    this.numbers = NOWHERE.page;
    this.at = NOWHERE.offset;
  }

  private keepExemplar(index: number, value: number, labels: Labels): void {
    const octave = Math.floor(index / BUCKETS_PER_OCTAVE);
    this.ownParts().exemplars.keep(octave, { labels, value, takenAtMs: this.memory.nowMs() });
  }

  private ownParts(): OwnParts {
    const { own } = this.memory;
    if (own !== undefined) return own;
    const memory = withOwnParts(this.memory);
    this.memory = memory;
    return memory.own;
  }

  /** The slot of a bucket, made where there is none. */
  private locate(index: number): number {
    if (this.words === NO_BUCKETS) return this.offset;
    let slot = this.probe(index);
    for (let slots = (this.mask + 1) * 2; slot === NONE; slots *= 2)
      if (this.moveTo(slots)) slot = this.probe(index);
    if (this.words[slot] === 0) this.words[slot] = (index + 1) << COUNT_BITS;
    return slot;
  }

  /** The slot of a bucket, or the free one where it would be; `NONE` where there is neither: linear probing. */
  private probe(index: number): number {
    const { words, offset, mask } = this;
    const home = spread(index);
    const end = home + Math.min(MOST_PROBES, mask + 1);
    for (let at = home; at < end; at += 1) {
      const slot = offset + (at & mask);
      const head = words[slot] ?? 0;
      if (head === 0 || head >>> COUNT_BITS === index + 1) return slot;
    }
    return NONE;
  }

  /** @returns false, and changes nothing, where the entries do not fit into a table of this size */
  private moveTo(slots: number): boolean {
    const { tables } = this.memory;
    const old = { words: this.words, offset: this.offset, slots: this.mask + 1 };
    const wider = tables.allocate(slots);
    this.use(wider);
    for (let from = old.offset; from < old.offset + old.slots; from += 1) {
      const head = old.words[from] ?? 0;
      if (head === 0) continue;
      const slot = this.probe((head >>> COUNT_BITS) - 1);
      if (slot === NONE) {
        this.use(old);
        tables.release(wider);
        return false;
      }
      wider.words[slot] = head;
    }
    tables.release(old);
    return true;
  }

  private use({ words, offset, slots }: BucketTable): void {
    this.words = words;
    this.offset = offset;
    this.mask = slots - 1;
  }

  /** Adds to a count, and carries what the slot cannot hold. */
  private addCount(slot: number, index: number, more: number): void {
    if (this.words === NO_BUCKETS) return;
    const head = this.words[slot] ?? 0;
    const count = (head & COUNT_MASK) + more;
    this.words[slot] = head - (head & COUNT_MASK) + (count % CARRY);
    if (count < CARRY) return;
    const { carries } = this.ownParts();
    carries.set(index, (carries.get(index) ?? 0) + Math.floor(count / CARRY));
  }
}

/**
 * Where a bucket would like to be: neighbours side by side, and the same part of several octaves, as whole numbers and
 * powers of two give it, in different places. One to one, so that the largest table has a slot for every bucket.
 */
function spread(index: number): number {
  return index ^ (index >>> 5);
}
