import type { Clock } from "@streamgate/core";
import type { PopularId } from "../analytics/popularity.ts";
import { cacheClosed } from "../errors.ts";
import type { Arrival, Fallback } from "../loading/arrival.ts";
import type { Flight } from "../loading/flight.ts";
import { Flights } from "../loading/flights.ts";
import type { Loader } from "../loading/load-context.ts";
import type { LoadWorld, ValueLanding } from "../loading/load-world.ts";
import type { Held, ValueForm } from "../loading/value-form.ts";
import { ENTRY_FLAGS } from "../memory/entry-columns.ts";
import type { HitClock } from "../memory/hit-clock.ts";
import { type Id, type MemoryIndex, NO_VARIANT } from "../memory/memory-index.ts";
import type { MemoryTier } from "../memory/memory-tier.ts";
import { namesOf } from "../memory/tags.ts";
import type { ResolvedNamespaceOptions } from "../options/namespace-options.ts";
import type { GuardedTier } from "../resilience/guarded-tier.ts";
import type { Fill, Payload } from "../tiers/tier.ts";
import type { WarmReport } from "../warming/warm-options.ts";
import { fillTier } from "./fill-tier.ts";
import { checkId } from "./key.ts";
import type { KnownIdsKeeper } from "./known-ids-keeper.ts";
import { Landings } from "./landings.ts";
import type { NamespaceParts } from "./namespace-parts.ts";
import { HITS_PER_SAMPLE, type NamespaceRecord } from "./namespace-record.ts";
import { ReadingMany } from "./reading-many.ts";
import { Refreshing } from "./refreshing.ts";
import { type Reading, Requests } from "./requests.ts";
import { SharedFlights } from "./shared-flights.ts";
import { Writes } from "./writes.ts";

/** Warms the ids, or the most popular ones where there are none. */
export type NamespaceWarming = (
  ids: readonly string[] | undefined,
  signal: AbortSignal | undefined,
) => Promise<WarmReport>;

/** Everything of a namespace but the hit path: the world of its flights, and what reads one value. */
export class NamespaceState implements LoadWorld {
  readonly name: string;
  readonly options: ResolvedNamespaceOptions;
  readonly memory: MemoryTier;
  readonly index: MemoryIndex;
  readonly hitClock: HitClock;
  readonly clock: Clock;
  readonly tiers: readonly GuardedTier[];
  readonly tierTimeoutMs: number;
  readonly form: ValueForm;
  readonly record: NamespaceRecord;
  readonly graceMs: number;
  readonly flights: Flights = new Flights();
  readonly knownIds: KnownIdsKeeper | undefined;
  readonly requests: Requests;
  readonly shared: SharedFlights;
  readonly many: ReadingMany;
  readonly writes: Writes;
  /** Warms it for somebody who has no loader; undefined where the application gave none. */
  warming: NamespaceWarming | undefined;
  /** Gives the hits that were not yet told to the recorder. */
  takeHits: () => number = () => 0;
  private readonly parts: NamespaceParts;
  private readonly landings: Landings;
  private readonly refreshing: Refreshing;

  constructor(parts: NamespaceParts) {
    this.parts = parts;
    this.name = parts.name;
    this.options = parts.options;
    this.memory = parts.memory;
    this.index = parts.index;
    this.hitClock = parts.hitClock;
    this.clock = parts.clock;
    this.tiers = parts.tiers;
    this.tierTimeoutMs = parts.tierTimeoutMs;
    this.form = parts.form;
    this.record = parts.record;
    this.knownIds = parts.knownIds;
    this.landings = new Landings(parts);
    this.graceMs = this.landings.graceMs;
    this.requests = new Requests(parts);
    this.shared = new SharedFlights(this, this.flights, this.record);
    this.refreshing = new Refreshing(this, parts);
    this.many = new ReadingMany(this);
    this.writes = new Writes(this, parts.invalidator);
  }

  // --- reading ---

  /** Everything that is not a plain hit in memory. */
  miss(id: Id, load: Loader<unknown>, reading: Reading = {}): unknown {
    if (this.parts.isClosed()) return Promise.reject(cacheClosed());
    checkId(id);
    const variant = reading.variant ?? NO_VARIANT;
    const nowMs = this.hitClock.refresh();
    const slot = this.index.find(id, variant);
    let fallback: Fallback | undefined;
    if (slot !== undefined && nowMs < this.memory.trustedUntil && this.memory.survives(slot)) {
      const { columns } = this.memory;
      const expiredMs = nowMs - columns.expiresAt(slot);
      if (nowMs < columns.freshUntil(slot)) return this.hitOfVariant(slot);
      if (expiredMs < this.options.staleWhileRevalidateMs) {
        this.refreshing.start(slot, id, variant, load, reading, expiredMs);
        if (expiredMs < 0) return this.hitOfVariant(slot);
        this.record.stale(false);
        return this.share(slot);
      }
      if (expiredMs < this.options.staleIfErrorMs) fallback = this.fallbackOf(slot, expiredMs);
    }
    if (this.isKnownAbsent(id, nowMs)) return undefined;
    this.countMiss(id, variant);
    return this.shared.fly(this.requests.of(id, variant, reading, load), fallback);
  }

  /** What a caller gets of an entry with flags. */
  shareHit(slot: number): unknown {
    const { columns } = this.memory;
    const flags = columns.flags[slot] ?? 0;
    if ((flags & ENTRY_FLAGS.sampled) !== 0) {
      this.record.accessed(columns.keyHash[slot] ?? 0, columns.bytes[slot] ?? 0);
    }
    if ((flags & ENTRY_FLAGS.absent) !== 0) this.record.negativeHit();
    return this.share(slot);
  }

