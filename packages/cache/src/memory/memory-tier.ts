import { sizeOf } from "../values/size-of.ts";
import { ENTRY_FLAGS, EntryColumns } from "./entry-columns.ts";
import type { EvictionCause, MemoryWatcher } from "./eviction.ts";
import { keyHash } from "./key-hash.ts";
import type { Landing } from "./landing.ts";
import { type Id, MemoryIndex, NO_VARIANT } from "./memory-index.ts";
import { type EvictionPolicy, MAX_FREQUENCY, type PolicyMaker } from "./policy.ts";
import { ALL_BITS, areUntouchedSince, mayConcern, type TagSet, TagTable } from "./tags.ts";

export interface MemoryBounds {
  maxEntries: number;
  maxBytes: number;
}

/** What the columns, the policy and the share of the index take for one entry, with what they keep in reserve: the `Map` about 40 bytes. */
export const ENTRY_OVERHEAD_BYTES = 170;
const FIRST_CAPACITY = 64;
const GROWTH = 1.25;
/** One value may take this share of the bound at most: a larger one would push out everything else. */
const LARGEST_SHARE = 0.5;
/** Slots looked at for expiry with every landing: the dead leave without a timer. */
const SWEEP_SLOTS = 2;
/** Invalidations whose bits are remembered, a power of two. */
const RECENT = 16;
const RECENT_MASK = RECENT - 1;
/** After so many landings the policy is told anew how many entries fit. */
const LANDINGS_BETWEEN_AIMS = 1024;

/**
 * The memory tier: all namespaces share its bounds and its policy.
 *
 * Right by two numbers: `bumps` counts the invalidations of tags and namespaces that this process knows of; an entry holds
 * in `asOf` the count up to which it is known to be valid. A hit whose `asOf` equals `bumps` needs no look at its
 * tags; another is compared with them once and brought up to date. Invalidated ids leave at once.
 * And `trustedUntil`: the end of the bus's lease, after which nothing here may be served.
 */
export class MemoryTier {
  bumps = 1;
  trustedUntil: number = Number.POSITIVE_INFINITY;
  readonly columns: EntryColumns;
  readonly tags: TagTable = new TagTable();
  readonly policy: EvictionPolicy;
  private readonly policyHit: ((slot: number) => void) | undefined;
  private readonly needsLastUse: boolean;
  private clearedAt = 0;
  /** The bits of the last invalidations, by number. */
  private readonly recentBits = new Int32Array(RECENT);
  private usedSlots = 0;
  private readonly freeSlots: number[] = [];
  private heldEntries = 0;
  private heldBytes = 0;
  private sweepSlot = 0;
  private useCount = 0;
  private landings = 0;
  private readonly bounds: MemoryBounds;
  private readonly indexes: MemoryIndex[] = [];
  private readonly watcher: MemoryWatcher;
  private readonly graceMs: number[] = [];
  private readonly aimed: ((entries: number) => void) | undefined;
  readonly isSampled: (hash: number) => boolean;

  constructor(options: {
    readonly bounds: MemoryBounds;
    readonly makePolicy: PolicyMaker;
    readonly watcher: MemoryWatcher;
    readonly isSampled: (hash: number) => boolean;
    /** Told how many entries are expected to fit. */
    readonly aimed?: (entries: number) => void;
  }) {
    this.bounds = { ...options.bounds };
    this.watcher = options.watcher;
    this.isSampled = options.isSampled;
    this.aimed = options.aimed;
    this.policy = options.makePolicy(() => this.columns);
    this.columns = new EntryColumns(this.policy.needsLastUse);
    this.needsLastUse = this.policy.needsLastUse;
    this.policyHit = this.policy.hit?.bind(this.policy);
    this.grow(Math.min(FIRST_CAPACITY, this.bounds.maxEntries));
  }

  get entries(): number {
    return this.heldEntries;
  }

  get bytes(): number {
    return this.heldBytes;
  }

  get maxBytes(): number {
    return this.bounds.maxBytes;
  }

  get maxEntries(): number {
    return this.bounds.maxEntries;
  }

  addNamespace(name: string): MemoryIndex {
    const index = new MemoryIndex(name, this.indexes.length);
    this.indexes.push(index);
    return index;
  }

  hashOf(index: MemoryIndex, id: Id, variant: string): number {
    const hash = keyHash(index.number, id);
    return variant === NO_VARIANT ? hash : keyHash(hash, variant);
  }

  /** Compares an entry with what was invalidated since it was last looked at; an invalid one leaves. */
  survives(slot: number): boolean {
    const { columns } = this;
    const seen = columns.asOf(slot);
    if (seen === this.bumps) return true;
    if (this.mayBeConcerned(columns.tags[slot], seen) && !this.outlives(slot, seen)) return false;
    columns.setAsOf(slot, this.bumps);
    return true;
  }

