import type { EntryColumns } from "./entry-columns.ts";
import type { MemoryIndex } from "./memory-index.ts";

/** Why an entry left memory. */
export type EvictionCause =
  | "size"
  | "pressure"
  | "expired"
  | "invalidated"
  | "replaced"
  | "cleared";

/** What happens in memory beside hits. */
export interface MemoryWatcher {
  left(index: MemoryIndex, slot: number, cause: EvictionCause, columns: EntryColumns): void;
}
