/** What a purge queue tells whoever listens. */
export type PurgeEvent =
  /** A request was taken. */
  | {
      readonly kind: "purged";
      readonly purger: string;
      readonly tags: number;
      readonly keys: number;
      readonly durationMs: number;
      /** It was the second purge of these tags, see `EdgePurger.repeatAfterMs`. */
      readonly isRepeat: boolean;
    }
  /** A request failed and is made again. `refused`: it will fail until somebody corrects something. */
  | {
      readonly kind: "retrying" | "refused";
      readonly purger: string;
      readonly reason: string;
      readonly delayMs: number;
    }
  /** Too much waits: everything is purged in place of the single tags. */
  | { readonly kind: "escalated"; readonly purger: string; readonly tags: number }
  /** An earlier process left this; it is purged now. */
  | { readonly kind: "resumed"; readonly purger: string; readonly tags: number }
  /** The journal cannot be written: purges go out, but would not survive this process. */
  | { readonly kind: "journal-failed"; readonly reason: string };