  /** Looks at all its tags; an invalid entry leaves. */
  private outlives(slot: number, seen: number): boolean {
    const { columns } = this;
    if (!this.isUntouchedSince(this.indexOf(columns.owner[slot] ?? 0), columns.tags[slot], seen)) {
      this.remove(slot, "invalidated");
      return false;
    }
    return true;
  }

  /** Of few invalidations the bits are remembered: most entries are told by them that it was not about them. */
  private mayBeConcerned(tags: TagSet, seen: number): boolean {
    if (this.bumps - seen > RECENT) return true;
    for (let number = seen + 1; number <= this.bumps; number += 1) {
      if (mayConcern(this.recentBits[number & RECENT_MASK] ?? ALL_BITS, tags)) return true;
    }
    return false;
  }

  /** Whether something with these tags, begun at `asOf`, is still valid. */
  isUntouchedSince(index: MemoryIndex, tags: TagSet, asOf: number): boolean {
    return index.bumpedAt <= asOf && this.clearedAt <= asOf && areUntouchedSince(tags, asOf);
  }

  /** What a hit leaves behind for the policy. */
  hit(slot: number): void {
    const { columns } = this;
    const frequency = columns.frequency[slot] as number;
    if (frequency < MAX_FREQUENCY) columns.frequency[slot] = frequency + 1;
    if (this.needsLastUse) columns.lastUse[slot] = this.useCount = (this.useCount + 1) | 0;
    else this.policyHit?.(slot);
  }

  /** Takes a value in, unless it was invalidated on its way or is too large. The caller has held `tags` for it. */
  land(landing: Landing, nowMs: number): boolean {
    const { index, id, variant, tags, asOf } = landing;
    const sizeBytes = landing.sizeBytes + ENTRY_OVERHEAD_BYTES + sizeOf(id);
    if (!this.isUntouchedSince(index, tags, asOf)) {
      this.tags.release(tags);
      return false;
    }
    if (sizeBytes > this.bounds.maxBytes * LARGEST_SHARE) {
      this.tags.release(tags);
      // What it would have replaced is older, and would be refreshed in vain at every hit.
      const older = index.find(id, variant);
      if (older !== undefined) this.remove(older, "replaced");
      return false;
    }
    this.sweep(nowMs);
    const old = index.find(id, variant);
    if (old === undefined) this.put(landing, sizeBytes);
    else this.replace(old, landing, sizeBytes);
    this.landings += 1;
    if (this.landings % LANDINGS_BETWEEN_AIMS === 0) this.aimPolicy();
    return true;
  }

  remove(slot: number, cause: EvictionCause): void {
    this.policy.removed(slot);
    this.drop(slot, cause);
  }

  /** Invalidates one tag, without a look at its members; how many there are. */
  invalidateTag(name: string): number {
    const tag = this.tags.find(name);
    const number = this.nextBump(tag?.bit ?? 0);
    if (tag === undefined) return 0;
    tag.bumpedAt = number;
    return tag.references;
  }

  invalidateNamespace(index: MemoryIndex): void {
    index.bumpedAt = this.nextBump(ALL_BITS);
  }

  invalidateId(index: MemoryIndex, id: Id): void {
    for (const slot of index.slotsOf(id)) this.remove(slot, "invalidated");
  }

  /** Forgets everything, and what is being loaded now may not come in either. */
  clear(): void {
    this.clearedAt = this.nextBump(ALL_BITS);
    for (let slot = 0; slot < this.usedSlots; slot += 1) {
      if (this.isHeld(slot)) this.remove(slot, "cleared");
    }
  }

  /** Sets new bounds and makes the entries fit. */
  resize(bounds: Partial<MemoryBounds>): void {
    Object.assign(this.bounds, bounds);
    this.makeRoom(0, 0, "pressure");
    this.aimPolicy();
  }

  /** Calls back with every held slot; entries may be removed meanwhile. */
  forEach(visit: (slot: number, index: MemoryIndex) => void): void {
    for (let slot = 0; slot < this.usedSlots; slot += 1) {
      if (this.isHeld(slot)) visit(slot, this.indexOf(this.columns.owner[slot] ?? 0));
    }
  }

  private nextBump(bits: number): number {
    this.bumps += 1;
    this.recentBits[this.bumps & RECENT_MASK] = bits;
    return this.bumps;
  }

  private put(landing: Landing, sizeBytes: number): void {
    const { index, id, variant } = landing;
    this.makeRoom(1, sizeBytes, "size");
    const slot = this.freeSlots.pop() ?? this.newSlot();
    const { columns } = this;
    const hash = this.hashOf(index, id, variant);
    columns.frequency[slot] = 0;
    columns.keyHash[slot] = hash;
    columns.owner[slot] = index.number;
    columns.ids[slot] = id;
    if (variant !== NO_VARIANT) columns.variants.set(slot, variant);
    this.write(slot, landing, sizeBytes);
    this.heldEntries += 1;
    index.entries += 1;
    if (this.policy.needsLastUse) this.tellUse(slot);
    this.policy.added(slot, hash);
  }

