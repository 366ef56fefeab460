import type { Clock } from "@streamgate/core";
import type { Id, MemoryIndex } from "../memory/memory-index.ts";
import type { MemoryTier } from "../memory/memory-tier.ts";

/** Whether memory holds a value, or the knowledge that there is none, within its time to live; leaves no trace. */
export function isFreshInMemory(
  {
    memory,
    index,
    clock,
  }: { readonly memory: MemoryTier; readonly index: MemoryIndex; readonly clock: Clock },
  id: Id,
  variant: string,
): boolean {
  const slot = index.find(id, variant);
  if (slot === undefined || !memory.survives(slot)) return false;
  const nowMs = clock.monotonicMs();
  return nowMs < memory.trustedUntil && nowMs < memory.columns.expiresAt(slot);
}
