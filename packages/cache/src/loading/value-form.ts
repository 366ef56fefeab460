import type { Payload } from "../tiers/tier.ts";

/** A value as it may be held in memory and shared. */
export interface Held {
  /** The value, or its payload where memory holds bytes. */
  readonly value: unknown;
  /** `ENTRY_FLAGS` that say how it is handed out. */
  readonly flags: number;
  readonly sizeBytes: number;
  /** Made for one caller; memory must not hold it. */
  readonly isPrivate?: boolean;
}

/** A value on its way to shared tiers. */
export interface Admitted extends Held {
  /** Encodes it; large values are compressed away from the event loop. */
  encode(): Payload | Promise<Payload>;
}

/** How the values of a namespace are held, stored and handed out. */
export interface ValueForm {
  /** Takes what a loader gave; a reason where it cannot be stored. */
  admit(value: unknown): Admitted | { readonly refused: string };
  /**
   * Takes what lay in a shared tier; throws when its bytes are corrupt.
   *
   * @param isKept whether memory will hold it; else the first caller may have it as it is
   */
  open(payload: Payload, isKept: boolean): Held | Promise<Held>;
  /** What a caller gets of a held value. */
  share(held: unknown, flags: number): unknown;
  /** The held value as bytes for an HTTP answer. */
  encodeHeld(held: unknown, flags: number): Payload | Promise<Payload>;
}
