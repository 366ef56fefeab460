import type { Clock, Progress, Random } from "@streamgate/core";

/** What every long step is given: time, randomness, a way to stop and a way to tell. */
export interface RunContext {
  readonly clock: Clock;
  readonly random: Random;
  /** Aborted when the user wants to stop; every step ends soon and cleans up. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}
