import { ENTRY_FLAGS } from "../memory/entry-columns.ts";
import type { Unavailable } from "../resilience/deadline.ts";
import type { GuardedTier } from "../resilience/guarded-tier.ts";
import type { StoredValue } from "../tiers/tier.ts";
import { Answer } from "./answer.ts";
import type { Arrival, Fallback } from "./arrival.ts";
import { AskedTiers, isOfUse } from "./asked-tiers.ts";
import { type Deferred, deferred } from "./deferred.ts";
import { type FillWith, fillAll, fillNearer } from "./fill-tiers.ts";
import { type FlightRequest, isRefresh } from "./flight-request.ts";
import { LoadClaim } from "./load-claim.ts";
import type { Loader } from "./load-context.ts";
import type { LoadWorld } from "./load-world.ts";
import { flagsOf, openStored } from "./open-stored.ts";
import { runLoader } from "./run-loader.ts";
import type { Held } from "./value-form.ts";
import { WatchedTags } from "./watched-tags.ts";

/**
 * One way from a miss to a value, shared by all callers of a key in this process: the shared tiers from near to far,
 * then the source. What it lands anywhere carries what was known *before* it looked: the count of invalidations
 * here, the stamp of each tier there.
 */
export class Flight {
  readonly request: FlightRequest;
  /** Invalidations in this process when it began. */
  readonly asOf: number;
  /** Its id was invalidated: nothing that it brings may be kept, and who comes later begins anew. */
  isSpoiled = false;
  /** Callers beside the one that began it. */
  joined = 0;
  private readonly world: LoadWorld;
  private readonly startedMs: number;
  private readonly tags: WatchedTags;
  private readonly answer: Answer;
  // Made when needed: most flights end at the nearest tier.
  private askedTiers: AskedTiers | undefined;
  private claim: LoadClaim | undefined;
  private isEnded = false;
  private whenEnded: Deferred<void> | undefined;
  /** A tier has been asked: what it answers may be from before whoever comes from now on. */
  private hasAsked = false;

  constructor(world: LoadWorld, request: FlightRequest) {
    this.world = world;
    this.request = request;
    this.asOf = world.memory.bumps;
    this.startedMs = world.clock.monotonicMs();
    this.answer = new Answer(world.record);
    this.tags = new WatchedTags(world.memory, request, this.asOf);
  }

  get promise(): Promise<Arrival> {
    return this.answer.promise;
  }

  /** Whether nothing that it depends on was invalidated since it began. */
  get isValid(): boolean {
    const { memory, index } = this.world;
    return !this.isSpoiled && memory.isUntouchedSince(index, this.tags.watched, this.asOf);
  }

  /** Whether its result may be given to a caller who came when the count of invalidations was `joinedAt`. */
  maySatisfy(joinedAt: number): boolean {
    return joinedAt === this.asOf || (this.isValid && !this.tags.isUncertain);
  }

  /**
   * Whether a caller who comes now may take its result where this process hears nothing of invalidations by others: only
   * before a tier is asked. Where none answers the next load waits for this one, and serves all who came meanwhile.
   */
  get mayStillAsk(): boolean {
    return !this.hasAsked;
  }

  /** Resolves when it has ended, however; a stale answer is not its end. */
  get ended(): Promise<void> {
    this.whenEnded ??= deferred();
    return this.whenEnded.promise;
  }

  /** @param fallback what memory still holds past its time */
  start(fallback?: Fallback): void {
    if (fallback !== undefined) this.offer(fallback);
    const [first] = this.world.tiers;
    if (first === undefined) {
      this.goOn(() => this.bring());
      return;
    }
    // The reads of one turn go together at its end.
    process.nextTick(() => {
      this.hasAsked = true;
    });
    first.read(this.request.key, this.tags.all, (found) => {
      this.goOn(() => this.heardFromNearest(first, found));
    });
  }

