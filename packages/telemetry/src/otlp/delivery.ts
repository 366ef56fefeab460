import type { Clock, Random } from "@streamgate/core";
import type { Poster, PostOutcome } from "./post.ts";

/** One request's body, and how many spans or points are in it. */
export interface Payload {
  readonly body: Buffer;
  readonly items: number;
}

/** How patient a delivery is. */
export interface DeliveryOptions {
  readonly maxQueueBytes: number;
  readonly timeoutMs: number;
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** From the first attempt on; then the payload is given up. */
  readonly maxRetryingMs: number;
  readonly clock: Clock;
  readonly random: Random;
}

/** Items by what became of them. */
export interface DeliveryCounts {
  readonly sent: number;
  /** Given up: too much waited, or nobody took them in time. */
  readonly dropped: number;
  /** The receiver did not want them. */
  readonly rejected: number;
}

/**
 * Sends payloads one after another, and again where that may help, with delays that double (half of each is left to chance,
 * so that many processes do not come back at one instant). What waits is bounded in bytes: the oldest is dropped for the newest.
 */
export class Delivery {
  private readonly options: DeliveryOptions;
  private readonly poster: Poster;
  private readonly tell: (problem: string) => void;
  private readonly waiting: Payload[] = [];
  private waitingBytes = 0;
  private draining: Promise<void> | undefined;
  private endPause: (() => void) | undefined;
  /** On the monotonic clock; until then everything is tried, afterwards nothing. */
  private deadlineMs = Number.POSITIVE_INFINITY;
  private readonly totals = { sent: 0, dropped: 0, rejected: 0 };

  constructor(poster: Poster, options: DeliveryOptions, tell: (problem: string) => void) {
    this.poster = poster;
    this.options = options;
    this.tell = tell;
  }

  /** Takes it on; what no longer has room is dropped. */
  offer(payload: Payload): void {
    this.waiting.push(payload);
    this.waitingBytes += payload.body.length;
    while (this.waitingBytes > this.options.maxQueueBytes) {
      const oldest = this.next();
      if (oldest === undefined) break;
      this.drop(oldest, "too much waits to be sent");
    }
    this.draining ??= this.drain();
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.draining;
  }

  /** Sends what waits once more, at most until then, and gives up the rest. */
  async stop(withinMs: number): Promise<void> {
    this.deadlineMs = this.options.clock.monotonicMs() + withinMs;
    this.endPause?.();
    await this.draining;
    this.poster.close();
  }

  counts(): DeliveryCounts {
    return { ...this.totals };
  }

  private async drain(): Promise<void> {
    // The offer that begins it goes on first, so that `draining` is set before it can end.
    await Promise.resolve();
    for (let payload = this.next(); payload !== undefined; payload = this.next()) {
      await this.deliver(payload);
    }
    this.draining = undefined;
  }

  private next(): Payload | undefined {
    const payload = this.waiting.shift();
    if (payload !== undefined) this.waitingBytes -= payload.body.length;
    return payload;
  }

  private async deliver(payload: Payload): Promise<void> {
    const { clock, maxRetryingMs } = this.options;
    const giveUpMs = clock.monotonicMs() + maxRetryingMs;
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await this.attempt(payload);
      if (outcome.kind === "accepted") return this.accept(payload, outcome);
      if (outcome.kind === "refused") return this.reject(payload.items, outcome.reason);
      // A receiver may ask for more patience than ours, never for less.
      const pauseMs = Math.max(outcome.afterMs ?? 0, this.pauseMs(attempt));
      const isLate = clock.monotonicMs() + pauseMs > Math.min(giveUpMs, this.deadlineMs);
      if (isLate || this.isStopping()) return this.drop(payload, outcome.reason);
      await this.pause(pauseMs);
    }
  }

  private async attempt({ body }: Payload): Promise<PostOutcome> {
    const leftMs = this.deadlineMs - this.options.clock.monotonicMs();
    if (leftMs <= 0) return { kind: "later", reason: "there is no time left", afterMs: undefined };
    try {
      return await this.poster.post(body, Math.min(this.options.timeoutMs, leftMs));
    } catch (error) {
      return { kind: "refused", reason: String(error) };
    }
  }

  private isStopping(): boolean {
    return this.deadlineMs !== Number.POSITIVE_INFINITY;
  }

  private pauseMs(attempt: number): number {
    const { firstRetryMs, longestRetryMs, random } = this.options;
    const whole = Math.min(longestRetryMs, firstRetryMs * 2 ** attempt);
    return whole / 2 + random.next() * (whole / 2);
  }

  /** Ends early when the delivery stops; keeps no process alive. */
  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref();
      this.endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private accept(
    { items }: Payload,
    { partial }: Extract<PostOutcome, { readonly kind: "accepted" }>,
  ): void {
    const rejected = Math.min(items, partial?.rejected ?? 0);
    this.totals.sent += items - rejected;
    if (partial !== undefined) this.reject(rejected, `partial success: ${partial.message}`);
  }

  private reject(items: number, reason: string): void {
    this.totals.rejected += items;
    this.tell(`${items} rejected: ${reason}`);
  }

  private drop({ items }: Payload, reason: string): void {
    this.totals.dropped += items;
    this.tell(`${items} dropped: ${reason}`);
  }
}
