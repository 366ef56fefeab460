import type { Clock } from "@streamgate/core";
import { badBloomOption } from "./errors.ts";

export interface KnownIdsOptions {
  readonly clock: Clock;
  /** Ids that the source is expected to give the first time; later the last count is the plan. @default 100000 */
  readonly expectedIds?: number;
  /** @default 10 */
  readonly bitsPerId?: number;
  /**
   * Bound for the filter in service, the one that is being built and the additions together. Where it
   * is too small, false positives grow; nothing is hidden. @default 268435456 (256 MB)
   */
  readonly maxBytes?: number;
  /**
   * How long after its addition a row may still be invisible to a source: the longest transaction and
   * the lag of a replica that the source reads from. A rebuild that begins later must find the row in
   * its source. @default 3600000 (1 h)
   */
  readonly settleMs?: number;
  /** How often a rebuild is tried whose source fails. @default 3 */
  readonly attempts?: number;
  /** Before the second attempt; doubled for each further one. @default 1000 */
  readonly retryDelayMs?: number;
  /** Called on every change of state; must not throw. */
  readonly onState?: (state: KnownIdsState) => void;
}

/** `serving` denies ids; the other two answer "maybe" to all. */
export type KnownIdsState =
  | { readonly kind: "building" }
  | { readonly kind: "serving"; readonly isRebuilding: boolean }
  | { readonly kind: "distrusted"; readonly reason: string };

export type Id = string | number;

/** Every id that exists, one by one or in batches. The signal fires when nobody needs the rest. */
export type IdSource = (
  signal: AbortSignal,
) => AsyncIterable<Id | readonly Id[]> | Iterable<Id | readonly Id[]>;

export interface RebuildOptions {
  readonly signal?: AbortSignal;
  /** Called every few thousand ids and at the end of an attempt; must not throw. */
  readonly onProgress?: (progress: RebuildProgress) => void;
}

interface RebuildProgress {
  readonly ids: number;
  /** 1 for the first. */
  readonly attempt: number;
  readonly elapsedMs: number;
}

/** `superseded`: a later rebuild took over. Never a rejection: a failed rebuild only costs loads. */
export type RebuildOutcome =
  | { readonly kind: "serving"; readonly ids: number; readonly falsePositiveRate: number }
  | { readonly kind: "superseded" }
  | { readonly kind: "aborted" }
  | { readonly kind: "distrusted"; readonly reason: string }
  | { readonly kind: "failed"; readonly error: unknown; readonly attempts: number };

export interface KnownIdsReport {
  readonly state: KnownIdsState;
  /** Ids of the filter in service, without the additions since. */
  readonly ids: number;
  readonly additions: number;
  /** The filter in service, the one that is being built and the additions. */
  readonly sizeBytes: number;
  /** Ids over those that the filter in service is sized for; above 1: raise `maxBytes`. */
  readonly saturation: number;
  /** Expected, 0 to 1; 1 while not serving. */
  readonly falsePositiveRate: number;
  readonly rebuilds: number;
}

export type ResolvedKnownIdsOptions = Required<KnownIdsOptions>;

const DEFAULTS: Omit<ResolvedKnownIdsOptions, "clock"> = {
  expectedIds: 100_000,
  bitsPerId: 10,
  maxBytes: 256 * 1024 ** 2,
  settleMs: 3_600_000,
  attempts: 3,
  retryDelayMs: 1_000,
  onState: () => {},
};

/** @throws StreamGateError `SG_CACHE_BAD_BLOOM_OPTION` */
export function resolveKnownIdsOptions(options: KnownIdsOptions): ResolvedKnownIdsOptions {
  const resolved = { ...DEFAULTS, ...options };
  const least = { maxBytes: 64 * 1024, settleMs: 0, attempts: 1, retryDelayMs: 0 };
  for (const [name, bound] of Object.entries(least)) {
    const value = resolved[name as keyof typeof least];
    if (!(value >= bound)) throw badBloomOption(name, value, `at least ${bound}`);
  }
  return resolved;
}
