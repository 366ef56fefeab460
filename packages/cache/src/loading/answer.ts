import type { Arrival } from "./arrival.ts";
import type { LoadRecord } from "./load-world.ts";

const ignore = (): void => undefined;

/** What the callers of a flight wait for: given once, by what is kept in reserve where nothing better comes in time. */
export class Answer {
  readonly promise: Promise<Arrival>;
  private readonly record: LoadRecord;
  private resolve: (arrival: Arrival) => void = ignore;
  private reject: (error: unknown) => void = ignore;
  private isGiven = false;
  private kept: Arrival | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(record: LoadRecord) {
    this.record = record;
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  give(arrival: Arrival): void {
    if (this.isGiven) return;
    this.isGiven = true;
    if (arrival.isStale) this.record.stale(true);
    this.resolve(arrival);
  }

  fail(error: unknown): void {
    this.isGiven = true;
    this.reject(error);
  }

  /** The first that is kept stays. @param patienceMs after this time it is given; undefined: only when the source fails */
  keep(arrival: Arrival, patienceMs: number | undefined): void {
    this.kept ??= arrival;
    if (patienceMs === undefined || this.timer !== undefined) return;
    this.timer = setTimeout(() => this.give(arrival), patienceMs);
  }

  /** Gives what is kept in reserve; false where there is none. */
  giveKept(): boolean {
    if (this.kept === undefined) return false;
    this.give(this.kept);
    return true;
  }

  /** Nothing comes any more. */
  end(): void {
    clearTimeout(this.timer);
  }
}
