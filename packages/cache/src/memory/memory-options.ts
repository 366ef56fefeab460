import { badCacheOption } from "../errors.ts";
import type { PolicyMaker } from "./policy.ts";

/** The policies that come with the cache. */
export const POLICY_NAMES = ["adaptive", "s3-fifo", "w-tiny-lfu", "lru"] as const;
export type PolicyName = (typeof POLICY_NAMES)[number];

export interface MemoryTierInput {
  /** At most so many entries, 1 to 2^24. @default 1,000,000 */
  readonly maxEntries?: number;
  /**
   * At most so many bytes by estimate, as a number or such as `"256mb"`; `"auto"` moves it between `minBytes` and
   * `mostBytes` by the pressure on the heap and by what more memory would bring. @default "128mb"
   */
  readonly maxBytes?: number | string;
  /** The floor of `"auto"`. @default "16mb" */
  readonly minBytes?: number | string;
  /** The ceiling of `"auto"`. @default half of the heap's limit */
  readonly mostBytes?: number | string;
  /** Who leaves when it is full. @default "adaptive" */
  readonly policy?: PolicyName | PolicyMaker;
  /**
   * What to do while the bus is lost: 0 asks the shared tiers, as the contract wants; more serves from memory for so
   * long, ms, at the price of values that may be stale by as much. @default 0
   */
  readonly staleWhileDisconnectedMs?: number;
}

/** The memory tier in a list of tiers; made by {@link memoryTier}. */
export interface MemoryTierOptions extends MemoryTierInput {
  readonly kind: "memory";
}

/**
 * The nearest tier: the memory of this process.
 *
 * @throws StreamGateError `SG_CACHE_BAD_OPTION`
 * @example
 * ```ts
 * import { createCache, memoryTier } from "@streamgate/cache";
 * const cache = await createCache({ tiers: [memoryTier({ maxBytes: "64mb" })] });
 * ```
 */
export function memoryTier(input: MemoryTierInput = {}): MemoryTierOptions {
  const { maxEntries = 1, policy = "adaptive", staleWhileDisconnectedMs = 0 } = input;
  if (!Number.isInteger(maxEntries) || maxEntries < 1 || maxEntries > 2 ** 24) {
    throw badCacheOption("maxEntries", maxEntries, "a whole number from 1 to 16,777,216");
  }
  if (typeof policy === "string" && !POLICY_NAMES.includes(policy)) {
    throw badCacheOption("policy", policy, `one of ${POLICY_NAMES.join(", ")}, or a maker`);
  }
  if (!(staleWhileDisconnectedMs >= 0)) {
    throw badCacheOption("staleWhileDisconnectedMs", staleWhileDisconnectedMs, "at least 0");
  }
  return { kind: "memory", ...input };
}
