import type { EvictionPolicy, PolicyColumns } from "../policy.ts";
import { CandidatePool } from "./candidate-pool.ts";
import { GhostTable } from "./ghost-table.ts";
import { NO_COLUMNS } from "./no-columns.ts";
import { ReuseModel } from "./reuse-model.ts";
import { SlotSampler } from "./slot-sampler.ts";

/** Entries looked at anew for one eviction, in runs of neighbours that share lines of the processor's cache. */
const RUNS = 2;
const RUN_LENGTH = 8;
/** Ghosts for each entry; a small cache, whose ghosts cost little, has more. */
const GHOSTS_AN_ENTRY = 2;
const MOST_GHOSTS_AN_ENTRY = 8;
const GHOSTS_FOR_ALL = 65_536;
/** Uses after which an observation weighs half: so many times the entries, and never fewer than the second. */
const HALF_LIFE_IN_AIMS = 4;
const SHORTEST_HALF_LIFE = 6_000;
/** Evictions between two lessons: a sixteenth of the entries, within these bounds. */
const LESSONS_AN_AIM = 16;
const FEWEST_BETWEEN_LESSONS = 128;
const MOST_BETWEEN_LESSONS = 1_024;
/** Entries, and ghosts, that stand for all that wait for a use. */
const WAITING_SAMPLE = 512;
const COUNT_MASK = 15;
const IS_CANDIDATE = 128;

/**
 * The default: evicts what is worth least by what was learned of this very cache's uses, see {@link ReuseModel}. A hit
 * leaves only its number and its frequency behind; the policy takes note of it when it looks at the entry the next time. Of
 * several hits between two looks the times are drawn as if they had come at random.
 */
export class AdaptivePolicy implements EvictionPolicy {
  readonly name = "adaptive";
  readonly needsLastUse = true;
  private readonly columnsNow: () => PolicyColumns;
  private columns: PolicyColumns = NO_COLUMNS;
  /** The use up to which an entry's hits were noted. */
  private notedUse: Uint32Array = new Uint32Array(0);
  /** Count of uses (15 = and more) and whether the entry is a candidate. */
  private marks: Uint8Array = new Uint8Array(0);
  private readonly sampler = new SlotSampler();
  private readonly candidates = new CandidatePool();
  private readonly revalued = new Int32Array(32);
  private readonly ghosts = new GhostTable();
  private readonly model = new ReuseModel();
  private readonly ghostsForAll: number;
  private held = 0;
  private aimed = 1;
  /** The number of the latest use that the policy knows of. */
  private now = 0;
  private lastLessonAt = 0;
  private evictionsToLesson = FEWEST_BETWEEN_LESSONS;

  constructor(columns: () => PolicyColumns, share = 1) {
    this.columnsNow = columns;
    this.ghostsForAll = GHOSTS_FOR_ALL * share;
  }

  resize(capacity: number): void {
    this.columns = this.columnsNow();
    const notedUse = new Uint32Array(capacity);
    notedUse.set(this.notedUse.subarray(0, capacity));
    this.notedUse = notedUse;
    const marks = new Uint8Array(capacity);
    marks.set(this.marks.subarray(0, capacity));
    this.marks = marks;
    this.sampler.resize(capacity);
  }

  aim(entries: number): void {
    this.aimed = entries;
    const ghosts = Math.min(
      MOST_GHOSTS_AN_ENTRY * entries,
      GHOSTS_AN_ENTRY * entries + this.ghostsForAll,
    );
    this.ghosts.aim(ghosts, entries);
  }

  added(slot: number, keyHash: number): void {
    this.now = this.columns.lastUse[slot] ?? 0;
    this.notedUse[slot] = this.now;
    this.marks[slot] = this.countOfGhost(keyHash);
    this.sampler.add(slot);
    this.held += 1;
  }

  removed(slot: number): void {
    this.noteHits(slot);
    this.forget(slot);
  }

  evict(): number {
    this.revalueCandidates();
    this.lookForCandidates();
    const slot = this.candidates.takeLeast();
    this.forget(slot);
    this.evictionsToLesson -= 1;
    if (this.evictionsToLesson <= 0) this.learn();
    return slot;
  }

  private countOfGhost(keyHash: number): number {
    const ghost = this.ghosts.take(keyHash, this.now);
    if (ghost === undefined) return 0;
    this.model.sawUse(ghost.count, ghost.age);
    return Math.min(COUNT_MASK, ghost.count + 1);
  }

