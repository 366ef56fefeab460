/**
 * The edges of a trie: (state, code unit) → state, as an open-addressing hash table in flat
 * memory, since a Map of 200,000 numeric keys costs several times the time to build.
 */
export class TransitionTable {
  private readonly mask: number;
  private readonly states: Int32Array;
  private readonly units: Uint16Array;
  private readonly targets: Int32Array;

  /** @param edgeLimit edges at the most; the table is never more than half full */
  constructor(edgeLimit: number) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(16, edgeLimit * 2)));
    this.mask = capacity - 1;
    this.states = new Int32Array(capacity).fill(-1);
    this.units = new Uint16Array(capacity);
    this.targets = new Int32Array(capacity).fill(-1);
  }

  /** The state behind the edge, or -1. */
  get(state: number, unit: number): number {
    return this.targets[this.slotOf(state, unit)] ?? -1;
  }

  set(state: number, unit: number, target: number): void {
    const slot = this.slotOf(state, unit);
    this.states[slot] = state;
    this.units[slot] = unit;
    this.targets[slot] = target;
  }

  /** The slot of the edge, or the free slot where it belongs. */
  private slotOf(state: number, unit: number): number {
    let slot = (Math.imul(state, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b)) >>> 7;
    for (;;) {
      slot &= this.mask;
      if (this.states[slot] === -1) return slot;
      if (this.states[slot] === state && this.units[slot] === unit) return slot;
      slot += 1;
    }
  }
}
