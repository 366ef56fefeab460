import type { EvictionPolicy, PolicyColumns } from "../policy.ts";
import { FrequencySketch } from "./frequency-sketch.ts";
import { HillClimber } from "./hill-climber.ts";
import { NO_COLUMNS } from "./no-columns.ts";
import { SlotLinks, SlotList } from "./slot-list.ts";

const FIRST_WINDOW_SHARE = 0.01;
const PROTECTED_SHARE_OF_MAIN = 0.8;
/** A step of the hill climber takes as many uses as this times the entries. */
const PERIOD_IN_AIMS = 10;
const WINDOW = 0;
const PROBATION = 1;
const PROTECTED = 2;

/**
 * A window for what is new, and a main part into which an entry gets only when a sketch knows it as used more often than
 * the one that it would replace (TinyLFU: ACM Transactions on Storage, 2017, as in Caffeine); the window's size climbs
 * towards the better hit ratio. Hits are read from the table when an entry comes to the end of its queue,
 * so that the queues are clocks rather than exact recency lists.
 */
export class WTinyLfuPolicy implements EvictionPolicy {
  readonly name = "w-tiny-lfu";
  readonly needsLastUse = true;
  private readonly columnsNow: () => PolicyColumns;
  private columns: PolicyColumns = NO_COLUMNS;
  private readonly links = new SlotLinks();
  private readonly window = new SlotList(this.links);
  private readonly probation = new SlotList(this.links);
  private readonly protectedOnes = new SlotList(this.links);
  private segments: Uint8Array = new Uint8Array(0);
  private readonly sketch = new FrequencySketch();
  private readonly climber = new HillClimber(FIRST_WINDOW_SHARE);
  private aimed = 1;
  /** The use with which the climber's period began; −1 before the first. */
  private periodBeganAt = -1;
  private additions = 0;

  constructor(columns: () => PolicyColumns) {
    this.columnsNow = columns;
  }

  resize(capacity: number): void {
    this.columns = this.columnsNow();
    this.links.resize(capacity);
    const segments = new Uint8Array(capacity);
    segments.set(this.segments.subarray(0, capacity));
    this.segments = segments;
  }

  aim(entries: number): void {
    this.aimed = entries;
    this.sketch.aim(entries);
  }

  added(slot: number, keyHash: number): void {
    this.sketch.add(keyHash, 1);
    this.append(slot, WINDOW);
    this.additions += 1;
    this.endPeriod(this.columns.lastUse[slot] ?? 0);
  }

  removed(slot: number): void {
    this.listOf(slot).remove(slot);
  }

  evict(): number {
    const candidate = this.leastOfWindow();
    const victim = this.leastOfMain();
    if (victim < 0) return this.taken(candidate < 0 ? this.window.first : candidate);
    if (candidate < 0) return this.taken(victim);
    const { keyHash } = this.columns;
    const isCandidateBetter =
      this.sketch.estimate(keyHash[candidate] ?? 0) > this.sketch.estimate(keyHash[victim] ?? 0);
    if (!isCandidateBetter) return this.taken(candidate);
    this.move(candidate, PROBATION);
    return this.taken(victim);
  }

  private get windowSize(): number {
    return Math.max(1, Math.round(this.aimed * this.climber.share));
  }

  /** The window's entry that has to stand the comparison; -1 while the window has room. */
  private leastOfWindow(): number {
    const held = this.window.size + this.probation.size + this.protectedOnes.size;
    const mainSize = Math.max(0, Math.min(this.aimed, held) - this.windowSize);
    while (this.window.size > 0) {
      const isMainFull = this.probation.size + this.protectedOnes.size >= mainSize;
      if (this.window.size < this.windowSize && isMainFull) return -1;
      const slot = this.window.first;
      if (this.noteHits(slot) > 0) this.window.moveToEnd(slot);
      else if (isMainFull) return slot;
      else this.move(slot, PROBATION);
    }
    return -1;
  }

  private leastOfMain(): number {
    this.demote();
    for (;;) {
      const slot = this.probation.first;
      if (slot < 0) return this.protectedOnes.first;
      if (this.noteHits(slot) === 0) return slot;
      this.move(slot, PROTECTED);
      this.demote();
    }
  }

  /** Keeps the protected segment within its share of the main part. */
  private demote(): void {
    const most = (this.probation.size + this.protectedOnes.size) * PROTECTED_SHARE_OF_MAIN;
    while (this.protectedOnes.size > most) {
      const slot = this.protectedOnes.first;
      if (this.noteHits(slot) > 0) this.protectedOnes.moveToEnd(slot);
      else this.move(slot, PROBATION);
    }
  }

  private noteHits(slot: number): number {
    const { frequency, keyHash } = this.columns;
    const hits = frequency[slot] ?? 0;
    if (hits === 0) return 0;
    frequency[slot] = 0;
    this.sketch.add(keyHash[slot] ?? 0, hits);
    return hits;
  }

  private endPeriod(now: number): void {
    if (this.periodBeganAt < 0) this.periodBeganAt = now;
    const uses = (now - this.periodBeganAt) >>> 0;
    if (uses < PERIOD_IN_AIMS * this.aimed) return;
    this.climber.climb(1 - this.additions / uses);
    this.periodBeganAt = now;
    this.additions = 0;
  }

  private taken(slot: number): number {
    this.listOf(slot).remove(slot);
    return slot;
  }

  private move(slot: number, segment: number): void {
    this.listOf(slot).remove(slot);
    this.append(slot, segment);
  }

  private append(slot: number, segment: number): void {
    this.segments[slot] = segment;
    this.listOf(slot).append(slot);
  }

  private listOf(slot: number): SlotList {
    const segment = this.segments[slot];
    if (segment === WINDOW) return this.window;
    return segment === PROBATION ? this.probation : this.protectedOnes;
  }
}
