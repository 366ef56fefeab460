import { type Clock, systemClock } from "@streamgate/core";

/**
 * The clock of the hit path. Reading the system's monotonic clock costs as much as the rest of a hit (about 40 ns), so
 * it is read at most once a turn of the event loop, and again on every 64th hit, whichever comes first: a
 * process that slept, or was stopped while it waited for events, sees the right time at its first hit.
 * A clock that was handed in by a test is asked every time.
 */
export class HitClock {
  private nowMs = 0;
  private isOfThisTurn = false;
  private readonly isSystems: boolean;
  private readonly clock: Clock;
  private readonly endTurn = (): void => {
    this.isOfThisTurn = false;
  };

  constructor(clock: Clock) {
    this.clock = clock;
    this.isSystems = clock === systemClock;
  }

  /** Milliseconds of the monotonic clock, perhaps as of the beginning of this turn. */
  read(): number {
    return this.isOfThisTurn ? this.nowMs : this.refresh();
  }

  /** Milliseconds of the monotonic clock, now. */
  refresh(): number {
    this.nowMs = this.clock.monotonicMs();
    if (!this.isOfThisTurn && this.isSystems) {
      this.isOfThisTurn = true;
      setImmediate(this.endTurn);
    }
    return this.nowMs;
  }
}
