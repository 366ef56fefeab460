import { type Clock, messageOf } from "@streamgate/core";
import type {
  BeginRequest,
  Begun,
  Fill,
  FillOutcome,
  SharedTier,
  StoredValue,
  TierClaims,
  TierRead,
} from "../tiers/tier.ts";
import { type BreakerOptions, type BreakerState, CircuitBreaker } from "./circuit-breaker.ts";
import { type Deadlines, UNAVAILABLE, type Unavailable } from "./deadline.ts";

export interface TierGuardOptions {
  /** The longest that a request waits for the tier, ms. */
  readonly timeoutMs: number;
  /** The longest that a fill, which no request waits for, may take, ms. */
  readonly fillTimeoutMs: number;
  readonly breaker: BreakerOptions;
}

/** What is told of a tier's health. */
export interface TierWatcher {
  answered(tier: string, tookMs: number): void;
  timedOut(tier: string): void;
  failed(tier: string, reason: string): void;
  breakerChanged(tier: string, state: BreakerState): void;
}

interface QueuedRead extends TierRead {
  readonly answer: (found: StoredValue | undefined | Unavailable) => void;
}

/** A key that nobody stores, for probes. */
const PROBE: TierRead = { key: "streamgate:probe", tags: [] };

/**
 * A shared tier that never holds anybody: a call that is late, fails, or meets an open breaker gives
 * {@link UNAVAILABLE}. Reads of one turn go to the tier together.
 */
export class GuardedTier {
  readonly name: string;
  readonly tier: SharedTier;
  private readonly breaker: CircuitBreaker;
  private readonly options: TierGuardOptions;
  private readonly clock: Clock;
  private readonly deadlines: Deadlines;
  private readonly watcher: TierWatcher;
  private queue: QueuedRead[] = [];

  constructor(parts: {
    readonly tier: SharedTier;
    readonly options: TierGuardOptions;
    readonly clock: Clock;
    readonly deadlines: Deadlines;
    readonly watcher: TierWatcher;
  }) {
    this.tier = parts.tier;
    this.name = parts.tier.name;
    this.options = parts.options;
    this.clock = parts.clock;
    this.deadlines = parts.deadlines;
    this.watcher = parts.watcher;
    this.breaker = new CircuitBreaker(parts.options.breaker, (state) =>
      this.watcher.breakerChanged(this.name, state),
    );
  }

  get breakerState(): BreakerState {
    return this.breaker.state;
  }

  get claims(): TierClaims | undefined {
    return this.tier.claims;
  }

  /** Calls `answer` once, with what the tier holds under the key. */
  read(
    key: string,
    tags: readonly string[],
    answer: (found: StoredValue | undefined | Unavailable) => void,
  ): void {
    if (!this.mayAsk()) {
      answer(UNAVAILABLE);
      return;
    }
    if (this.queue.length === 0) process.nextTick(() => this.sendReads());
    this.queue.push({ key, tags, answer });
  }

  /** @param timeoutMs what is left of the time that the request may wait for tiers */
  async begin(request: BeginRequest, timeoutMs: number): Promise<Begun | Unavailable> {
    let sent: Promise<Begun> | undefined;
    const begun = await this.guard(() => {
      sent = this.tier.begin(request);
      return sent;
    }, timeoutMs);
    if (begun === UNAVAILABLE) sent?.then((late) => this.handBack(request, late)).catch(ignore);
    return begun;
  }

  fill(fill: Fill): Promise<FillOutcome | Unavailable> {
    return this.guard(() => this.tier.fill(fill), this.options.fillTimeoutMs);
  }

  /**
   * Waits until the holder of a claim filled it, or `timeoutMs` are over. Who waits in vain has heard nothing from the tier, so
   * only a failure says something about its health.
   */
  async awaitFill(
    claims: TierClaims,
    key: string,
    timeoutMs: number,
  ): Promise<undefined | Unavailable> {
    if (!this.mayAsk()) return UNAVAILABLE;
    try {
      const patienceMs = timeoutMs + this.options.timeoutMs;
      const waited = await this.deadlines.within(claims.awaitFill(key, timeoutMs), patienceMs);
      return waited === UNAVAILABLE ? UNAVAILABLE : undefined;
    } catch (error) {
      this.fail(error);
      return UNAVAILABLE;
    }
  }

