import {
  type EvictionPolicy,
  MAX_FREQUENCY,
  type PolicyColumns,
  type PolicyMaker,
} from "../../src/memory/policy.ts";

/** Spreads small numbers over 32 bits. */
export function hashOfKey(key: number): number {
  let hash = Math.imul(key + 1, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** The memory tier as a policy sees it: slots that are taken, hit, freed and taken again. */
export class TableDouble {
  readonly policy: EvictionPolicy;
  readonly slotOfKey: Map<number, number> = new Map();
  readonly keyOfSlot: Map<number, number> = new Map();
  hits = 0;
  private frequency = new Uint8Array(0);
  private lastUse = new Uint32Array(0);
  private keyHash = new Uint32Array(0);
  private useCount: number;
  private usedSlots = 0;
  private readonly freeSlots: number[] = [];
  private mostEntries: number;

  constructor(makePolicy: PolicyMaker, mostEntries: number, firstUse = 0) {
    this.policy = makePolicy(() => this.columns());
    this.mostEntries = mostEntries;
    this.useCount = firstUse;
    this.policy.aim(mostEntries);
  }

  get held(): number {
    return this.slotOfKey.size;
  }

  /** Asks for a key; a missing one comes in. */
  use(key: number): void {
    const slot = this.slotOfKey.get(key);
    if (slot === undefined) this.add(key);
    else this.hit(slot);
  }

  remove(key: number): void {
    const slot = this.slotOfKey.get(key);
    if (slot === undefined) return;
    this.policy.removed(slot);
    this.free(slot);
  }

  resize(mostEntries: number): void {
    this.mostEntries = mostEntries;
    while (this.held > mostEntries) this.evict();
    this.policy.aim(mostEntries);
  }

  /** Lets the policy choose; fails when what it chose is not held. */
  evict(): number {
    const slot = this.policy.evict();
    const key = this.keyOfSlot.get(slot);
    if (key === undefined) throw new Error(`evicted slot ${slot}, which is not held`);
    this.free(slot);
    return key;
  }

  private hit(slot: number): void {
    this.hits += 1;
    this.frequency[slot] = Math.min(MAX_FREQUENCY, (this.frequency[slot] ?? 0) + 1);
    this.countUse(slot);
    this.policy.hit?.(slot);
  }

  private add(key: number): void {
    while (this.held >= this.mostEntries) this.evict();
    const slot = this.freeSlots.pop() ?? this.newSlot();
    this.frequency[slot] = 0;
    this.keyHash[slot] = hashOfKey(key);
    this.slotOfKey.set(key, slot);
    this.keyOfSlot.set(slot, key);
    this.countUse(slot);
    this.policy.added(slot, hashOfKey(key));
  }

  private countUse(slot: number): void {
    this.useCount = (this.useCount + 1) >>> 0;
    this.lastUse[slot] = this.useCount;
  }

  private free(slot: number): void {
    const key = this.keyOfSlot.get(slot);
    if (key !== undefined) this.slotOfKey.delete(key);
    this.keyOfSlot.delete(slot);
    this.freeSlots.push(slot);
  }

  private newSlot(): number {
    const slot = this.usedSlots;
    this.usedSlots += 1;
    if (slot === this.frequency.length) this.grow(Math.ceil(slot * 1.5) + 1);
    return slot;
  }

  private grow(capacity: number): void {
    const { frequency, lastUse, keyHash } = this;
    this.frequency = new Uint8Array(capacity);
    this.frequency.set(frequency);
    this.lastUse = new Uint32Array(capacity);
    this.lastUse.set(lastUse);
    this.keyHash = new Uint32Array(capacity);
    this.keyHash.set(keyHash);
    this.policy.resize(capacity);
  }

  private columns(): PolicyColumns {
    const { frequency, lastUse, keyHash } = this;
    return { frequency, lastUse, keyHash, bytes: new Uint32Array(frequency.length) };
  }
}
