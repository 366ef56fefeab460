import type { MemoryTier } from "../../memory/memory-tier.ts";
import type { NamespaceState } from "../../namespace/namespace-state.ts";

/** Popular ids of a namespace that are looked at: as many as are followed. */
const MOST_POPULAR = 10_000;
/** Even a value whose load took no time that a clock shows is worth something. */
const LEAST_COST_MS = 0.1;
const CLASSES = 256;
const CLASSES_A_DOUBLING = 4;
/** The class of the worth 1 ms. */
const CLASS_OF_ONE = 24;

/**
 * The slots of memory, the most valuable first: by load time that keeping an entry saves, as popularity counted it, and by
 * the hits that the eviction policy saw × load time. Sorted into classes a quarter of a doubling wide, as a full sort of a
 * million entries would hold up the process for a second.
 */
export function rankedSlots(memory: MemoryTier, states: Iterable<NamespaceState>): Uint32Array {
  const { columns } = memory;
  const popular = popularSlots(states);
  const classes = new Uint8Array(columns.capacity);
  const sizes = new Uint32Array(CLASSES);
  memory.forEach((slot) => {
    const uses = 1 + (columns.frequency[slot] ?? 0);
    const worthMs = uses * Math.max(LEAST_COST_MS, columns.loadMsOf(slot));
    const found = classOf(worthMs + (popular.get(slot) ?? 0));
    classes[slot] = found;
    sizes[found] = (sizes[found] ?? 0) + 1;
  });
  const next = new Uint32Array(CLASSES);
  let count = 0;
  for (let at = CLASSES - 1; at >= 0; at -= 1) {
    next[at] = count;
    count += sizes[at] ?? 0;
  }
  const ranked = new Uint32Array(count);
  memory.forEach((slot) => {
    const found = classes[slot] ?? 0;
    const place = next[found] ?? 0;
    ranked[place] = slot;
    next[found] = place + 1;
  });
  return ranked;
}

function popularSlots(states: Iterable<NamespaceState>): ReadonlyMap<number, number> {
  const worth = new Map<number, number>();
  for (const state of states) {
    for (const { id, worthMs } of state.popular(MOST_POPULAR)) {
      // Popularity does not tell 42 from "42".
      for (const slot of [...state.index.slotsOf(id), ...state.index.slotsOf(Number(id))]) {
        worth.set(slot, worthMs);
      }
    }
  }
  return worth;
}

function classOf(worthMs: number): number {
  const found = CLASS_OF_ONE + Math.round(Math.log2(worthMs) * CLASSES_A_DOUBLING);
  return Math.min(CLASSES - 1, Math.max(0, found));
}
