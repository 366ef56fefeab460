import { badCacheOption, cacheClosed, valueNotStorable } from "../errors.ts";
import type { Invalidator } from "../invalidation/invalidator.ts";
import { Flight } from "../loading/flight.ts";
import type { Held } from "../loading/value-form.ts";
import { ENTRY_FLAGS } from "../memory/entry-columns.ts";
import { type Id, NO_VARIANT } from "../memory/memory-index.ts";
import { UNAVAILABLE } from "../resilience/deadline.ts";
import type { GuardedTier } from "../resilience/guarded-tier.ts";
import type { Fill, FillOutcome, Payload } from "../tiers/tier.ts";
import { fillTier } from "./fill-tier.ts";
import { checkId, idTag, namespaceTag } from "./key.ts";
import type { NamespaceState } from "./namespace-state.ts";
import type { Reading } from "./requests.ts";

/** What a write says beside id and value. */
export interface Writing extends Reading {
  readonly ttlMs?: number;
}

/** A value that is set, as it goes into memory and into the shared tiers. */
interface Written {
  readonly held: Held;
  readonly payload: Payload;
  readonly isAbsent: boolean;
  /** Instead of the namespace's time to live, ms. */
  readonly ttlMs: number | undefined;
}

/** What is changed in a namespace from outside: an old value is invalidated everywhere before a new one is stored. */
export class Writes {
  private readonly state: NamespaceState;
  private readonly invalidator: Invalidator;

  constructor(state: NamespaceState, invalidator: Invalidator) {
    this.state = state;
    this.invalidator = invalidator;
  }

  async set(id: Id, value: unknown, writing: Writing): Promise<void> {
    const { state } = this;
    if (state.isClosed) throw cacheClosed();
    checkId(id);
    checkTtl(writing.ttlMs);
    const variant = writing.variant ?? NO_VARIANT;
    const request = state.requests.of(id, variant, writing, undefined);
    const { key } = request;
    const admitted = state.form.admit(value);
    if ("refused" in admitted) throw valueNotStorable(key, admitted.refused);
    const payload = await admitted.encode();
    await this.deleteIds([id], false);
    // What is still on its way here is older; of two values that are set at once the one that comes second here stays.
    state.flights.spoil(id);
    // Watched as a load is: what is invalidated from now on may not land.
    const watched = new Flight(state, request);
    state.flights.add(watched);
    try {
      const isAbsent = state.options.isAbsent(value);
      await this.store(watched, { held: admitted, payload, isAbsent, ttlMs: writing.ttlMs });
    } finally {
      watched.end();
    }
  }

  async deleteIds(ids: readonly Id[], isEverywhere: boolean): Promise<void> {
    if (this.state.isClosed) throw cacheClosed();
    for (const id of ids) checkId(id);
    const tags = ids.map((id) => idTag(this.state.name, id));
    await this.invalidator.invalidate({ tags }, isEverywhere);
  }

  async added(ids: readonly Id[], isEverywhere: boolean): Promise<void> {
    if (this.state.isClosed) throw cacheClosed();
    for (const id of ids) checkId(id);
    const added = { namespace: this.state.name, ids: ids.map(String) };
    const tags = ids.map((id) => idTag(this.state.name, id));
    await this.invalidator.invalidate({ tags, added }, isEverywhere);
  }

  async clear(isEverywhere: boolean): Promise<void> {
    if (this.state.isClosed) throw cacheClosed();
    await this.invalidator.invalidate({ tags: [namespaceTag(this.state.name)] }, isEverywhere);
  }

  /** In the shared tiers, and then in memory unless one of them knew better. */
  private async store(
    watched: Flight,
    { held, payload, isAbsent, ttlMs: wantedMs }: Written,
  ): Promise<void> {
    const { state } = this;
    const { id, variant, key, tags, allTags } = watched.request;
    const ttlMs = (tier: string): number =>
      state.ttlOf(tier) <= 0 ? 0 : (wantedMs ?? state.drawTtl(tier, isAbsent));
    const outcomes = await Promise.all(
      state.tiers
        .filter((tier) => ttlMs(tier.name) > 0)
        .map((tier) =>
          this.storeIn(tier, { key, tags: allTags, payload, ttlMs: ttlMs(tier.name) }),
        ),
    );
    const isSuperseded = outcomes.includes("superseded") || !watched.isValid;
    if (isSuperseded || ttlMs("memory") <= 0) return;
    const flags = held.flags | (isAbsent ? ENTRY_FLAGS.absent : 0);
    state.land({
      id,
      variant,
      held: { ...held, flags },
      tags: state.memory.tags.hold(tags),
      asOf: watched.asOf,
      freshMs: ttlMs("memory"),
      loadMs: 0,
      isLoad: false,
    });
  }

  private async storeIn(
    tier: GuardedTier,
    given: Pick<Fill, "key" | "tags" | "payload" | "ttlMs">,
  ): Promise<FillOutcome | "unavailable"> {
    const { key, tags } = given;
    const { graceMs, record, tierTimeoutMs } = this.state;
    const begun = await tier.begin({ key, tags }, tierTimeoutMs);
    if (begun === UNAVAILABLE) return "unavailable";
    const { stamp } = begun;
    return fillTier(tier, { ...given, stamp, graceMs, loadMs: 0, ageMs: 0 }, record);
  }
}

function checkTtl(ttlMs: number | undefined): void {
  if (ttlMs === undefined || (Number.isFinite(ttlMs) && ttlMs >= 1)) return;
  throw badCacheOption("ttlMs", ttlMs, "a time of at least 1 ms");
}
