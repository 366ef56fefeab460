export interface RateLimitOptions {
  /** Messages that may go at once after a quiet time. */
  readonly burst: number;
  /** Time in which one more may go. */
  readonly everyMs: number;
}

/** A bucket of tokens (as in RFC 2697's meters): `burst` at the most, one more every `everyMs`. */
export class RateLimit {
  readonly #options: RateLimitOptions;
  #tokens: number;
  #filledAtMs: number | undefined;

  constructor(options: RateLimitOptions) {
    this.#options = options;
    this.#tokens = options.burst;
  }

  /** How many messages may go now. */
  available(nowMs: number): number {
    this.#fill(nowMs);
    return Math.floor(this.#tokens);
  }

  take(count: number): void {
    this.#tokens -= count;
  }

  #fill(nowMs: number): void {
    const passedMs = Math.max(0, nowMs - (this.#filledAtMs ?? nowMs));
    this.#filledAtMs = nowMs;
    const { burst, everyMs } = this.#options;
    this.#tokens = Math.min(burst, this.#tokens + passedMs / everyMs);
  }
}
