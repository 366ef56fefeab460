/** How a window is divided: what falls out of it does so a slot at a time. */
export interface Slots {
  readonly slotMs: number;
  readonly count: number;
}

const LEAST_SLOT_MS = 1000;

/** @param most how many slots at the most; the window's length is right to one part in so many */
export function slotsOf(windowMs: number, most = 60): Slots {
  const slotMs = Math.max(LEAST_SLOT_MS, Math.ceil(windowMs / most));
  return { slotMs, count: Math.max(1, Math.ceil(windowMs / slotMs)) };
}

/** Which slots a ring holds: always the last `count` up to the newest. */
export interface SlotRing {
  /** Place of the slot of an interval that ends then; -1 where it is older than the ring. */
  placeOf(atMs: number): number;
  /** Lets go of what is older than the window that ends now. */
  advance(nowMs: number): void;
  /** Number of the newest slot; `-Infinity` before the first. */
  newest(): number;
  begin(newest: number): void;
}

/** @param wipe called with the place of each slot that begins anew */
export function createSlotRing({ slotMs, count }: Slots, wipe: (place: number) => void): SlotRing {
  let newest = Number.NEGATIVE_INFINITY;
  const advanceTo = (slot: number): void => {
    const from = Math.max(newest + 1, slot - count + 1);
    for (let fresh = from; fresh <= slot; fresh += 1) wipe(fresh % count);
    if (slot > newest) newest = slot;
  };
  return {
    placeOf(atMs) {
      const slot = Math.ceil(atMs / slotMs);
      if (slot <= newest - count) return -1;
      advanceTo(slot);
      return slot % count;
    },
    advance: (nowMs) => advanceTo(Math.ceil(nowMs / slotMs)),
    newest: () => newest,
    begin: (slot) => {
      newest = slot;
    },
  };
}
