/** The links of slots in lists; a slot is in one {@link SlotList} of these links at most. */
export class SlotLinks {
  next: Int32Array = new Int32Array(0);
  previous: Int32Array = new Int32Array(0);

  resize(capacity: number): void {
    this.next = resized(this.next, capacity);
    this.previous = resized(this.previous, capacity);
  }
}

/** A doubly linked list of slots without an object an entry. */
export class SlotList {
  /** The slot that stands there longest; -1 when the list is empty. */
  first = -1;
  size = 0;
  private last = -1;
  private readonly links: SlotLinks;

  constructor(links: SlotLinks) {
    this.links = links;
  }

  append(slot: number): void {
    const { next, previous } = this.links;
    next[slot] = -1;
    previous[slot] = this.last;
    if (this.last < 0) this.first = slot;
    else next[this.last] = slot;
    this.last = slot;
    this.size += 1;
  }

  remove(slot: number): void {
    const { next, previous } = this.links;
    const before = previous[slot] ?? -1;
    const after = next[slot] ?? -1;
    if (before < 0) this.first = after;
    else next[before] = after;
    if (after < 0) this.last = before;
    else previous[after] = before;
    this.size -= 1;
  }

  moveToEnd(slot: number): void {
    if (slot === this.last) return;
    this.remove(slot);
    this.append(slot);
  }
}

function resized(old: Int32Array, capacity: number): Int32Array {
  const fresh = new Int32Array(capacity);
  fresh.set(old.subarray(0, capacity));
  return fresh;
}
