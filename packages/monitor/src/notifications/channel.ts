import type { Notification } from "./notification.ts";

/** What came of one try to send. */
export type Delivery =
  /** The receiver acknowledged it. `receipt`: what it called it, for whoever looks for it there. */
  | { readonly outcome: "delivered"; readonly receipt?: string }
  /** It may succeed later: nothing answered, too many requests, an error of the receiver's own. */
  | { readonly outcome: "failed"; readonly reason: string; readonly retryAfterMs?: number }
  /** The receiver will not take it until somebody corrects something: an address, a token, a certificate. */
  | { readonly outcome: "refused"; readonly reason: string };

/**
 * A way to tell somebody. `send` makes one try and never throws for what the receiver does; it may be called twice
 * with the same notification, which carries an id by which the receiver can merge the two.
 */
export interface Channel {
  /** By which routes and people name it; unique within a monitor. */
  readonly name: string;
  /** The aborted signal ends the try: its time is over, or the monitor stops. */
  send(notification: Notification, signal: AbortSignal): Promise<Delivery>;
  /** How often standing alerts must be told again for the receiver to believe in them; absent: never. */
  readonly renewEveryMs?: number;
  close?(): Promise<void>;
}
