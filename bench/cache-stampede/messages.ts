/** What a herd's process is told. */
export type Order =
  /** Open the cache on this Redis, and use it until it works. */
  { readonly order: "settle"; readonly redisPort: number } | ({ readonly order: "rush" } & Rush);

/** Which of a process's caches is meant. */
export interface Setup {
  readonly redisPort: number;
  /** Instead of the default. */
  readonly tierTimeoutMs?: number | undefined;
}

/** Many callers of one key at one instant. */
export interface Rush extends Setup {
  readonly key: string;
  readonly callers: number;
  readonly loadMs: number;
  /** By the system's monotonic clock, which all processes of a machine share. */
  readonly startNs: string;
}

/** What it tells. */
export type Tiding =
  | { readonly tiding: "ready" }
  | { readonly tiding: "settled" }
  | { readonly tiding: "loading"; readonly key: string }
  | { readonly tiding: "loaded"; readonly key: string }
  | ({ readonly tiding: "served" } & Served)
  | { readonly tiding: "unhandled"; readonly text: string };

/** How the callers of one process fared. */
export interface Served {
  readonly key: string;
  /** Callers who got an error or another value. */
  readonly failures: number;
  readonly longestMs: number;
}
