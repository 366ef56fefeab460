import { type Clock, messageOf, type Random } from "@streamgate/core";
import type { Bus, BusMessage, Published } from "../bus/bus.ts";
import type { EdgeSink } from "../edge/edge-sink.ts";
import { invalidationPending } from "../errors.ts";
import { type Deadlines, UNAVAILABLE } from "../resilience/deadline.ts";
import type { GuardedTier } from "../resilience/guarded-tier.ts";
import { PendingInvalidations } from "./pending-invalidations.ts";

export interface InvalidatorParts {
  /** From near to far. */
  readonly tiers: readonly GuardedTier[];
  readonly bus: Bus | undefined;
  readonly edge: EdgeSink | undefined;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly deadlines: Deadlines;
  /** Does in this process's memory what the tags say. */
  readonly applyHere: (message: BusMessage, isRepeated: boolean) => void;
  /** The tags of all namespaces. */
  readonly everything: () => readonly string[];
  /** Something went wrong that nobody waits for. */
  readonly warn: (warning: string) => void;
}

/** What did not acknowledge. */
interface Shortfall {
  readonly where: string;
  readonly reason: string;
}

/**
 * Invalidates from the source outwards: shared tiers from far to near, then the bus, memory last, the edge behind them. A copy
 * is always taken from a place farther out, under a stamp of the place that it goes to: so when a place is
 * invalidated, everything farther already was, and no copy of the old value can come in behind it.
 */
export class Invalidator {
  private readonly parts: InvalidatorParts;
  private readonly pending: PendingInvalidations;

  constructor(parts: InvalidatorParts) {
    this.parts = parts;
    this.pending = new PendingInvalidations({
      clock: parts.clock,
      random: parts.random,
      everything: parts.everything,
      attempt: (tags) => this.tryAgain(tags),
    });
  }

  /** Tags that wait for an acknowledgement. */
  get pendingTags(): number {
    return this.pending.size;
  }

  isPending(tags: readonly string[]): boolean {
    return this.pending.size > 0 && tags.some((tag) => this.pending.has(tag));
  }

  /**
   * @throws StreamGateError `SG_CACHE_INVALIDATION_PENDING` when a tier or the bus did not acknowledge; it is then tried again
   */
  async invalidate(message: BusMessage, isEverywhere: boolean): Promise<void> {
    if (message.tags.length === 0 && message.added === undefined) return;
    const { shortfall, published } = await this.everyStep(message);
    if (shortfall !== undefined) {
      throw invalidationPending(message.tags, shortfall.where, shortfall.reason);
    }
    if (isEverywhere) await published?.everywhere();
    const purged = this.purgeEdge(message.tags);
    if (isEverywhere) await purged;
  }

  /** Tries what is pending once more; the tags that no tier acknowledged. */
  close(): Promise<readonly string[]> {
    return this.pending.close();
  }

  /** Whether all acknowledged what was pending; then the edge comes last, as it does at once where nothing fails. */
  private async tryAgain(tags: readonly string[]): Promise<boolean> {
    const { shortfall } = await this.everyStep({ tags });
    if (shortfall !== undefined) return false;
    void this.purgeEdge(tags);
    return true;
  }

  private async everyStep(
    message: BusMessage,
  ): Promise<{ readonly shortfall?: Shortfall; readonly published?: Published }> {
    const { tiers, bus, applyHere } = this.parts;
    applyHere(message, false);
    if (tiers.length === 0 && bus === undefined) return {};
    let shortfall = await this.invalidateTiers(message.tags);
    const published = await this.publish(message);
    if (published !== undefined && "reason" in published) shortfall ??= published;
    // First of all nothing more that a tier gives under these tags is believed.
    if (shortfall !== undefined) this.pending.add(message.tags);
    // What this process read from a tier before it was invalidated there may have come in meanwhile.
    applyHere(message, true);
    return {
      ...(shortfall === undefined ? {} : { shortfall }),
      ...(published === undefined || "reason" in published ? {} : { published }),
    };
  }

  private async invalidateTiers(tags: readonly string[]): Promise<Shortfall | undefined> {
    let shortfall: Shortfall | undefined;
    if (tags.length === 0) return undefined;
    for (const tier of this.parts.tiers.toReversed()) {
      const outcome = await tier.invalidate(tags, this.parts.timeoutMs);
      if (outcome !== "done") shortfall ??= { where: `the tier ${tier.name}`, ...outcome };
    }
    return shortfall;
  }

  private async publish(message: BusMessage): Promise<Published | Shortfall | undefined> {
    const { bus, deadlines, timeoutMs } = this.parts;
    if (bus === undefined) return undefined;
    try {
      const published = await deadlines.within(bus.publish(message), timeoutMs);
      if (published !== UNAVAILABLE) return published;
      return { where: "the bus", reason: `no answer within ${timeoutMs} ms` };
    } catch (error) {
      return { where: "the bus", reason: messageOf(error) };
    }
  }

  private async purgeEdge(tags: readonly string[]): Promise<void> {
    try {
      await this.parts.edge?.purge(tags);
    } catch (error) {
      this.parts.warn(`the edge was not purged: ${messageOf(error)}`);
    }
  }
}
