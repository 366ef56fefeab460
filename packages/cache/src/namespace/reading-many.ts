import { cacheClosed } from "../errors.ts";
import { BatchLoad, type BatchLoader } from "../loading/batch-load.ts";
import type { Loader } from "../loading/load-context.ts";
import { ENTRY_FLAGS } from "../memory/entry-columns.ts";
import { type Id, NO_VARIANT } from "../memory/memory-index.ts";
import { checkId } from "./key.ts";
import type { NamespaceState } from "./namespace-state.ts";
import type { Reading } from "./requests.ts";

/** Reads of many ids at once; each goes the way of a read of one. */
export class ReadingMany {
  private readonly state: NamespaceState;

  constructor(state: NamespaceState) {
    this.state = state;
  }

  /** What the tiers hold, without a load; absent ids are left out. */
  async lookUp(ids: readonly Id[], reading: Reading): Promise<Map<Id, unknown>> {
    const { state } = this;
    if (state.isClosed) throw cacheClosed();
    const found = new Map<Id, unknown>();
    const variant = reading.variant ?? NO_VARIANT;
    await Promise.all(
      [...new Set(ids)].map(async (id) => {
        checkId(id);
        const slot = state.freshSlot(id, variant);
        if (slot !== undefined) {
          state.hitOfVariant(slot);
          if (!isAbsent(state, slot)) found.set(id, state.share(slot));
          return;
        }
        state.countMiss(id, variant);
        const flight = state.shared.launch(state.requests.of(id, variant, reading, undefined));
        const arrival = await flight.promise;
        const isThere = arrival.source !== "none" && (arrival.flags & ENTRY_FLAGS.absent) === 0;
        if (isThere) found.set(id, state.form.share(arrival.value, arrival.flags));
      }),
    );
    return inOrder(ids, found);
  }

  /** What no tier holds is loaded by one call. */
  async loadMany(
    ids: readonly Id[],
    load: BatchLoader<unknown>,
    reading: Reading,
  ): Promise<Map<Id, unknown>> {
    const { state } = this;
    if (state.isClosed) throw cacheClosed();
    const variant = reading.variant ?? NO_VARIANT;
    const found = new Map<Id, unknown>();
    const missing: Id[] = [];
    for (const id of new Set(ids)) {
      checkId(id);
      const slot = state.freshSlot(id, variant);
      if (slot === undefined) missing.push(id);
      else {
        state.hitOfVariant(slot);
        found.set(id, state.share(slot));
      }
    }
    const batch = new BatchLoad(load, missing.length, state.tierTimeoutMs);
    await Promise.all(
      missing.map(async (id) => {
        let hasAsked = false;
        const ask: Loader<unknown> = (context) => {
          hasAsked = true;
          return batch.ask(id, context);
        };
        try {
          if (state.isKnownAbsent(id, state.clock.monotonicMs())) return;
          state.countMiss(id, variant);
          const arrival = await state.shared.arrivalOf(
            state.requests.of(id, variant, reading, ask),
          );
          found.set(id, state.form.share(arrival.value, arrival.flags));
        } finally {
          if (!hasAsked) batch.settled();
        }
      }),
    );
    for (const [id, value] of found) if (state.options.isAbsent(value)) found.delete(id);
    return inOrder(ids, found);
  }
}

function isAbsent({ memory }: NamespaceState, slot: number): boolean {
  return ((memory.columns.flags[slot] ?? 0) & ENTRY_FLAGS.absent) !== 0;
}

function inOrder(ids: readonly Id[], found: ReadonlyMap<Id, unknown>): Map<Id, unknown> {
  const ordered = new Map<Id, unknown>();
  for (const id of ids) if (found.has(id)) ordered.set(id, found.get(id));
  return ordered;
}
