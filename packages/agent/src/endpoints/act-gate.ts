import type { Clock } from "@streamgate/core";

/** Why an act is not begun now. */
export interface ActRefusal {
  readonly status: 409 | 429 | 503;
  readonly detail: string;
  readonly retryAfterSeconds: number;
}

/** The right to act; to be given back. */
export type ActPermit = () => void;

const BURST = 10;
const REFILL_MS = 6_000;

/** Lets one act run at a time, and ten a minute: each holds up the process that it looks into. */
export class ActGate {
  private readonly clock: Clock;
  private running: { readonly name: string; readonly breakOff: () => void } | undefined;
  private isClosed = false;
  private left = BURST;
  private refilledAtMs: number;

  constructor(clock: Clock) {
    this.clock = clock;
    this.refilledAtMs = clock.monotonicMs();
  }

  /**
   * @param name of the act, for the message to who comes while it runs
   * @param breakOff ends it in the middle
   */
  enter(name: string, breakOff: () => void): ActPermit | ActRefusal {
    if (this.isClosed)
      return { status: 503, detail: "the process is about to end", retryAfterSeconds: 5 };
    if (this.running !== undefined)
      return {
        status: 409,
        detail: `one at a time, and ${this.running.name} is under way`,
        retryAfterSeconds: 5,
      };
    this.refill();
    if (this.left < 1)
      return {
        status: 429,
        detail: `${BURST} acts a minute are enough`,
        retryAfterSeconds: REFILL_MS / 1_000,
      };
    this.left -= 1;
    this.running = { name, breakOff };
    return () => {
      this.running = undefined;
    };
  }

  /** Ends what runs, and lets nothing begin any more: an application that closes must not wait two minutes for a profile. */
  close(): void {
    this.isClosed = true;
    this.running?.breakOff();
  }

  private refill(): void {
    const nowMs = this.clock.monotonicMs();
    const more = Math.floor((nowMs - this.refilledAtMs) / REFILL_MS);
    this.left = Math.min(BURST, this.left + more);
    this.refilledAtMs += more * REFILL_MS;
  }
}