  /** A hit in the nearest shared tier is the common case, so no promise is made on its way. */
  private heardFromNearest(
    tier: GuardedTier,
    found: StoredValue | undefined | Unavailable,
  ): Promise<void> | undefined {
    if (!isOfUse(this.world, found)) {
      this.asked.hadNothing(tier, found);
      return this.bring();
    }
    const held = openStored(this.world, this.request.key, found);
    if (held instanceof Promise) {
      return held.then((opened) => (this.take(tier, found, opened) ? undefined : this.bring()));
    }
    return this.take(tier, found, held) ? undefined : this.bring();
  }

  /** After a miss in the nearest tier: stamps first, then the farther tiers, then the source. */
  private async bring(): Promise<void> {
    const { load } = this.request;
    if (load !== undefined) await this.begin();
    if (await this.isTakenFromFarther()) return;
    if (load === undefined) {
      this.answer.give({ value: undefined, flags: 0, source: "none", isStale: false });
      this.end();
      return;
    }
    if (this.claim !== undefined && (await this.isLoadedElsewhere(this.claim))) return;
    await this.loadFromSource(load);
  }

  /** Takes the stamps of all tiers that answer, and with one of them the claim on the load. */
  private async begin(): Promise<void> {
    const { asked } = this;
    const claim = LoadClaim.on(this.world, this.request.key, asked);
    this.claim = claim;
    await Promise.all(
      asked.answering.map((tier) =>
        tier === claim?.tier ? claim.begin() : asked.begin(tier, asked.leftMs),
      ),
    );
  }

  private async isTakenFromFarther(): Promise<boolean> {
    for (const tier of this.world.tiers.slice(1)) {
      const found = await this.asked.read(tier);
      if (found === undefined || !(await this.takeFrom(tier, found))) continue;
      fillNearer(this.world, this.fillWith, tier, found);
      return true;
    }
    return false;
  }

  /** Whether another process loaded it: it has the claim and fills, or had filled before this process got the claim. */
  private async isLoadedElsewhere(claim: LoadClaim): Promise<boolean> {
    let { leftMs } = this.asked;
    if (claim.isTaken) {
      const found = await claim.awaitOther();
      if (found !== undefined && (await this.takeFrom(claim.tier, found))) return true;
      leftMs = this.world.tierTimeoutMs;
    }
    if (!claim.isOurs) return false;
    const found = await claim.lookOnceMore(leftMs);
    if (found === undefined || !(await this.takeFrom(claim.tier, found))) return false;
    claim.giveUp();
    return true;
  }

  private get asked(): AskedTiers {
    this.askedTiers ??= new AskedTiers(this.world, this.request, this.tags, this.startedMs);
    return this.askedTiers;
  }

  private get fillWith(): FillWith {
    return { key: this.request.key, asked: this.askedTiers, claim: this.claim };
  }

  private async takeFrom(tier: GuardedTier, found: StoredValue): Promise<boolean> {
    return this.take(tier, found, await openStored(this.world, this.request.key, found));
  }

  /** Whether the value ends the flight; an expired one is kept for the case that nothing better comes. */
  private take(tier: GuardedTier, found: StoredValue, held: Held | undefined): boolean {
    const { world, request } = this;
    if (held === undefined) {
      this.asked.countMiss(tier);
      return false;
    }
    const tags = found.tags.filter(isExplicit);
    this.tags.watch(tags);
    const flags = flagsOf(world, found, held);
    const arrival: Arrival = {
      value: held.value,
      flags,
      source: tier.name,
      isStale: found.freshMs <= 0,
      isPrivate: held.isPrivate === true,
    };
    if (found.freshMs > request.wantedFreshMs) {
      if (!isRefresh(request)) world.record.tierHit(tier.name, found.payload.bytes.length);
      this.land({ ...held, flags }, tags, found.freshMs, found.loadMs, false);
      this.answer.give(arrival);
      this.end();
      return true;
    }
    this.asked.countMiss(tier);
    // A refresh has a better one at hand.
    if (!arrival.isStale || isRefresh(request)) return false;
    const expiredMs = -found.freshMs;
    if (expiredMs <= world.options.staleWhileRevalidateMs) this.answer.give(arrival);
    else this.offer({ arrival, tags, expiredMs });
    return false;
  }

