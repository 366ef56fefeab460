/** The kinds of garbage collection that V8 tells apart, as OpenTelemetry names them. */
export const COLLECTION_KINDS = ["minor", "major", "incremental", "weakcb"] as const;
export type CollectionKind = (typeof COLLECTION_KINDS)[number];

/** One garbage collection, with the heap read by V8 itself at its end. */
export interface Collection {
  /** Monotonic, when it began. */
  readonly atMs: number;
  readonly kind: CollectionKind;
  /** How long it held the thread. */
  readonly pauseMs: number;
  /** Asked for, by `gc()` or for a profile or a snapshot of the heap: it says nothing about the program. */
  readonly isForced: boolean;
  readonly heapUsedBeforeBytes: number;
  /** After a major collection: the floor, what is really held. */
  readonly heapUsedAfterBytes: number;
  /** Outside the heap, but held by it: buffers, native objects. */
  readonly externalAfterBytes: number;
  /** By how much the old generation grew over a minor collection; 0 for other kinds. */
  readonly promotedBytes: number;
}

/** A stretch in which the event loop answered nobody. */
export interface Stall {
  /** Monotonic, when it began, right to the timer's interval (20 ms). */
  readonly atMs: number;
  readonly durationMs: number;
}

/** What a pool of connections holds; `pg.Pool` counts it itself. */
export interface PoolCounts {
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
  readonly max: number;
}

/** What a cache holds in memory; its filling is no leak. */
export interface CacheCounts {
  readonly entries: number;
  readonly sizeBytes: number;
  readonly maxBytes: number;
}

/**
 * What the samplers saw, about once a second. What was not read at this instant, or what the platform
 * does not tell, is absent. Cumulative numbers count since the process began.
 */
export interface Observation {
  /** Monotonic. */
  readonly atMs: number;
  /** Wall time, in ms since 1970. */
  readonly takenAtMs: number;
  readonly loop?: {
    /** Share of the time since the last observation in which the loop was busy, 0 to 1. */
    readonly utilization: number;
    /** The longest delay since the last observation. */
    readonly maxDelayMs: number;
  };
  readonly heap?: {
    readonly usedBytes: number;
    readonly totalBytes: number;
    /** Beyond it V8 gives up: `--max-old-space-size` and the young generation. */
    readonly limitBytes: number;
    readonly externalBytes: number;
    readonly arrayBuffersBytes: number;
    /** Contexts that are no longer used and still held: nearly always a leak. */
    readonly detachedContexts: number;
    /** Used bytes by space: `old_space`, `new_space`, `large_object_space`, … */
    readonly spaces: Readonly<Record<string, number>>;
  };
  readonly memory?: {
    readonly rssBytes: number;
    /** Of the narrowest cgroup, else of the host. */
    readonly limitBytes: number;
    /** What counts against the limit: the cgroup's working set, else the host's use. */
    readonly usedBytes: number;
    readonly limitedBy: "cgroup" | "host";
  };
  readonly cpu?: {
    readonly userSeconds: number;
    readonly systemSeconds: number;
    /** Cores that the process may use: the cgroup's quota, else those of the host. */
    readonly cores: number;
    /** Of `cores`, since the last observation, 0 to about 1. */
    readonly utilization: number;
    /** Time for which the quota stopped the cgroup's threads; absent without a quota. */
    readonly throttledSeconds?: number;
  };
  /** What keeps the process alive, by type: `TCPSocketWrap`, `Timeout`, `TCPServerWrap`. Unref'd ones are not among them. */
  readonly handles?: Readonly<Record<string, number>>;
  /** Operations under way, by type: `FSReqCallback`, `GetAddrInfoReqWrap`. */
  readonly requests?: Readonly<Record<string, number>>;
  readonly fileDescriptors?: number;
  readonly sockets?: number;
  readonly threads?: number;
  /** By the name that the application gave. */
  readonly pools?: Readonly<Record<string, PoolCounts>>;
  readonly caches?: Readonly<Record<string, CacheCounts>>;
}

/** Called as things are seen; what it throws is caught and counted. */
export interface Observer {
  onObservation?(observation: Observation): void;
  onCollection?(collection: Collection): void;
  /** Stalls of at least 50 ms. */
  onStall?(stall: Stall): void;
}

/**
 * What the samplers saw lately, bounded: 5 minutes of observations, the last 500 major and 500
 * other collections, the last 200 stalls. Who needs longer windows keeps their own by `subscribe`.
 */
export interface ObservationLog {
  /** The last of each part, however old: a part that is read rarely is in it too. */
  latest(): Observation | undefined;
  /** Oldest first; those after `sinceMs` of the monotonic clock, else all that are kept. */
  observations(sinceMs?: number): readonly Observation[];
  collections(sinceMs?: number): readonly Collection[];
  stalls(sinceMs?: number): readonly Stall[];
  /** @returns ends it */
  subscribe(observer: Observer): () => void;
}
