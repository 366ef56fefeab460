import type { Trace } from "../traces/trace.ts";

/**
 * Hits of Bélády's optimum (1966): whatever is used again last, or never, leaves, were it what just came; no policy can
 * have more. A heap holds the next uses; what is out of date in it is skipped.
 */
export function runOptimum({ keys, distinct }: Trace, size: number): number {
  const nextUses = nextUsesOf(keys, distinct);
  const nextUseOfHeld = new Int32Array(distinct).fill(-1);
  const heap = new NextUseHeap(keys.length);
  let held = 0;
  let hits = 0;
  keys.forEach((key, use) => {
    const nextUse = nextUses[use] ?? 0;
    if ((nextUseOfHeld[key] ?? -1) >= 0) hits += 1;
    else held += 1;
    nextUseOfHeld[key] = nextUse;
    heap.push(nextUse, key);
    if (held <= size) return;
    let last = heap.pop();
    while (nextUseOfHeld[last.key] !== last.nextUse) last = heap.pop();
    nextUseOfHeld[last.key] = -1;
    held -= 1;
  });
  return hits;
}

function nextUsesOf(keys: Int32Array, distinct: number): Int32Array {
  const never = keys.length;
  const nextUses = new Int32Array(keys.length);
  const upcoming = new Int32Array(distinct).fill(never);
  for (let use = keys.length - 1; use >= 0; use -= 1) {
    const key = keys[use] ?? 0;
    nextUses[use] = upcoming[key] ?? never;
    upcoming[key] = use;
  }
  return nextUses;
}

/** A binary heap with the latest next use on top. */
class NextUseHeap {
  private readonly nextUses: Int32Array;
  private readonly keys: Int32Array;
  private size = 0;

  constructor(capacity: number) {
    this.nextUses = new Int32Array(capacity + 1);
    this.keys = new Int32Array(capacity + 1);
  }

  push(nextUse: number, key: number): void {
    let place = this.size;
    this.size += 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if ((this.nextUses[parent] ?? 0) >= nextUse) break;
      this.copy(parent, place);
      place = parent;
    }
    this.nextUses[place] = nextUse;
    this.keys[place] = key;
  }

  pop(): { readonly nextUse: number; readonly key: number } {
    const top = { nextUse: this.nextUses[0] ?? 0, key: this.keys[0] ?? 0 };
    this.size -= 1;
    const nextUse = this.nextUses[this.size] ?? 0;
    const key = this.keys[this.size] ?? 0;
    let place = 0;
    for (let child = 1; child < this.size; child = 2 * place + 1) {
      const right = child + 1;
      const isRightLater =
        right < this.size && (this.nextUses[right] ?? 0) > (this.nextUses[child] ?? 0);
      const later = isRightLater ? right : child;
      if ((this.nextUses[later] ?? 0) <= nextUse) break;
      this.copy(later, place);
      place = later;
    }
    this.nextUses[place] = nextUse;
    this.keys[place] = key;
    return top;
  }

  private copy(from: number, to: number): void {
    this.nextUses[to] = this.nextUses[from] ?? 0;
    this.keys[to] = this.keys[from] ?? 0;
  }
}
