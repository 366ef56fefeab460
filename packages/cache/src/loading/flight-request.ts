import type { Id } from "../memory/memory-index.ts";
import type { Loader } from "./load-context.ts";

/** What a flight is sent out for. */
export interface FlightRequest {
  readonly id: Id;
  readonly variant: string;
  readonly key: string;
  /** Explicit tags that are known before the load, dependencies included. */
  readonly tags: readonly string[];
  /** These behind the implicit ones. */
  readonly allTags: readonly string[];
  /** Left out: only the tiers are asked. */
  readonly load: Loader<unknown> | undefined;
  /** What a tier's value must have left of its time to be of use, ms; more than 0 when it is to replace one that is at hand. */
  readonly wantedFreshMs: number;
}

/** A refresh is no read: nobody waits for it, and it is not counted as one. */
export function isRefresh({ wantedFreshMs }: FlightRequest): boolean {
  return wantedFreshMs > 0;
}
