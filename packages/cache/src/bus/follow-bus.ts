import { messageOf } from "@streamgate/core";
import type { Hearing } from "../invalidation/hearing.ts";
import type { MemoryTier } from "../memory/memory-tier.ts";
import type { ResolvedCacheOptions } from "../options/cache-options.ts";
import { publishTrust } from "../recording/publish.ts";

/** Follows the bus, where there is one: memory is trusted as long as the bus says so. Never rejects. */
export async function followBus(
  { bus, memory: memoryOptions, shared, onWarning }: ResolvedCacheOptions,
  memory: MemoryTier,
  hearing: Hearing,
): Promise<void> {
  if (bus === undefined) return;
  memory.trustedUntil = 0;
  const beyondMs = memoryOptions?.staleWhileDisconnectedMs ?? 0;
  try {
    await bus.open({
      heard: (message) => hearing.heard(message, "bus"),
      trusted: (untilMs) => {
        memory.trustedUntil = untilMs + beyondMs;
      },
      lost: (reason) => {
        memory.clear();
        for (const tier of shared) tier.doubt?.();
        hearing.doubtAll(`the bus: ${reason}`);
        publishTrust(() => ({ isTrusted: false, reason: `the bus lost messages: ${reason}` }));
      },
    });
  } catch (error) {
    onWarning(`the bus cannot be followed: ${messageOf(error)}`);
  }
}
