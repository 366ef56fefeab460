/**
 * Who must leave a full memory tier. Entries are slots, small whole numbers, of an {@link EntryTable};
 * a policy keeps columns of its own beside the table's (typed arrays, so that a million entries are not
 * a million objects for the garbage collector).
 *
 * A hit is not announced: the table writes it into `frequency` (and `lastUse`, for a policy that asks for
 * it), and the policy reads them when it needs a victim. That keeps a hit free of relinking. A policy that
 * cannot do without gives `hit`.
 */
export interface EvictionPolicy {
  readonly name: string;
  /** Whether hits must be numbered in `lastUse`, at the cost of one more store a hit. */
  readonly needsLastUse: boolean;
  /** The table now has `capacity` slots; columns grow, what is in them stays. */
  resize(capacity: number): void;
  /** A new entry stands in `slot`; its `frequency` is 0. `keyHash` has 32 well-mixed bits. */
  added(slot: number, keyHash: number): void;
  /** An entry left for another reason than eviction: deleted, invalidated, expired, replaced. */
  removed(slot: number): void;
  /**
   * The entry that goes; the policy has forgotten it (but for ghosts) when this returns. Called only
   * while it holds at least one entry.
   */
  evict(): number;
  /** How many entries the tier is expected to hold now; ghosts and queues are sized by it. */
  aim(entries: number): void;
  /** Called on every hit where present. */
  readonly hit?: (slot: number) => void;
}

/** The columns of the memory tier that a policy reads. They are replaced when the table grows: read them anew in `resize`. */
export interface PolicyColumns {
  /** Hits since the entry came or since the policy lowered it; the table raises it up to {@link MAX_FREQUENCY}. */
  readonly frequency: Uint8Array;
  /** The number of the last use, counted up by one a hit; wraps at 2^32. Only with `needsLastUse`. */
  readonly lastUse: Uint32Array;
  /** The entry's 32-bit key hash. */
  readonly keyHash: Uint32Array;
  /** Bytes that the entry takes by estimate. */
  readonly bytes: Uint32Array;
}

export const MAX_FREQUENCY = 3;

/**
 * Makes a policy for a table; `columns()` gives the table's present columns. `share` is the part of the cache's keys that
 * the table stands for: 1 unless told, less in the miniatures of the hit-ratio curve, where what does not grow in
 * proportion to the entries has to be smaller by it.
 */
export type PolicyMaker = (columns: () => PolicyColumns, share?: number) => EvictionPolicy;
