/**
 * A tier that several processes share: Redis, PostgreSQL, or somebody else's.
 *
 * A shared tier keeps the *epochs* of tags. `begin` gives a stamp before a load; a value that was
 * filled with this stamp is worthless as soon as one of its tags was invalidated after `begin`.
 * The tier judges this by its own epochs, at every read: nothing that a slow, stopped or lost
 * process writes later can become valid again. `docs/math.md` holds the invariants.
 *
 * Every call may be slow or fail; the cache guards each with a time-out and a circuit breaker, so
 * a tier waits for nobody and retries nothing by itself. Durations are relative, in milliseconds: a
 * tier measures time by its server's clock, never by the caller's wall clock.
 */
export interface SharedTier {
  /** Short and unique in a cache: `redis`, `postgres`. It names the tier in analytics and headers. */
  readonly name: string;
  /**
   * The valid values for these reads, in their order; undefined where there is none.
   * Expired values within their grace are given too, with `freshMs` ≤ 0.
   */
  read(reads: readonly TierRead[]): Promise<readonly (StoredValue | undefined)[]>;
  /** What must be known before a load begins. Also tries to take the claim, where one is asked for. */
  begin(request: BeginRequest): Promise<Begun>;
  /** Stores a loaded value, unless a claim was lost or a tag was invalidated since `begin`. */
  fill(fill: Fill): Promise<FillOutcome>;
  /** Resolves once no later `read` gives a value whose load began before this call. */
  invalidate(tags: readonly string[]): Promise<void>;
  /** Present where the tier lets one process load for all. */
  readonly claims?: TierClaims;
  /** Told that the server may have lost what it acknowledged: it must be verified before anything is read from it. */
  doubt?(): void;
  /** Gives back connections and timers that the tier made itself; clients that it was given stay open. */
  close(): Promise<void>;
}

/** One key to read. */
export interface TierRead {
  /** `resource:id` or `resource:id:variant`. */
  readonly key: string;
  /** The tags that the reader expects, the implicit ones of the key and its namespace first. */
  readonly tags: readonly string[];
}

/** A value as it lies in a tier. */
export interface StoredValue {
  readonly payload: Payload;
  /** All tags that it depends on, the implicit ones too. */
  readonly tags: readonly string[];
  /** Since its load began. */
  readonly ageMs: number;
  /** Until its time to live ends; negative when that is over and only grace is left. */
  readonly freshMs: number;
  /** What its load took. */
  readonly loadMs: number;
}

/** An encoded value; `values/` makes and reads it. */
export interface Payload {
  readonly format: PayloadFormat;
  readonly compression: PayloadCompression;
  readonly bytes: Buffer;
}

/** In the order of their codes in a stored header; append only. */
export const PAYLOAD_FORMATS = ["json", "tagged-json", "msgpack", "bytes", "text"] as const;
export type PayloadFormat = (typeof PAYLOAD_FORMATS)[number];

/** In the order of their codes in a stored header; append only. */
export const PAYLOAD_COMPRESSIONS = ["none", "brotli", "lz4"] as const;
export type PayloadCompression = (typeof PAYLOAD_COMPRESSIONS)[number];

export interface BeginRequest {
  readonly key: string;
  /** All tags that are known before the load, the implicit ones first. */
  readonly tags: readonly string[];
  /** Asks to be the one that loads. Left out: no claim is wanted. */
  readonly claim?: { readonly token: string; readonly ttlMs: number };
}

export interface Begun {
  readonly stamp: TierStamp;
  /** `free`: none was asked for, or the tier has none. `mine`: this process loads. `taken`: another one does. */
  readonly claim: "free" | "mine" | "taken";
}

/** What a tier knew when a load began; made and read by the tier alone. */
export interface TierStamp {
  readonly tier: string;
}

export interface Fill {
  readonly key: string;
  /** All tags, those found out by the loader too. */
  readonly tags: readonly string[];
  readonly payload: Payload;
  readonly stamp: TierStamp;
  /** The token of a claim that `begin` gave; the fill is refused once the claim is somebody else's. */
  readonly claimToken?: string;
  /** From the fill on. */
  readonly ttlMs: number;
  /** For how long after its time to live the value is kept, to be served stale. */
  readonly graceMs: number;
  readonly loadMs: number;
  /** How long ago the load began. */
  readonly ageMs: number;
}

/** `superseded`: a tag was invalidated since `begin`, or a fresher value is there. `fenced`: the claim was lost. */
export type FillOutcome = "stored" | "superseded" | "fenced";

/** One load for all processes. */
export interface TierClaims {
  /**
   * Resolves when the holder of the claim on `key` filled or gave it up, or after `timeoutMs`,
   * whichever is first. A wake-up may be lost or come too often: the caller reads again.
   */
  awaitFill(key: string, timeoutMs: number): Promise<void>;
  /** Keeps a claim; false when it is no longer ours. */
  renew(key: string, token: string, ttlMs: number): Promise<boolean>;
  /** Gives a claim up without a fill, and wakes those who wait. */
  release(key: string, token: string): Promise<void>;
}
