/** The machine's monotonic clock, which all its processes share, in microseconds since `originNs`. */
export class MonotonicStamps {
  readonly #originNs: bigint;
  #turnUs = 0;
  #isOfThisTurn = false;
  readonly #endTurn = (): void => {
    this.#isOfThisTurn = false;
  };

  constructor(originNs: bigint) {
    this.#originNs = originNs;
  }

  nowUs(): number {
    return Number(process.hrtime.bigint() - this.#originNs) / 1_000;
  }

  /** When somebody first asked for the time in this turn of the event loop. */
  turnUs(): number {
    if (!this.#isOfThisTurn) {
      this.#turnUs = this.nowUs();
      this.#isOfThisTurn = true;
      setImmediate(this.#endTurn);
    }
    return this.#turnUs;
  }

  /**
   * Notes the turn whenever anybody reads `performance.now`, so that it begins no later than the time which a cache
   * under test may have kept for the turn.
   */
  watchPerformanceClock(): void {
    const read = performance.now.bind(performance);
    performance.now = () => {
      this.turnUs();
      return read();
    };
  }
}
