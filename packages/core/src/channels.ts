import type { Finding } from "./finding.ts";

/**
 * Names of the `node:diagnostics_channel` channels on which StreamGate's libraries publish, with
 * the payload of each. A channel costs nothing while nobody listens.
 */
export const CHANNELS = {
  progress: "streamgate:progress",
  cacheLoad: "streamgate:cache:load",
  cacheFill: "streamgate:cache:fill",
  cacheRefresh: "streamgate:cache:refresh",
  cacheInvalidate: "streamgate:cache:invalidate",
  cacheEvict: "streamgate:cache:evict",
  cacheBreaker: "streamgate:cache:breaker",
  cacheTrust: "streamgate:cache:trust",
  cacheKnownIds: "streamgate:cache:known-ids",
  postgresStatement: "streamgate:postgres:statement",
  postgresRequest: "streamgate:postgres:request",
  postgresBudget: "streamgate:postgres:budget",
  postgresFinding: "streamgate:postgres:finding",
} as const;

/** Published on `CHANNELS.progress` by long work. */
export interface Progress {
  /** What is being done, in the present participle: `copying public.users`. */
  readonly activity: string;
  readonly done: number;
  /** Absent where the total is unknown. */
  readonly total?: number;
  readonly unit: string;
}

/** Published on `CHANNELS.cacheLoad` when a load from the source has ended. */
export interface CacheLoad {
  readonly namespace: string;
  readonly key: string;
  readonly outcome: "loaded" | "absent" | "failed" | "timed-out";
  readonly durationMs: number;
  /** Callers of this process that shared the load, beside the one that began it. */
  readonly joined: number;
}

/** Published on `CHANNELS.cacheFill` when a value was offered to a tier. */
export interface CacheFill {
  readonly namespace: string;
  readonly key: string;
  readonly tier: string;
  readonly outcome: "stored" | "superseded" | "fenced" | "failed";
  readonly sizeBytes: number;
}

/** Published on `CHANNELS.cacheRefresh` when a value was loaded anew behind a hit. */
export interface CacheRefresh {
  readonly namespace: string;
  readonly key: string;
  readonly reason: "ahead" | "stale" | "warming";
  readonly outcome: "changed" | "equal" | "failed" | "refused";
  readonly durationMs: number;
}

/** Published on `CHANNELS.cacheInvalidate` when an invalidation was carried out here. */
export interface CacheInvalidate {
  readonly tags: readonly string[];
  /** `bus`: another process asked for it. */
  readonly origin: "local" | "bus";
  /** Entries that this process's memory lost by it, where that is known. */
  readonly entries?: number;
}

/** Published on `CHANNELS.cacheEvict` when entries left memory. */
export interface CacheEvict {
  readonly namespace: string;
  readonly cause: "size" | "expired" | "invalidated" | "replaced" | "pressure" | "cleared";
  readonly entries: number;
  readonly sizeBytes: number;
}

/** Published on `CHANNELS.cacheBreaker` when the circuit breaker of a tier changed its state. */
export interface CacheBreaker {
  readonly tier: string;
  readonly from: "closed" | "open" | "half-open";
  readonly to: "closed" | "open" | "half-open";
  readonly reason: string;
}

/** Published on `CHANNELS.cacheTrust` when memory began or ceased to be trusted. */
export interface CacheTrust {
  readonly isTrusted: boolean;
  readonly reason: string;
}

/** Published on `CHANNELS.cacheKnownIds` when a filter of known ids changed its state. */
export interface CacheKnownIds {
  readonly namespace: string;
  readonly state: "building" | "serving" | "distrusted";
  readonly reason?: string;
  readonly ids?: number;
}

/** Published on `CHANNELS.postgresStatement` when a statement of a traced request has ended. Parameters are never in it. */
export interface PostgresStatement {
  /** The request that it belongs to: `GET /users/:id`. */
  readonly request: string;
  /** Of the tracer's own, 16 hexadecimal digits: of the text without literals, comments and lengths of lists. */
  readonly fingerprint: string;
  /** The text that the fingerprint stands for. */
  readonly text: string;
  readonly durationMs: number;
  /** Rows returned or changed, where the driver tells. */
  readonly rows?: number;
  /** SQLSTATE, or the error's name, of a statement that failed. */
  readonly error?: string;
}

/** Published on `CHANNELS.postgresRequest` when a traced request has ended. */
export interface PostgresRequest {
  readonly request: string;
  readonly durationMs: number;
  readonly statements: number;
  /** Sum of the statements' times; what waited for its own connection does not count twice. */
  readonly databaseMs: number;
}

/** Published on `CHANNELS.postgresBudget` when a request took more of the database than its route may. */
export interface PostgresBudget {
  readonly request: string;
  readonly statements: number;
  readonly databaseMs: number;
  readonly maxStatements?: number;
  readonly maxDatabaseMs?: number;
}

/** Published on `CHANNELS.postgresFinding` when the statements of requests show a problem, once for each. */
export interface PostgresFinding {
  readonly finding: Finding;
}

/** The payload type of every channel. */
export interface ChannelPayloads {
  readonly "streamgate:progress": Progress;
  readonly "streamgate:cache:load": CacheLoad;
  readonly "streamgate:cache:fill": CacheFill;
  readonly "streamgate:cache:refresh": CacheRefresh;
  readonly "streamgate:cache:invalidate": CacheInvalidate;
  readonly "streamgate:cache:evict": CacheEvict;
  readonly "streamgate:cache:breaker": CacheBreaker;
  readonly "streamgate:cache:trust": CacheTrust;
  readonly "streamgate:cache:known-ids": CacheKnownIds;
  readonly "streamgate:postgres:statement": PostgresStatement;
  readonly "streamgate:postgres:request": PostgresRequest;
  readonly "streamgate:postgres:budget": PostgresBudget;
  readonly "streamgate:postgres:finding": PostgresFinding;
}
