import type { Id, MemoryIndex } from "./memory-index.ts";
import type { TagSet } from "./tags.ts";

/** A value on its way into memory. */
export interface Landing {
  readonly index: MemoryIndex;
  readonly id: Id;
  readonly variant: string;
  readonly value: unknown;
  /** {@link ENTRY_FLAGS} of the value. */
  readonly flags: number;
  readonly sizeBytes: number;
  readonly tags: TagSet;
  /** The number of the last invalidation when its load, or the read that brought it, began. */
  readonly asOf: number;
  readonly freshUntil: number;
  readonly expiresAt: number;
  /** For how long after `expiresAt` it may still be of use. */
  readonly graceMs: number;
  readonly loadMs: number;
}
