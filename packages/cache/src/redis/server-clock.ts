/** A sample says little about a server's clock after this time: both clocks drift. */
const SAMPLE_LASTS_MS = 60_000;

/**
 * The server's wall clock, read through the process's monotonic one. A reading of the server's clock belongs to some
 * moment between sending the question and hearing the answer; of several readings the quickest is the best
 * (the clock filter of NTP, RFC 5905 §10), unless a later one shows that the server's clock was set.
 */
export class ServerClock {
  #aheadMs = 0;
  #roundTripMs = Number.POSITIVE_INFINITY;
  #heardMs = Number.NEGATIVE_INFINITY;

  heard(serverMs: number, sentMs: number, receivedMs: number): void {
    const roundTripMs = receivedMs - sentMs;
    const isOld = receivedMs - this.#heardMs > SAMPLE_LASTS_MS;
    const isQuicker = roundTripMs <= this.#roundTripMs;
    const contradicts =
      this.#aheadMs < serverMs - receivedMs - this.#roundTripMs ||
      this.#aheadMs > serverMs - sentMs + this.#roundTripMs;
    if (!isOld && !isQuicker && !contradicts) return;
    this.#aheadMs = serverMs - (sentMs + receivedMs) / 2;
    this.#roundTripMs = roundTripMs;
    this.#heardMs = receivedMs;
  }

  /** The server's time in milliseconds of its epoch at a monotonic time. */
  at(monotonicMs: number): number {
    return monotonicMs + this.#aheadMs;
  }
}
