/** What the measuring process is told. */
export type Order =
  /** Read new keys at an even pace until `stop`. */
  | { readonly order: "read"; readonly redisPort: number; readonly aSecond: number }
  | { readonly order: "stop" }
  /** Use the cache until it uses Redis and its breaker is closed. */
  | { readonly order: "settle"; readonly redisPort: number }
  | { readonly order: "invalidate"; readonly redisPort: number; readonly key: string }
  /** A few reads of new keys on each of these, one after another whether or not they are answered. */
  | ({ readonly order: "try"; readonly redisPorts: readonly number[] } & Few);

export interface Few {
  readonly reads: number;
  readonly everyMs: number;
  /** A read that takes longer is given up. */
  readonly patienceMs: number;
}

/** What it tells. */
export type Tiding =
  | { readonly tiding: "ready" }
  | { readonly tiding: "settled" }
  | {
      readonly tiding: "stopped";
      readonly reads: readonly Read[];
      readonly breaker: readonly Turn[];
    }
  | { readonly tiding: "invalidated"; readonly code: string; readonly tookMs: number }
  | { readonly tiding: "tried"; readonly readsMs: readonly (readonly number[])[] }
  | { readonly tiding: "unhandled"; readonly text: string };

/** Times in ms of the system's monotonic clock, which all processes of a machine share. */
export interface Read {
  readonly beganMs: number;
  readonly tookMs: number;
  /** For how much of that the process's own event loop stood still. */
  readonly stalledMs: number;
}

/** The breaker changed its state. */
export interface Turn {
  readonly atMs: number;
  readonly state: "closed" | "open" | "half-open";
}

export function nowMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}
