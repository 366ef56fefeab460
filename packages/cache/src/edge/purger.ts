import type { EdgeService } from "./edge-service.ts";

/** A client for one service, or for one server of it. */
export interface EdgePurger {
  /** Unique in a queue and the same after a restart: the journal knows the purger by it. */
  readonly name: string;
  /** Whose keys it takes. */
  readonly service: EdgeService;
  /** What one request may hold. */
  readonly batch: PurgeBatchLimits;
  /**
   * After how many milliseconds to purge the same once more; 0 for never. A page that was being made while
   * its tag was purged may be stored after the purge; the second one finds it.
   */
  readonly repeatAfterMs: number;
  /** Purges every page that carries one of the keys. Failures are outcomes; a rejection counts as `retry`. */
  purge(keys: readonly string[], signal?: AbortSignal): Promise<PurgeOutcome>;
}

export interface PurgeBatchLimits {
  readonly maxKeys: number;
  /** Sum of the keys' lengths, with 3 bytes more a key for quotes and separator. */
  readonly maxBytes: number;
}

/** What became of a purge. Reasons never hold a secret. */
export type PurgeOutcome =
  /** The service has taken it. */
  | { readonly kind: "purged" }
  /** It has taken all but some keys. */
  | { readonly kind: "partly"; readonly failedKeys: readonly string[]; readonly reason: string }
  /** It may take it later: not before `retryAfterMs`, where it said so. */
  | { readonly kind: "retry"; readonly reason: string; readonly retryAfterMs?: number }
  /** It will not take it until somebody corrects something. */
  | { readonly kind: "refused"; readonly reason: string };

/** A secret, or where to get it: asked for at every request, so that it may be rotated. */
export type Secret = string | (() => string | Promise<string>);

/** The secret itself. */
export async function revealSecret(secret: Secret): Promise<string> {
  return typeof secret === "string" ? secret : await secret();
}
