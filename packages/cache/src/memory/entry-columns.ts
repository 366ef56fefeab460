import type { Id } from "./memory-index.ts";
import type { PolicyColumns } from "./policy.ts";
import type { TagSet } from "./tags.ts";

/** Bits of `flags`; an entry without any takes the shortest way out of a hit. */
export const ENTRY_FLAGS = {
  /** The value is copied for every caller, as it cannot be frozen. */
  cloned: 1,
  /** The key belongs to the sample of the hit-ratio curve. */
  sampled: 2,
  /** The value is an encoded payload. */
  bytes: 4,
  /** Nothing exists under this key: a negative entry. */
  absent: 8,
} as const;

/** Eight bits hold 0.01 ms to three days. */
const SHORTEST_LOAD_MS = 0.01;
const LOAD_STEPS_A_DOUBLING = 7;

/**
 * The entries of the memory tier as columns, a slot each. Columns of numbers are typed arrays: a million entries are
 * a score of objects for the garbage collector, and a hit changes no object that it would have to follow.
 */
export class EntryColumns implements PolicyColumns {
  frequency: Uint8Array = new Uint8Array(0);
  lastUse: Uint32Array = new Uint32Array(0);
  keyHash: Uint32Array = new Uint32Array(0);
  bytes: Uint32Array = new Uint32Array(0);
  /**
   * Two numbers a slot, side by side, since every hit reads both: `asOf`, the number of the last invalidation that the entry is known to
   * have survived, and `freshUntil`: until then a hit is answered without another thought, monotonic ms.
   */
  life: Float64Array = new Float64Array(0);
  /** The time to live ends so many ms after `freshUntil`. */
  private earliness: Float32Array = new Float32Array(0);
  /** What the load took; see {@link EntryColumns.loadMsOf}. */
  private loadCode: Uint8Array = new Uint8Array(0);
  flags: Uint8Array = new Uint8Array(0);
  /** The number of the namespace. */
  owner: Uint16Array = new Uint16Array(0);
  values: unknown[] = [];
  ids: (Id | undefined)[] = [];
  tags: TagSet[] = [];
  /** Only those that have one. */
  readonly variants: Map<number, string> = new Map();
  private readonly needsLastUse: boolean;

  constructor(needsLastUse: boolean) {
    this.needsLastUse = needsLastUse;
  }

  get capacity(): number {
    return this.frequency.length;
  }

  asOf(slot: number): number {
    return this.life[2 * slot] ?? 0;
  }

  setAsOf(slot: number, asOf: number): void {
    this.life[2 * slot] = asOf;
  }

  freshUntil(slot: number): number {
    return this.life[2 * slot + 1] ?? 0;
  }

  /** End of the time to live; monotonic ms. */
  expiresAt(slot: number): number {
    return this.freshUntil(slot) + (this.earliness[slot] ?? 0);
  }

  /** What the load took, ms, within a tenth. */
  loadMsOf(slot: number): number {
    const code = this.loadCode[slot] ?? 0;
    return code === 0 ? 0 : 2 ** (code / LOAD_STEPS_A_DOUBLING) * SHORTEST_LOAD_MS;
  }

  setTimes(slot: number, freshUntil: number, expiresAt: number, loadMs: number): void {
    this.life[2 * slot + 1] = freshUntil;
    this.earliness[slot] = expiresAt - freshUntil;
    const steps = Math.round(Math.log2(loadMs / SHORTEST_LOAD_MS) * LOAD_STEPS_A_DOUBLING);
    this.loadCode[slot] = loadMs <= SHORTEST_LOAD_MS ? 0 : Math.min(255, steps);
  }

  /** Serves an entry for longer, or not so long, without a change to when its time to live ends. */
  setFreshUntil(slot: number, freshUntil: number): void {
    const expiresAt = this.expiresAt(slot);
    this.life[2 * slot + 1] = freshUntil;
    this.earliness[slot] = expiresAt - freshUntil;
  }

  grow(capacity: number): void {
    this.frequency = enlarged(this.frequency, new Uint8Array(capacity));
    if (this.needsLastUse) this.lastUse = enlarged(this.lastUse, new Uint32Array(capacity));
    this.keyHash = enlarged(this.keyHash, new Uint32Array(capacity));
    this.bytes = enlarged(this.bytes, new Uint32Array(capacity));
    this.life = enlarged(this.life, new Float64Array(2 * capacity));
    this.earliness = enlarged(this.earliness, new Float32Array(capacity));
    this.loadCode = enlarged(this.loadCode, new Uint8Array(capacity));
    this.flags = enlarged(this.flags, new Uint8Array(capacity));
    this.owner = enlarged(this.owner, new Uint16Array(capacity));
    this.values = lengthened(this.values, capacity);
    this.ids = lengthened(this.ids, capacity);
    this.tags = lengthened(this.tags, capacity);
  }
}

/** An array of just this length; one that grows by itself keeps half as much again in reserve. */
function lengthened<Item>(
  old: readonly (Item | undefined)[],
  length: number,
): (Item | undefined)[] {
  const longer = new Array<Item | undefined>(length).fill(undefined);
  for (let place = 0; place < old.length; place += 1) longer[place] = old[place];
  return longer;
}

type Column = Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array;

function enlarged<Kind extends Column>(old: Kind, fresh: Kind): Kind {
  fresh.set(old);
  return fresh;
}
