import type { EvictionPolicy } from "../policy.ts";
import { SlotLinks, SlotList } from "./slot-list.ts";

/** Evicts what was used least recently, exactly; every hit moves its entry, which makes hits dearer than other policies do. */
export class LruPolicy implements EvictionPolicy {
  readonly name = "lru";
  readonly needsLastUse = false;
  private readonly links = new SlotLinks();
  private readonly entries = new SlotList(this.links);

  resize(capacity: number): void {
    this.links.resize(capacity);
  }

  aim(): void {
    // Nothing here depends on the number of entries.
  }

  added(slot: number): void {
    this.entries.append(slot);
  }

  hit(slot: number): void {
    this.entries.moveToEnd(slot);
  }

  removed(slot: number): void {
    this.entries.remove(slot);
  }

  evict(): number {
    const slot = this.entries.first;
    this.entries.remove(slot);
    return slot;
  }
}