  /** Invalidations are sent whatever the breaker says: they are the contract. */
  async invalidate(
    tags: readonly string[],
    timeoutMs: number,
  ): Promise<"done" | { readonly reason: string }> {
    const patienceMs = this.breaker.isClosed
      ? timeoutMs
      : Math.min(timeoutMs, this.options.timeoutMs);
    const startedMs = this.clock.monotonicMs();
    try {
      const outcome = await this.deadlines.within(this.tier.invalidate(tags), patienceMs);
      if (outcome !== UNAVAILABLE) {
        this.succeed(startedMs, patienceMs);
        return "done";
      }
      this.timeOut();
      return { reason: `no answer within ${patienceMs} ms` };
    } catch (error) {
      this.fail(error);
      return { reason: messageOf(error) };
    }
  }

  /** A claim that comes when nobody waits for it any more would keep all others waiting until it lapses. */
  private async handBack({ key, claim }: BeginRequest, { claim: outcome }: Begun): Promise<void> {
    if (claim === undefined || outcome !== "mine") return;
    await this.claims?.release(key, claim.token);
  }

  private sendReads(): void {
    const reads = this.queue;
    this.queue = [];
    const startedMs = this.clock.monotonicMs();
    const giveUp = (): void => {
      for (const { answer } of reads) answer(UNAVAILABLE);
    };
    this.deadlines.within(this.callRead(reads), this.options.timeoutMs).then(
      (found) => {
        if (found === UNAVAILABLE) {
          this.timeOut();
          giveUp();
          return;
        }
        this.succeed(startedMs, this.options.timeoutMs);
        for (let index = 0; index < reads.length; index += 1) reads[index]?.answer(found[index]);
      },
      (error: unknown) => {
        this.fail(error);
        giveUp();
      },
    );
  }

  /** A tier may throw instead of rejecting, or give what is no answer. */
  private async callRead(
    reads: readonly TierRead[],
  ): Promise<readonly (StoredValue | undefined)[]> {
    const found = await this.tier.read(reads);
    if (found.length === reads.length) return found;
    throw new RangeError(`it gave ${found.length} answers to ${reads.length} reads`);
  }

  private async guard<Result>(
    call: () => Promise<Result>,
    timeoutMs: number,
  ): Promise<Result | Unavailable> {
    if (!this.mayAsk()) return UNAVAILABLE;
    const startedMs = this.clock.monotonicMs();
    try {
      const result = await this.deadlines.within(call(), timeoutMs);
      if (result !== UNAVAILABLE) this.succeed(startedMs, timeoutMs);
      // Who had little time left to wait has learnt nothing about the tier.
      else if (timeoutMs >= this.options.timeoutMs / 2) this.timeOut();
      return result;
    } catch (error) {
      this.fail(error);
      return UNAVAILABLE;
    }
  }

  /** Where a probe is due it is sent beside the request, which does not wait for it. */
  private mayAsk(): boolean {
    if (this.breaker.isClosed) return true;
    if (this.breaker.takeProbe(this.clock.monotonicMs())) void this.probe();
    return false;
  }

  private async probe(): Promise<void> {
    const startedMs = this.clock.monotonicMs();
    try {
      const outcome = await this.deadlines.within(this.callRead([PROBE]), this.options.timeoutMs);
      if (outcome === UNAVAILABLE) this.timeOut();
      else this.succeed(startedMs, this.options.timeoutMs);
    } catch (error) {
      this.fail(error);
    }
  }

  /** What took longer than a request waits says that the tier is there, not that it is of use again. */
  private succeed(startedMs: number, allowedMs: number): void {
    const tookMs = this.clock.monotonicMs() - startedMs;
    this.watcher.answered(this.name, tookMs);
    const { timeoutMs } = this.options;
    if (allowedMs <= timeoutMs || tookMs <= timeoutMs) this.breaker.succeeded();
  }

  private timeOut(): void {
    this.watcher.timedOut(this.name);
    this.breaker.failed(this.clock.monotonicMs());
  }

  private fail(error: unknown): void {
    this.watcher.failed(this.name, messageOf(error));
    this.breaker.failed(this.clock.monotonicMs());
  }
}

function ignore(): void {
  // A claim that cannot be handed back lapses.
}