  /** Keeps a value past its time, to be served when the source is late or fails. */
  private offer(fallback: Fallback): void {
    const { softTimeoutMs, hardTimeoutMs, staleIfErrorMs } = this.world.options;
    if (fallback.expiredMs > staleIfErrorMs) return;
    this.tags.watch(fallback.tags);
    const patienceMs = softTimeoutMs < hardTimeoutMs ? softTimeoutMs : undefined;
    this.answer.keep(fallback.arrival, patienceMs);
  }

  private async loadFromSource(load: Loader<unknown>): Promise<void> {
    const { world, request } = this;
    const startedMs = world.clock.monotonicMs();
    const letGo = this.claim?.keep();
    try {
      const value = await runLoader(load, {
        key: request.key,
        hardTimeoutMs: world.options.hardTimeoutMs,
        tag: (tags) => this.tags.add(world.closure(tags)),
      });
      this.loaded(value, world.clock.monotonicMs() - startedMs);
    } catch (error) {
      const tookMs = world.clock.monotonicMs() - startedMs;
      world.record.loadFailed(request.key, tookMs, error, this.joined);
      this.claim?.giveUp();
      if (this.answer.giveKept()) this.end();
      else this.fail(error);
    } finally {
      letGo?.();
    }
  }

  /** Into memory at once, to the callers, and to the shared tiers behind their backs. */
  private loaded(value: unknown, loadMs: number): void {
    const { world, request } = this;
    const isAbsent = world.options.isAbsent(value);
    world.record.loaded(request.id, request.key, loadMs, isAbsent, this.joined);
    const admitted = world.form.admit(value);
    if ("refused" in admitted) {
      world.record.refused(request.key, admitted.refused);
      this.claim?.giveUp();
      this.answer.give({ value, flags: 0, source: "load", isStale: false });
      this.end();
      return;
    }
    const flags = admitted.flags | (isAbsent ? ENTRY_FLAGS.absent : 0);
    const freshMs = world.drawTtl("memory", isAbsent);
    this.land({ ...admitted, flags }, this.tags.explicit, freshMs, loadMs, true);
    this.answer.give({ value: admitted.value, flags, source: "load", isStale: false });
    this.end();
    const { tags, startedMs } = this;
    const filled = { admitted, isAbsent, tags, loadMs, startedMs };
    fillAll(world, this.fillWith, filled).catch((error: unknown) => {
      world.record.refused(request.key, String(error));
      this.claim?.giveUp();
    });
  }

  private land(
    held: Held,
    tags: readonly string[],
    freshMs: number,
    loadMs: number,
    isLoad: boolean,
  ): void {
    const { world, request } = this;
    if (this.isSpoiled || this.tags.isUncertain || freshMs <= 0 || world.ttlOf("memory") <= 0)
      return;
    world.land({
      id: request.id,
      variant: request.variant,
      held,
      tags: world.memory.tags.hold(tags),
      asOf: this.asOf,
      freshMs: Math.min(freshMs, world.ttlOf("memory") * (1 + world.options.jitter)),
      loadMs,
      isLoad,
    });
  }

  /** Runs a step; whatever it throws ends the flight. */
  private goOn(step: () => Promise<void> | undefined): void {
    try {
      step()?.catch((error: unknown) => this.fail(error));
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    this.answer.fail(error);
    this.end();
  }

  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.whenEnded?.resolve();
    this.answer.end();
    this.tags.release();
    this.world.ended(this);
  }
}

function isExplicit(tag: string): boolean {
  return !tag.startsWith("#") && !tag.startsWith("@");
}
