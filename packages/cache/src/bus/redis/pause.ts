import type { Clock } from "@streamgate/core";

/** Sleeps, or ends early without a word when `signal` is aborted. */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch {
    // It was aborted.
  }
}
