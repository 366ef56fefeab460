import {
  MAX_FREQUENCY,
  type PolicyColumns,
  type PolicyMaker,
} from "../../packages/cache/src/memory/policy.ts";
import { keyHashOf } from "./key-hash-of.ts";
import type { Trace } from "./trace.ts";

/** Hits of a cache of so many entries under a policy of the package: its memory tier without values, tags and time. */
export function runPolicy(makePolicy: PolicyMaker, trace: Trace, size: number): number {
  const columns: PolicyColumns = {
    frequency: new Uint8Array(size),
    lastUse: new Uint32Array(size),
    keyHash: new Uint32Array(size),
    bytes: new Uint32Array(size),
  };
  const { frequency, lastUse } = columns;
  const policy = makePolicy(() => columns);
  policy.resize(size);
  policy.aim(size);
  const slotOfKey = new Int32Array(trace.distinct).fill(-1);
  const keyOfSlot = new Int32Array(size);
  let held = 0;
  let hits = 0;
  let useCount = 0;
  for (const key of trace.keys) {
    useCount += 1;
    let slot = slotOfKey[key] ?? -1;
    if (slot >= 0) {
      hits += 1;
      const seen = frequency[slot] ?? 0;
      if (seen < MAX_FREQUENCY) frequency[slot] = seen + 1;
      lastUse[slot] = useCount;
      policy.hit?.(slot);
      continue;
    }
    if (held < size) {
      slot = held;
      held += 1;
    } else {
      slot = policy.evict();
      slotOfKey[keyOfSlot[slot] ?? 0] = -1;
    }
    const hash = keyHashOf(key);
    slotOfKey[key] = slot;
    keyOfSlot[slot] = key;
    frequency[slot] = 0;
    lastUse[slot] = useCount;
    columns.keyHash[slot] = hash;
    policy.added(slot, hash);
  }
  return hits;
}