  /** A refreshed value takes the place of the old one, and keeps what the policy knows of it. */
  private replace(slot: number, landing: Landing, sizeBytes: number): void {
    this.watcher.left(landing.index, slot, "replaced", this.columns);
    this.tags.release(this.columns.tags[slot]);
    this.heldBytes -= this.columns.bytes[slot] ?? 0;
    landing.index.bytes -= this.columns.bytes[slot] ?? 0;
    this.write(slot, landing, sizeBytes);
    this.makeRoom(0, 0, "size");
  }

  private write(slot: number, landing: Landing, sizeBytes: number): void {
    const { columns } = this;
    const isSampled = this.isSampled(columns.keyHash[slot] ?? 0);
    columns.bytes[slot] = sizeBytes;
    columns.setAsOf(slot, landing.asOf);
    columns.setTimes(slot, landing.freshUntil, landing.expiresAt, landing.loadMs);
    const flags = landing.flags | (isSampled ? ENTRY_FLAGS.sampled : 0);
    columns.flags[slot] = flags;
    landing.index.set(landing.id, landing.variant, slot, flags !== 0);
    columns.values[slot] = landing.value;
    columns.tags[slot] = landing.tags;
    this.graceMs[landing.index.number] = landing.graceMs;
    this.heldBytes += sizeBytes;
    landing.index.bytes += sizeBytes;
  }

  private tellUse(slot: number): void {
    this.useCount = (this.useCount + 1) | 0;
    this.columns.lastUse[slot] = this.useCount;
  }

  private drop(slot: number, cause: EvictionCause): void {
    const { columns } = this;
    const index = this.indexOf(columns.owner[slot] ?? 0);
    const id = columns.ids[slot];
    if (id === undefined) return;
    this.watcher.left(index, slot, cause, columns);
    index.delete(id, columns.variants.get(slot) ?? NO_VARIANT);
    columns.variants.delete(slot);
    this.tags.release(columns.tags[slot]);
    this.heldEntries -= 1;
    index.entries -= 1;
    this.heldBytes -= columns.bytes[slot] ?? 0;
    index.bytes -= columns.bytes[slot] ?? 0;
    columns.values[slot] = undefined;
    columns.ids[slot] = undefined;
    columns.tags[slot] = undefined;
    columns.setTimes(slot, 0, 0, 0);
    this.freeSlots.push(slot);
  }

  private makeRoom(moreEntries: number, moreBytes: number, cause: EvictionCause): void {
    const { maxEntries, maxBytes } = this.bounds;
    while (
      this.heldEntries > 0 &&
      (this.heldEntries + moreEntries > maxEntries || this.heldBytes + moreBytes > maxBytes)
    ) {
      this.drop(this.policy.evict(), cause);
    }
  }

  private sweep(nowMs: number): void {
    const { columns } = this;
    for (let count = 0; count < SWEEP_SLOTS && this.usedSlots > 0; count += 1) {
      this.sweepSlot = (this.sweepSlot + 1) % this.usedSlots;
      const slot = this.sweepSlot;
      if (!this.isHeld(slot)) continue;
      const goneAt = columns.expiresAt(slot) + (this.graceMs[columns.owner[slot] ?? 0] ?? 0);
      if (nowMs >= goneAt) this.remove(slot, "expired");
      else this.survives(slot);
    }
  }

  private isHeld(slot: number): boolean {
    return this.columns.ids[slot] !== undefined;
  }

  private newSlot(): number {
    if (this.usedSlots === this.columns.capacity) {
      const grown = Math.ceil(this.columns.capacity * GROWTH) + 1;
      this.grow(Math.min(grown, Math.max(this.bounds.maxEntries, this.columns.capacity + 1)));
    }
    const slot = this.usedSlots;
    this.usedSlots += 1;
    return slot;
  }

  private grow(capacity: number): void {
    this.columns.grow(capacity);
    this.policy.resize(capacity);
    this.aimPolicy();
  }

  /** Where bytes bind before entries do, the policy is told how many entries fit by their mean size. */
  private aimPolicy(): void {
    const { maxEntries, maxBytes } = this.bounds;
    const fit =
      this.heldEntries < FIRST_CAPACITY
        ? this.columns.capacity
        : Math.ceil((maxBytes * this.heldEntries) / Math.max(1, this.heldBytes));
    const entries = Math.max(1, Math.min(maxEntries, fit));
    this.policy.aim(entries);
    // A first guess is no news.
    if (this.heldEntries >= FIRST_CAPACITY) this.aimed?.(entries);
  }

  private indexOf(number: number): MemoryIndex {
    const index = this.indexes[number];
    if (index === undefined) throw new RangeError(`no namespace has the number ${number}`);
    return index;
  }
}
