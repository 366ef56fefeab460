import type { Clock } from "@streamgate/core";
import type { NamespaceState } from "../../namespace/namespace-state.ts";
import type { GuardedTier } from "../../resilience/guarded-tier.ts";
import { Pace } from "../pace.ts";
import { reachTiers } from "../reach-tiers.ts";
import type { EntryRecord } from "./records.ts";
import type { RestoreTally } from "./restore-tally.ts";

/** A tier answers reads of one turn together; small enough to be answered in the time that a tier has. */
const BATCH_KEYS = 64;
const BATCH_BYTES = 256 * 1024;
const RESTS = 4;
const FIRST_REST_MS = 500;

interface Wanted {
  readonly state: NamespaceState;
  readonly record: EntryRecord;
}

/**
 * Fetches what a snapshot names from the shared tiers, which judge it by their epochs; nothing is loaded. A tier that does not
 * answer is left to rest a few times.
 */
export class TierFetch {
  /** The tiers went on failing. */
  hasGivenUp = false;
  private readonly tally: RestoreTally;
  private readonly clock: Clock;
  private readonly pace: Pace;
  private readonly signal: AbortSignal;
  private batch: Wanted[] = [];
  private batchBytes = 0;
  private restsTaken = 0;
  private readonly reached = new Set<GuardedTier>();

  constructor(parts: {
    readonly tally: RestoreTally;
    readonly clock: Clock;
    readonly perSecond: number;
    readonly signal: AbortSignal;
  }) {
    this.tally = parts.tally;
    this.clock = parts.clock;
    this.signal = parts.signal;
    this.pace = new Pace(parts.clock, parts.perSecond);
  }

  /** @throws the signal's reason */
  async want(state: NamespaceState, record: EntryRecord): Promise<void> {
    this.batch.push({ state, record });
    this.batchBytes += record.sizeBytes;
    if (this.batch.length >= BATCH_KEYS || this.batchBytes >= BATCH_BYTES) await this.flush();
  }

  /** @throws the signal's reason */
  async flush(): Promise<void> {
    let wanted: readonly Wanted[] = this.batch;
    this.batch = [];
    this.batchBytes = 0;
    await this.reachFirst(wanted);
    while (wanted.length > 0) {
      await this.pace.turn(this.signal, wanted.length);
      this.signal.throwIfAborted();
      const missing = await this.fetched(wanted);
      if (!(await this.isTroubled(missing, wanted.length))) return this.leaveOut(missing);
      wanted = missing;
      await this.rest();
      if (this.hasGivenUp) return this.leaveOut(missing);
    }
  }

  private leaveOut(missing: readonly Wanted[]): void {
    for (const _ of missing) this.tally.leftOut("gone");
  }

  /** Whether they may be missing because a tier fails: it is known to, or gave nothing at all and does not answer. */
  private async isTroubled(missing: readonly Wanted[], asked: number): Promise<boolean> {
    if (missing.length === 0) return false;
    const tiers = tiersOf(missing);
    if (tiers.some(({ breakerState }) => breakerState !== "closed")) return true;
    return missing.length === asked && !(await reachTiers(tiers, this.clock));
  }

  /** Those that no tier gave. */
  private async fetched(wanted: readonly Wanted[]): Promise<readonly Wanted[]> {
    const missing = await Promise.all(wanted.map((one) => this.fetchOne(one)));
    return missing.filter((one) => one !== undefined);
  }

  private async fetchOne(one: Wanted): Promise<Wanted | undefined> {
    const { state, record } = one;
    const { id, variant, tags } = record;
    try {
      const { source, isStale } = await state.fetch(id, { variant, tags });
      if (source === "none" || isStale) return one;
    } catch {
      this.tally.leftOut("unreadable");
      return undefined;
    }
    if (state.index.find(id, variant) === undefined) this.tally.leftOut("invalidated");
    else this.tally.restored += 1;
    return undefined;
  }

  private async reachFirst(wanted: readonly Wanted[]): Promise<void> {
    const unknown = tiersOf(wanted).filter((tier) => !this.reached.has(tier));
    for (const tier of unknown) this.reached.add(tier);
    await reachTiers(unknown, this.clock);
  }

  private async rest(): Promise<void> {
    if (this.restsTaken >= RESTS) {
      this.hasGivenUp = true;
      return;
    }
    this.restsTaken += 1;
    await this.clock.sleep(FIRST_REST_MS * 2 ** (this.restsTaken - 1), this.signal);
  }
}

function tiersOf(wanted: readonly Wanted[]): readonly GuardedTier[] {
  return [...new Set(wanted.flatMap(({ state }) => state.tiers))];
}
