/** What tells whether two readings of cumulative counters belong together. Instants are the server's, in ms since 1970. */
export interface CounterLife {
  /** Start of the server. */
  readonly startedAtMs: number;
  /** When the counters were set to zero last; null where the server does not tell. */
  readonly resetAtMs: number | null;
  readonly takenAtMs: number;
}

/** How the later of two readings goes on from the earlier one. */
export type Continuation =
  /** What it counts more than before happened in between. */
  | "continued"
  /** The counters began from zero after the earlier reading: all that they count happened since. */
  | "began anew"
  /** Another server answers, or nobody knows how much of it is new: the reading is only what the next one is measured by. */
  | "unknown";

/**
 * A restart keeps the counters where it was orderly, and begins them anew after a crash; a failover leads to a server with counters of
 * its own, which may be months old and would all look new.
 */
export function continuationOf(before: CounterLife | undefined, now: CounterLife): Continuation {
  if (before === undefined) return "unknown";
  const isOtherServer =
    now.startedAtMs !== before.startedAtMs && now.startedAtMs <= before.takenAtMs;
  if (isOtherServer) return "unknown";
  if (now.resetAtMs === before.resetAtMs) return "continued";
  return (now.resetAtMs ?? now.startedAtMs) > before.takenAtMs ? "began anew" : "unknown";
}

/** What a counter counted since the earlier reading; one that fell began anew. Undefined where nobody knows. */
export function increaseOf(
  continuation: Continuation,
  before: number | undefined,
  now: number,
): number | undefined {
  if (continuation === "unknown") return undefined;
  if (continuation === "began anew" || before === undefined || now < before) return now;
  return now - before;
}