  private forget(slot: number): void {
    const count = (this.marks[slot] ?? 0) & COUNT_MASK;
    const lost = this.ghosts.put(
      this.columns.keyHash[slot] ?? 0,
      this.notedUse[slot] ?? 0,
      count,
      this.now,
    );
    if (lost !== undefined) this.model.sawLoss(lost.count, lost.age);
    this.marks[slot] = 0;
    this.sampler.delete(slot);
    this.held -= 1;
  }

  private revalueCandidates(): void {
    const { candidates, marks, revalued } = this;
    const size = candidates.size;
    for (let place = 0; place < size; place += 1) revalued[place] = candidates.slotAt(place);
    candidates.clear();
    for (let place = 0; place < size; place += 1) {
      const slot = revalued[place] ?? 0;
      const hasLeft = ((marks[slot] ?? 0) & IS_CANDIDATE) === 0;
      if (!hasLeft) this.consider(slot);
    }
  }

  private lookForCandidates(): void {
    for (let run = 0; run < RUNS; run += 1) {
      let slot = this.sampler.randomPlace();
      for (let step = 0; step < RUN_LENGTH; step += 1) {
        slot = this.sampler.heldFrom(slot);
        if (((this.marks[slot] ?? 0) & IS_CANDIDATE) === 0) this.consider(slot);
        slot += 1;
      }
    }
  }

  private consider(slot: number): void {
    this.noteHits(slot);
    const age = this.ageOf(slot);
    const mark = this.marks[slot] ?? 0;
    const displaced = this.candidates.offer(slot, this.model.worthOf(mark & COUNT_MASK, age), age);
    this.marks[slot] = mark | IS_CANDIDATE;
    if (displaced >= 0) this.marks[displaced] = (this.marks[displaced] ?? 0) & COUNT_MASK;
  }

  /** Uses since the entry's last one. */
  private ageOf(slot: number): number {
    return Math.max(0, (this.now - (this.notedUse[slot] ?? 0)) | 0);
  }

  /** Reads what hits left in the columns. */
  private noteHits(slot: number): void {
    const { frequency, lastUse } = this.columns;
    const hits = frequency[slot] ?? 0;
    if (hits === 0) return;
    frequency[slot] = 0;
    const mark = this.marks[slot] ?? 0;
    const latest = lastUse[slot] ?? 0;
    let count = mark & COUNT_MASK;
    let left = (latest - (this.notedUse[slot] ?? 0)) >>> 0;
    for (let unseen = hits - 1; unseen >= 0; unseen -= 1) {
      const gap = unseen === 0 ? left : Math.floor(left * this.shareOfFirstGap(unseen));
      left -= gap;
      this.model.sawUse(count, gap);
      if (count < COUNT_MASK) count += 1;
    }
    this.notedUse[slot] = latest;
    this.marks[slot] = (mark & IS_CANDIDATE) | count;
    if (((latest - this.now) | 0) > 0) this.now = latest;
  }

  /** The part of a time that passes before the first of so many uses at random moments. */
  private shareOfFirstGap(uses: number): number {
    return 1 - this.sampler.random() ** (1 / uses);
  }

  private learn(): void {
    this.evictionsToLesson = Math.min(
      MOST_BETWEEN_LESSONS,
      Math.max(FEWEST_BETWEEN_LESSONS, Math.floor(this.aimed / LESSONS_AN_AIM)),
    );
    this.countWaitingEntries();
    this.countWaitingGhosts();
    const elapsed = (this.now - this.lastLessonAt) >>> 0;
    this.lastLessonAt = this.now;
    const halfLife = Math.max(SHORTEST_HALF_LIFE, HALF_LIFE_IN_AIMS * this.aimed);
    this.model.learn(elapsed, halfLife);
  }

  private countWaitingEntries(): void {
    const looks = Math.min(this.held, WAITING_SAMPLE);
    const isWhole = looks === this.held;
    let slot = -1;
    for (let look = 0; look < looks; look += 1) {
      slot = this.sampler.heldFrom(isWhole ? slot + 1 : this.sampler.randomPlace());
      this.noteHits(slot);
      const count = (this.marks[slot] ?? 0) & COUNT_MASK;
      this.model.sawWaiting(count, this.ageOf(slot), this.held / looks);
    }
  }

  private countWaitingGhosts(): void {
    const { capacity } = this.ghosts;
    const looks = Math.min(capacity, 2 * WAITING_SAMPLE);
    for (let look = 0; look < looks; look += 1) {
      const cell = looks === capacity ? look : Math.floor(this.sampler.random() * capacity);
      const ghost = this.ghosts.at(cell, this.now);
      if (ghost !== undefined) this.model.sawWaiting(ghost.count, ghost.age, capacity / looks);
    }
  }
}
