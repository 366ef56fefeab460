import { setImmediate } from "node:timers/promises";
import { cacheClosed } from "../../errors.ts";
import { ENTRY_FLAGS } from "../../memory/entry-columns.ts";
import { NO_VARIANT } from "../../memory/memory-index.ts";
import { namesOf } from "../../memory/tags.ts";
import type { NamespaceState } from "../../namespace/namespace-state.ts";
import type { Payload } from "../../tiers/tier.ts";
import { head, LONGEST_BODY_BYTES } from "./frames.ts";
import { rankedSlots } from "./ranking.ts";
import { type EntryRecord, EVERYTHING, encodeRecord, type SnapshotRecord } from "./records.ts";
import type { SnapshotWorld } from "./world.ts";

const CHUNK_BYTES = 64 * 1024;
/** More tags than these are written down as everything. */
const MOST_TAGS = 10_000;

/**
 * The entries of memory in chunks of about 64 KiB, the most valuable first; see `Cache.snapshot`. What is invalidated before its
 * turn is left out; what is invalidated after it is named behind it, so that a restore leaves it out.
 *
 * @throws StreamGateError `SG_CACHE_CLOSED`
 */
export async function* takeSnapshot(world: SnapshotWorld): AsyncGenerator<Buffer> {
  if (world.isClosed) throw cacheClosed();
  const chunk = new Chunk();
  const invalidated = new Set<string>();
  const endWatch = world.watch((tags) => {
    for (const tag of tags) invalidated.add(invalidated.size < MOST_TAGS ? tag : EVERYTHING);
  });
  const writeInvalidated = (): void => {
    if (invalidated.size === 0) return;
    chunk.write({ kind: "invalidated", tags: [...invalidated] });
    invalidated.clear();
  };
  const states = byNumber(world);
  const { columns } = world.memory;
  try {
    let entries = 0;
    for (const slot of rankedSlots(world.memory, world.states.values())) {
      const state = states[columns.owner[slot] ?? 0];
      const found = { id: columns.ids[slot], value: columns.values[slot] };
      if (state === undefined || found.id === undefined) continue;
      const payload = await payloadOf(state, found.value, columns.flags[slot] ?? 0);
      if (world.isClosed) throw cacheClosed();
      // From here to the end of the writing nothing else runs: what was heard by now is not about an entry that is valid now.
      writeInvalidated();
      const isSame = columns.ids[slot] === found.id && Object.is(columns.values[slot], found.value);
      const entry =
        isSame && payload !== "unkept" ? entryAt(world, state, slot, payload) : undefined;
      if (entry === undefined) continue;
      chunk.write(entry);
      entries += 1;
      if (!chunk.isFull) continue;
      yield chunk.take();
      await setImmediate();
    }
    if (world.isClosed) throw cacheClosed();
    writeInvalidated();
    chunk.write({ kind: "end", entries });
    yield chunk.take();
  } finally {
    endWatch();
  }
}

/** What is in a slot now; undefined where that may not be served any more. */
function entryAt(
  { memory, clock }: SnapshotWorld,
  state: NamespaceState,
  slot: number,
  payload: Payload | undefined,
): EntryRecord | undefined {
  const { columns } = memory;
  const id = columns.ids[slot];
  if (id === undefined || !memory.survives(slot)) return undefined;
  const nowMs = clock.monotonicMs();
  const leftMs = columns.expiresAt(slot) - nowMs;
  if (leftMs <= 0 || nowMs >= memory.trustedUntil) return undefined;
  return {
    kind: "entry",
    namespace: state.name,
    id,
    variant: columns.variants.get(slot) ?? NO_VARIANT,
    tags: namesOf(columns.tags[slot]),
    atMs: clock.now().getTime(),
    leftMs,
    loadMs: columns.loadMsOf(slot),
    isAbsent: ((columns.flags[slot] ?? 0) & ENTRY_FLAGS.absent) !== 0,
    frequency: columns.frequency[slot] ?? 0,
    sizeBytes: columns.bytes[slot] ?? 0,
    payload,
  };
}

/** A value that cannot be encoded, as one that is shared by reference may be, is not kept. */
async function payloadOf(
  state: NamespaceState,
  value: unknown,
  flags: number,
): Promise<Payload | undefined | "unkept"> {
  if (state.tiers.length > 0) return undefined;
  try {
    const payload = await state.form.encodeHeld(value, flags);
    return payload.bytes.length > LONGEST_BODY_BYTES / 2 ? "unkept" : payload;
  } catch {
    return "unkept";
  }
}

function byNumber({ states }: SnapshotWorld): readonly (NamespaceState | undefined)[] {
  const numbered: NamespaceState[] = [];
  for (const state of states.values()) numbered[state.index.number] = state;
  return numbered;
}

class Chunk {
  private parts: Buffer[] = [head()];
  private bytes = 0;

  get isFull(): boolean {
    return this.bytes >= CHUNK_BYTES;
  }

  write(record: SnapshotRecord): void {
    for (const part of encodeRecord(record)) {
      this.parts.push(part);
      this.bytes += part.length;
    }
  }

  take(): Buffer {
    const taken = Buffer.concat(this.parts);
    this.parts = [];
    this.bytes = 0;
    return taken;
  }
}
