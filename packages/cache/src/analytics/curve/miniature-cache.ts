import {
  type EvictionPolicy,
  MAX_FREQUENCY,
  type PolicyColumns,
  type PolicyMaker,
} from "../../memory/policy.ts";
import type { SampledKeys } from "./sampled-keys.ts";

const FIRST_CAPACITY = 16;
const NO_SLOT = -1;

/** A cache without values, of one size, run by the policy of the real one; it counts its hits. */
export class MiniatureCache {
  hits = 0;
  private mostEntries = 1;
  private mostBytes: number = Number.POSITIVE_INFINITY;
  private heldEntries = 0;
  private heldBytes = 0;
  private useCount = 0;
  private usedSlots = 0;
  private readonly freeSlots: number[] = [];
  private frequency: Uint8Array = new Uint8Array(0);
  private lastUse: Uint32Array = new Uint32Array(0);
  private keyHash: Uint32Array = new Uint32Array(0);
  private bytes: Uint32Array = new Uint32Array(0);
  private idOfSlot: Int32Array = new Int32Array(0);
  private slotOfId: Int32Array = new Int32Array(0);
  private readonly keys: SampledKeys;
  private readonly policy: EvictionPolicy;

  constructor(keys: SampledKeys, makePolicy: PolicyMaker, share: number) {
    this.keys = keys;
    this.policy = makePolicy(() => this.columns(), share);
  }

  /** Sets the size, at least one entry, and makes the entries fit. */
  aim(entries: number, bytes: number): void {
    this.mostEntries = Math.max(1, Math.round(entries));
    this.mostBytes = bytes;
    while (this.heldEntries > this.mostEntries) this.evict();
    this.policy.aim(this.mostEntries);
  }

  /** Uses a key: a hit is counted, a miss brings it in. */
  use(id: number, keyHash: number, sizeBytes: number): void {
    const slot = this.slotOfId[id] ?? NO_SLOT;
    if (slot < 0) this.add(id, keyHash, sizeBytes);
    else this.hit(slot);
  }

  /** The key left the real cache for another reason than eviction. */
  remove(id: number): void {
    const slot = this.slotOfId[id] ?? NO_SLOT;
    if (slot < 0) return;
    this.policy.removed(slot);
    this.drop(slot);
  }

  private hit(slot: number): void {
    this.hits += 1;
    const frequency = this.frequency[slot] ?? 0;
    if (frequency < MAX_FREQUENCY) this.frequency[slot] = frequency + 1;
    this.useCount = (this.useCount + 1) >>> 0;
    this.lastUse[slot] = this.useCount;
    this.policy.hit?.(slot);
  }

  private add(id: number, keyHash: number, sizeBytes: number): void {
    this.keys.hold(id);
    while (
      this.heldEntries > 0 &&
      (this.heldEntries >= this.mostEntries || this.heldBytes + sizeBytes > this.mostBytes)
    ) {
      this.evict();
    }
    const slot = this.freeSlots.pop() ?? this.newSlot();
    this.useCount = (this.useCount + 1) >>> 0;
    this.frequency[slot] = 0;
    this.lastUse[slot] = this.useCount;
    this.keyHash[slot] = keyHash;
    this.bytes[slot] = sizeBytes;
    this.idOfSlot[slot] = id;
    this.setSlotOf(id, slot);
    this.heldEntries += 1;
    this.heldBytes += sizeBytes;
    this.policy.added(slot, keyHash);
  }

  private columns(): PolicyColumns {
    const { frequency, lastUse, keyHash, bytes } = this;
    return { frequency, lastUse, keyHash, bytes };
  }

  private evict(): void {
    this.drop(this.policy.evict());
  }

  private drop(slot: number): void {
    const id = this.idOfSlot[slot] ?? 0;
    this.slotOfId[id] = NO_SLOT;
    this.heldEntries -= 1;
    this.heldBytes -= this.bytes[slot] ?? 0;
    this.freeSlots.push(slot);
    this.keys.release(id);
  }

  private setSlotOf(id: number, slot: number): void {
    if (id >= this.slotOfId.length) {
      const known = this.slotOfId.length;
      this.slotOfId = enlarged(this.slotOfId, new Int32Array(2 * id + FIRST_CAPACITY));
      this.slotOfId.fill(NO_SLOT, known);
    }
    this.slotOfId[id] = slot;
  }

  private newSlot(): number {
    const slot = this.usedSlots;
    this.usedSlots += 1;
    if (slot < this.frequency.length) return slot;
    const capacity = 2 * slot + FIRST_CAPACITY;
    this.frequency = enlarged(this.frequency, new Uint8Array(capacity));
    this.lastUse = enlarged(this.lastUse, new Uint32Array(capacity));
    this.keyHash = enlarged(this.keyHash, new Uint32Array(capacity));
    this.bytes = enlarged(this.bytes, new Uint32Array(capacity));
    this.idOfSlot = enlarged(this.idOfSlot, new Int32Array(capacity));
    this.policy.resize(capacity);
    return slot;
  }
}

function enlarged<Column extends Uint8Array | Uint32Array | Int32Array>(
  old: Column,
  fresh: Column,
): Column {
  fresh.set(old);
  return fresh;
}
