import type { Loader } from "../loading/load-context.ts";
import type { Id } from "../memory/memory-index.ts";
import type { NamespaceParts } from "./namespace-parts.ts";
import type { NamespaceState } from "./namespace-state.ts";
import type { Reading } from "./requests.ts";

/** After a refresh that failed, the old value is served for so long before the next try, ms. */
const PAUSE_AFTER_FAILURE_MS = 1_000;
/** A refresh takes another process's value where that has this share of the time to live more to go than ours. */
const WORTHWHILE_SHARE = 0.1;

/** Loads anew behind the back of who gets the value that is at hand. */
export class Refreshing {
  private readonly state: NamespaceState;
  private readonly parts: NamespaceParts;

  constructor(state: NamespaceState, parts: NamespaceParts) {
    this.state = state;
    this.parts = parts;
  }

  /** @param expiredMs how long the time to live of the value in the slot is over; negative before that */
  start(
    slot: number,
    id: Id,
    variant: string,
    load: Loader<unknown>,
    reading: Reading,
    expiredMs: number,
  ): void {
    const { state } = this;
    if (state.flights.joinable(id, variant) !== undefined) return;
    const request = state.requests.of(id, variant, reading, load);
    const isStarted = this.parts.refreshes.take();
    state.record.refreshed(isStarted);
    if (!isStarted) return;
    const wantedFreshMs = Math.max(0, -expiredMs) + state.ttlOf("memory") * WORTHWHILE_SHARE;
    const flight = state.shared.launch({ ...request, wantedFreshMs });
    const work = flight.promise
      .catch(() => {
        if (state.index.find(id, variant) === slot) this.pause(slot);
      })
      .finally(() => this.parts.refreshes.give());
    this.parts.track(work);
  }

  /** Not at every hit: the source has trouble enough. */
  private pause(slot: number): void {
    const { memory, clock, options } = this.parts;
    const { columns } = memory;
    columns.setFreshUntil(
      slot,
      Math.min(
        clock.monotonicMs() + PAUSE_AFTER_FAILURE_MS,
        columns.expiresAt(slot) + options.staleWhileRevalidateMs,
      ),
    );
  }
}
