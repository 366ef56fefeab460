import { getHeapStatistics } from "node:v8";
import { byteSize } from "../options/checks.ts";
import type { MemoryTierOptions } from "./memory-options.ts";
import type { MemoryBounds } from "./memory-tier.ts";

const DEFAULT_ENTRIES = 1_000_000;
const DEFAULT_BYTES = "128mb";
const DEFAULT_FLOOR = "16mb";
const SHARE_OF_HEAP = 0.5;

/** The bounds that a memory tier starts with, and between which `"auto"` may move them. */
export interface MemoryRange {
  readonly first: MemoryBounds;
  /** Present for `"auto"`. */
  readonly auto: { readonly leastBytes: number; readonly mostBytes: number } | undefined;
}

/** @throws StreamGateError `SG_CACHE_BAD_OPTION` */
export function memoryRange(options: MemoryTierOptions): MemoryRange {
  const { maxEntries = DEFAULT_ENTRIES, maxBytes = DEFAULT_BYTES } = options;
  if (maxBytes !== "auto") {
    return { first: { maxEntries, maxBytes: byteSize("maxBytes", maxBytes) }, auto: undefined };
  }
  const heapLimit = getHeapStatistics().heap_size_limit;
  const leastBytes = byteSize("minBytes", options.minBytes ?? DEFAULT_FLOOR);
  const mostBytes = Math.max(
    leastBytes,
    byteSize("mostBytes", options.mostBytes ?? Math.floor(heapLimit * SHARE_OF_HEAP)),
  );
  return { first: { maxEntries, maxBytes: leastBytes }, auto: { leastBytes, mostBytes } };
}
