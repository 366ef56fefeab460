/** What a flight brings. */
export interface Arrival {
  /** A held value; the form of the namespace hands it out. */
  readonly value: unknown;
  readonly flags: number;
  /** Where it came from: a tier's name, `load`, or `none` when only tiers were asked and had nothing. */
  readonly source: string;
  readonly isStale: boolean;
  /** Nobody keeps it: who began the flight may have it, and those who joined get copies. */
  readonly isPrivate?: boolean;
}

/** A value past its time to live that may still be served. */
export interface Fallback {
  readonly arrival: Arrival;
  /** The explicit tags that it depends on. */
  readonly tags: readonly string[];
  readonly expiredMs: number;
}