  share(slot: number): unknown {
    const { columns } = this.memory;
    return this.form.share(columns.values[slot], columns.flags[slot] ?? 0);
  }

  /** Tells the recorder of the hits since the last time. */
  countHits(): void {
    this.record.hitsBeside(this.takeHits());
  }

  /** Every 64th hit sets the clock right, and every 1,024th is looked at closely. */
  afterManyHits(slot: number, hits: number): void {
    const nowMs = this.hitClock.refresh();
    if (hits % HITS_PER_SAMPLE !== 0) return;
    const { columns } = this.memory;
    this.record.hitSampled(
      columns.ids[slot] ?? "",
      columns.expiresAt(slot) - nowMs,
      this.ttlOf("memory"),
      columns.loadMsOf(slot),
    );
  }

  /** The encoded value, from memory, a tier or the loader. */
  async payload(id: Id, load: Loader<unknown>, reading: Reading): Promise<Payload> {
    if (this.parts.isClosed()) throw cacheClosed();
    checkId(id);
    const variant = reading.variant ?? NO_VARIANT;
    const slot = this.freshSlot(id, variant);
    if (slot !== undefined) {
      this.hitOfVariant(slot);
      const { columns } = this.memory;
      return this.form.encodeHeld(columns.values[slot], columns.flags[slot] ?? 0);
    }
    this.countMiss(id, variant);
    const request = this.requests.of(id, variant, reading, load);
    const arrival = await this.shared.arrivalOf(request);
    return this.form.encodeHeld(arrival.value, arrival.flags);
  }

  // --- warming ---

  get isClosed(): boolean {
    return this.parts.isClosed();
  }

  popular(limit: number): readonly PopularId[] {
    return this.parts.popular(limit);
  }

  /** Asks the shared tiers alone; what is fresh there comes into memory. Counts as no read. */
  fetch(id: Id, reading: Reading): Promise<Arrival> {
    checkId(id);
    const request = this.requests.of(id, reading.variant ?? NO_VARIANT, reading, undefined);
    return this.shared.launch({ ...request, wantedFreshMs: 1 }).promise;
  }

  /** Takes in what a snapshot held; its slot, or undefined where it was invalidated since `asOf` or has no room. */
  takeBack(kept: {
    readonly id: Id;
    readonly variant: string;
    readonly held: Held;
    readonly tags: readonly string[];
    readonly asOf: number;
    readonly freshMs: number;
    readonly loadMs: number;
  }): number | undefined {
    const longestMs = this.ttlOf("memory") * (1 + this.options.jitter);
    this.land({
      ...kept,
      tags: this.memory.tags.hold(this.requests.tagsOf({ tags: kept.tags })),
      freshMs: Math.min(kept.freshMs, longestMs),
      isLoad: false,
    });
    return this.index.find(kept.id, kept.variant);
  }

  // --- the world of its flights ---

  implicitTags(id: Id): readonly string[] {
    return this.requests.implicitTags(id);
  }

  closure(tags: readonly string[]): readonly string[] {
    return this.requests.closure(tags);
  }

  isTrustworthy(tags: readonly string[]): boolean {
    return !this.parts.invalidator.isPending(tags);
  }

  newToken(): string {
    return this.parts.newToken();
  }

  ttlOf(tier: string): number {
    return this.landings.ttlOf(tier);
  }

  drawTtl(tier: string, isAbsent: boolean): number {
    return this.landings.drawTtl(tier, isAbsent);
  }

  fill(tier: GuardedTier, fill: Fill): void {
    this.parts.track(fillTier(tier, fill, this.record));
  }

  land(landing: ValueLanding): void {
    this.landings.land(landing);
  }

  ended(flight: Flight): void {
    this.flights.remove(flight);
  }

  close(): void {
    this.knownIds?.close();
  }

  // --- mechanism ---

  /** A hit that did not go the shortest way: of a variant, or by another method. */
  hitOfVariant(slot: number): unknown {
    const { columns } = this.memory;
    this.memory.hit(slot);
    this.record.hitsBeside(1);
    return (columns.flags[slot] ?? 0) === 0 ? columns.values[slot] : this.shareHit(slot);
  }

  /** An entry within its time to live; the time to refresh it ahead concerns only who can. */
  freshSlot(id: Id, variant: string): number | undefined {
    const slot = this.index.find(id, variant);
    if (slot === undefined || !this.memory.survives(slot)) return undefined;
    const nowMs = this.hitClock.refresh();
    const isFresh = nowMs < this.memory.columns.expiresAt(slot) && nowMs < this.memory.trustedUntil;
    return isFresh ? slot : undefined;
  }

  isKnownAbsent(id: Id, nowMs: number): boolean {
    if (this.knownIds === undefined || nowMs >= this.memory.trustedUntil) return false;
    if (this.knownIds.mayExist(id)) return false;
    this.record.knownAbsent();
    return true;
  }

  countMiss(id: Id, variant: string): void {
    this.record.memoryMiss();
    const hash = this.memory.hashOf(this.index, id, variant);
    if (this.memory.isSampled(hash)) this.record.accessed(hash, 0);
  }

  private fallbackOf(slot: number, expiredMs: number): Fallback {
    const { columns } = this.memory;
    return {
      expiredMs,
      tags: namesOf(columns.tags[slot]),
      arrival: {
        value: columns.values[slot],
        flags: columns.flags[slot] ?? 0,
        source: "memory",
        isStale: true,
      },
    };
  }
}
