import { nowMs } from "./messages.ts";

interface Stall {
  readonly fromMs: number;
  readonly toMs: number;
}

const TICK_MS = 1;
/** A timer is never quite on time. */
const USUAL_DELAY_MS = 0.5;
const KEPT_STALLS = 2_000;

/** Sees when the event loop stood still, whether for work or because the processor was somebody else's. */
export class LoopWatch {
  readonly #stalls: Stall[] = [];
  readonly #timer: NodeJS.Timeout;
  #dueMs: number = nowMs() + TICK_MS;

  constructor() {
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** For how much of this time it stood still; asked soon after. */
  stalledMs(fromMs: number, toMs: number): number {
    // A stall that has not met its tick yet.
    const running = { fromMs: this.#dueMs + USUAL_DELAY_MS, toMs: nowMs() };
    return [...this.#stalls, running].reduce(
      (sum, stall) =>
        sum + Math.max(0, Math.min(stall.toMs, toMs) - Math.max(stall.fromMs, fromMs)),
      0,
    );
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const atMs = nowMs();
    const fromMs = this.#dueMs + USUAL_DELAY_MS;
    if (atMs > fromMs) this.#stalls.push({ fromMs, toMs: atMs });
    if (this.#stalls.length > KEPT_STALLS) this.#stalls.splice(0, KEPT_STALLS / 2);
    this.#dueMs = atMs + TICK_MS;
  }
}
