import { type Clock, messageOf, type Random } from "@streamgate/core";
import type pg from "pg";
import type { Channel, Delivery } from "../channel.ts";
import { transact } from "../leadership/term.ts";
import type { Notification } from "../notification.ts";
import { noteDelivery } from "./note-delivery.ts";
import { CLAIM, CLAMP, SETTLE } from "./queue-statements.ts";
import { RateLimit, type RateLimitOptions } from "./rate-limit.ts";
import { type AttemptRecord, type RetryLimits, settle } from "./settle.ts";

export interface DelivererOptions {
  readonly pool: pg.Pool;
  readonly channels: readonly Channel[];
  readonly clock: Clock;
  readonly random: Random;
  readonly retry: RetryLimits;
  /** For each channel by its own. */
  readonly rateLimit: RateLimitOptions;
  /** One try takes no longer. */
  readonly sendTimeoutMs: number;
  /** How often to look for what nobody woke us for. */
  readonly lookEveryMs: number;
  readonly onSettled: (channel: string, record: AttemptRecord, nowMs: number) => void;
  readonly onProblem: (reason: string) => void;
}

interface ClaimedRow {
  readonly id: number;
  readonly key: string;
  readonly channel: string;
  readonly content: Omit<Notification, "id">;
  readonly attempts: number;
  readonly giveUpAtMs: number;
  readonly refusedSinceMs: number | null;
}

/** Sends of one channel at the same time; of one thread there is never more than one. */
const MOST_IN_FLIGHT = 8;
/** A lease outlives the longest send by this. */
const LEASE_MARGIN_MS = 10_000;

/**
 * Sends what stands in the queue, while this instance leads: each channel by its own loop, so that a slow receiver
 * delays nobody else's messages; each thread in order.
 */
export class Deliverer {
  readonly #options: DelivererOptions;
  readonly #lanes: readonly ChannelLane[];

  constructor(options: DelivererOptions) {
    this.#options = options;
    this.#lanes = options.channels.map((channel) => new ChannelLane(channel, options));
  }

  /** Begins or goes on to send, in a term. */
  async lead(term: number): Promise<void> {
    const { pool, clock, retry } = this.#options;
    await pool.query(CLAMP, [
      clock.now().getTime(),
      Math.max(retry.longestMs, retry.longestAskedMs),
    ]);
    for (const lane of this.#lanes) lane.lead(term);
  }

  /** Sends nothing more; what is on its way arrives, and counts where its lease still holds. */
  rest(): void {
    for (const lane of this.#lanes) lane.rest();
  }

  /** Something was written into the queue. */
  wake(): void {
    for (const lane of this.#lanes) lane.wake();
  }

  /** Lets what is on its way arrive, for at most `patienceMs`; then it is cut off, and the next leader sends it. */
  async stop(patienceMs: number): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.stop(patienceMs)));
  }
}

/** One channel's way out of the queue. */
class ChannelLane {
  readonly #channel: Channel;
  readonly #options: DelivererOptions;
  readonly #limit: RateLimit;
  readonly #stopping = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  #term: number | undefined;
  #isLooking = false;
  #isWoken = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(channel: Channel, options: DelivererOptions) {
    this.#channel = channel;
    this.#options = options;
    this.#limit = new RateLimit(options.rateLimit);
  }

  lead(term: number): void {
    this.#term = term;
    this.#timer ??= setInterval(() => this.wake(), this.#options.lookEveryMs);
    this.wake();
  }

  rest(): void {
    this.#term = undefined;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  wake(): void {
    this.#isWoken = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#lookUntilDone()
      .catch((error: unknown) => this.#options.onProblem(messageOf(error)))
      .finally(() => {
        this.#isLooking = false;
      });
  }

  async stop(patienceMs: number): Promise<void> {
    this.rest();
    const cut = setTimeout(() => this.#stopping.abort(), patienceMs);
    await Promise.allSettled(this.#inFlight);
    clearTimeout(cut);
  }

  async #lookUntilDone(): Promise<void> {
    while (this.#isWoken && this.#term !== undefined) {
      this.#isWoken = false;
      const claimed = await this.#claim(this.#term);
      for (const row of claimed) this.#begin(row, this.#term);
    }
  }

  async #claim(term: number): Promise<readonly ClaimedRow[]> {
    const { pool, clock, sendTimeoutMs } = this.#options;
    const nowMs = clock.now().getTime();
    const free = MOST_IN_FLIGHT - this.#inFlight.size;
    const most = Math.min(free, this.#limit.available(clock.monotonicMs()));
    if (most <= 0) return [];
    const { rows } = await pool.query<ClaimedRow>(CLAIM, [
      this.#channel.name,
      most,
      nowMs,
      term,
      nowMs + sendTimeoutMs + LEASE_MARGIN_MS,
    ]);
    this.#limit.take(rows.length);
    return [...rows].sort((left, right) => left.id - right.id);
  }

  #begin(row: ClaimedRow, term: number): void {
    const work = this.#sendAndSettle(row, term)
      .catch((error: unknown) => this.#options.onProblem(messageOf(error)))
      .finally(() => {
        this.#inFlight.delete(work);
        this.wake();
      });
    this.#inFlight.add(work);
  }

  async #sendAndSettle(row: ClaimedRow, term: number): Promise<void> {
    const { pool, clock, random, retry, onSettled } = this.#options;
    const notification: Notification = { id: row.key, ...row.content };
    const delivery = await this.#send(notification);
    if (this.#stopping.signal.aborted && delivery.outcome !== "delivered") return;
    const nowMs = clock.now().getTime();
    const record = settle(row, delivery, retry, random, nowMs);
    const isOurs = await transact(pool, async (query) => {
      const settled = await query(SETTLE, [
        row.id,
        term,
        row.attempts,
        record.state,
        record.notBeforeMs,
        record.lastError,
        record.receipt,
        record.refusedSinceMs,
        record.endedAtMs,
      ]);
      if (settled.length > 0)
        await noteDelivery(query, this.#channel.name, notification, record, nowMs);
      return settled.length > 0;
    });
    if (isOurs) onSettled(this.#channel.name, record, nowMs);
  }

  async #send(notification: Notification): Promise<Delivery> {
    const { sendTimeoutMs } = this.#options;
    const signal = AbortSignal.any([AbortSignal.timeout(sendTimeoutMs), this.#stopping.signal]);
    const late = new Promise<Delivery>((resolve) => {
      const tell = (): void =>
        resolve({ outcome: "failed", reason: `no answer within ${sendTimeoutMs} ms` });
      signal.addEventListener("abort", () => setTimeout(tell, 100), { once: true });
    });
    try {
      return await Promise.race([this.#channel.send(notification, signal), late]);
    } catch (error) {
      return { outcome: "failed", reason: messageOf(error) };
    }
  }
}
