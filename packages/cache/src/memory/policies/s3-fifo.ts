import type { EvictionPolicy, PolicyColumns } from "../policy.ts";
import { GhostTable } from "./ghost-table.ts";
import { NO_COLUMNS } from "./no-columns.ts";
import { SlotLinks, SlotList } from "./slot-list.ts";

const SMALL_SHARE = 0.1;
/** Hits that take an entry from the small queue to the main one. */
const HITS_TO_STAY = 2;

/**
 * Three static queues: new entries pass through a small one, and only what is used meanwhile, or comes back soon after
 * it left, gets into the main one (Yang, Zhang, Qiu, Yue, Vinayak: FIFO queues are all you need for cache
 * eviction, SOSP '23). Hits cost nothing but the frequency that the table counts.
 */
export class S3FifoPolicy implements EvictionPolicy {
  readonly name = "s3-fifo";
  readonly needsLastUse = false;
  private readonly columnsNow: () => PolicyColumns;
  private columns: PolicyColumns = NO_COLUMNS;
  private readonly links = new SlotLinks();
  private readonly small = new SlotList(this.links);
  private readonly main = new SlotList(this.links);
  private isInMain: Uint8Array = new Uint8Array(0);
  private readonly ghosts = new GhostTable();
  /** The clock of the ghosts: entries that came. */
  private additions = 0;
  private smallSize = 1;

  constructor(columns: () => PolicyColumns) {
    this.columnsNow = columns;
  }

  resize(capacity: number): void {
    this.columns = this.columnsNow();
    this.links.resize(capacity);
    const isInMain = new Uint8Array(capacity);
    isInMain.set(this.isInMain.subarray(0, capacity));
    this.isInMain = isInMain;
  }

  aim(entries: number): void {
    this.smallSize = Math.max(1, Math.round(entries * SMALL_SHARE));
    this.ghosts.aim(entries, entries);
  }

  added(slot: number, keyHash: number): void {
    this.additions = (this.additions + 1) >>> 0;
    const isBack = this.ghosts.take(keyHash, this.additions) !== undefined;
    this.isInMain[slot] = isBack ? 1 : 0;
    (isBack ? this.main : this.small).append(slot);
  }

  removed(slot: number): void {
    (this.isInMain[slot] === 1 ? this.main : this.small).remove(slot);
  }

  evict(): number {
    for (;;) {
      const isFromSmall = this.small.size >= this.smallSize || this.main.size === 0;
      const victim = isFromSmall && this.small.size > 0 ? this.leaveSmall() : this.leaveMain();
      if (victim >= 0) return victim;
    }
  }

  private leaveSmall(): number {
    const slot = this.small.first;
    const { frequency, keyHash } = this.columns;
    this.small.remove(slot);
    if ((frequency[slot] ?? 0) >= HITS_TO_STAY) {
      frequency[slot] = 0;
      this.isInMain[slot] = 1;
      this.main.append(slot);
      return -1;
    }
    this.ghosts.put(keyHash[slot] ?? 0, this.additions, 0, this.additions);
    return slot;
  }

  private leaveMain(): number {
    const slot = this.main.first;
    const { frequency } = this.columns;
    const hits = frequency[slot] ?? 0;
    if (hits === 0) {
      this.main.remove(slot);
      return slot;
    }
    frequency[slot] = hits - 1;
    this.main.moveToEnd(slot);
    return -1;
  }
}
