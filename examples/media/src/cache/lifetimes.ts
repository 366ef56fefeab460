/** How one kind of entry is kept. */
export interface Lifetime {
  /** For how long it is fresh, should nobody say that it changed. */
  readonly ttl: string;
  /** `bytes`: whole answers whose tags are known before they are loaded, sent as they lie in the cache. @default "values" */
  readonly hold?: "values" | "bytes";
  /** Kept in PostgreSQL too: it outlives restarts of everything. @default false */
  readonly isDurable?: boolean;
  /** For how long an edge may keep the answer; without it, none may. */
  readonly edgeTtlMs?: number;
}

export type Resource =
  | "user"
  | "keywords"
  | "filter-configuration"
  | "analytics"
  | "classification"
  | "catalogue"
  | "content"
  | "feed"
  | "stream"
  | "token-holder"
  | "token"
  | "contract-tokens"
  | "wallet-tokens"
  | "transactions";

/**
 * What the cache holds, by resource. Every write of this API invalidates what it changes, so a lifetime bounds how long
 * a write that went past the API can go unnoticed, and how long what nobody asks for takes up room.
 */
export const LIFETIMES: Readonly<Record<Resource, Lifetime>> = {
  /** Profiles, by user. */
  user: { ttl: "5m" },
  keywords: { ttl: "10m" },
  "filter-configuration": { ttl: "30m" },
  /** Counts by day; today's fall with the next batch of events. */
  analytics: { ttl: "1h" },
  /** Labels never change under their key, and a model's are dear. */
  classification: { ttl: "24h", isDurable: true },
  /** One entry that everybody reads. */
  catalogue: { ttl: "5m", edgeTtlMs: 60_000 },
  /** The rest changes by this API's own writes, which invalidate it. */
  content: { ttl: "1h", edgeTtlMs: 300_000 },
  feed: { ttl: "1h", hold: "bytes" },
  stream: { ttl: "1h" },
  "token-holder": { ttl: "1h" },
  token: { ttl: "1h", edgeTtlMs: 600_000 },
  "contract-tokens": { ttl: "1h", hold: "bytes", edgeTtlMs: 600_000 },
  "wallet-tokens": { ttl: "1h", hold: "bytes" },
  transactions: { ttl: "1h", hold: "bytes" },
};

export const RESOURCES = Object.keys(LIFETIMES) as readonly Resource[];
