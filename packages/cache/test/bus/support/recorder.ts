import type { BusListener, BusLoss, BusMessage } from "../../../src/bus/bus.ts";

/** Remembers what a bus told. */
export class Recorder implements BusListener {
  readonly messages: BusMessage[] = [];
  readonly losses: BusLoss[] = [];
  trustedUntilMs: number = Number.NEGATIVE_INFINITY;
  /** How often trust was given or renewed. */
  renewals = 0;
  /** The longest stretch of trust that was ever left when it was given. */
  longestTrustMs = 0;

  heard(message: BusMessage): void {
    this.messages.push(message);
  }

  trusted(untilMs: number): void {
    this.trustedUntilMs = Math.max(this.trustedUntilMs, untilMs);
    this.renewals += 1;
    this.longestTrustMs = Math.max(this.longestTrustMs, untilMs - performance.now());
  }

  lost(reason: BusLoss): void {
    this.losses.push(reason);
  }

  get tags(): string[] {
    return this.messages.flatMap(({ tags }) => tags);
  }

  get isTrusting(): boolean {
    return performance.now() < this.trustedUntilMs;
  }

  /** Forgets what the bus told so far, so that a test sees only what comes. */
  clear(): void {
    this.messages.length = 0;
    this.losses.length = 0;
    this.longestTrustMs = 0;
  }
}
