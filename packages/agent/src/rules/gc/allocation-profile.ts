import type { Collection } from "../../samplers/observation.ts";

/** How a process allocates, as far as its collections tell: what a replay allocates alike. */
export interface AllocationProfile {
  readonly bytesPerSecond: number;
  /** Of the allocated bytes: those that outlive a few collections, such as what a request holds while it waits. */
  readonly lastingShare: number;
  /** Mean life of what lasts, in bytes that the process allocates meanwhile. */
  readonly lifeBytes: number;
  /** What major collections leave. */
  readonly floorBytes: number;
  /** Share of the time in which the thread stood still for collections. */
  readonly pauseShare: number;
  readonly longestPauseMs: number;
  readonly minorPerSecond: number;
  readonly majorPerSecond: number;
}

const LEAST_COLLECTIONS = 10;
/** Lives are told apart within these bounds, in bytes that one minor collection covers. */
const SHORTEST_LIFE = 0.25;
const LONGEST_LIFE = 50;

/**
 * Reads the profile of a stretch of time from its collections.
 *
 * V8 moves what survives one minor collection within the young generation, and promotes what survives two. With lives that end
 * at random (exponential, mean L) and a minor collection at every A allocated bytes, a share q·(L/A)(1 − e^(−A/L)) of the bytes
 * survives one, and e^(−A/L) of that the second; the two shares that were seen give q and L.
 *
 * @param youngCapacityBytes what the young generation holds before it is collected
 * @returns undefined where there were too few collections to say
 */
export function readAllocationProfile(
  collections: readonly Collection[],
  spanMs: number,
  youngCapacityBytes: number,
): AllocationProfile | undefined {
  const minor = collections.filter(({ kind }) => kind === "minor");
  const major = collections.filter(({ kind, isForced }) => kind === "major" && !isForced);
  if (minor.length < LEAST_COLLECTIONS || spanMs <= 0) return undefined;
  const seconds = spanMs / 1000;
  const allocated = allocatedBetween(collections);
  const promoted = minor.reduce((sum, { promotedBytes }) => sum + promotedBytes, 0);
  const aMinor = Math.max(1, allocated / minor.length);
  const survivingShare = Math.min(1, Math.max(0, youngCapacityBytes - aMinor) / aMinor);
  const { share, life } = lastingPart(survivingShare, promoted / Math.max(1, allocated));
  const pauses = collections.map(({ pauseMs }) => pauseMs);
  const lowest = major.reduce(
    (least, { heapUsedAfterBytes }) => Math.min(least, heapUsedAfterBytes),
    Number.POSITIVE_INFINITY,
  );
  const last = collections.at(-1)?.heapUsedAfterBytes ?? 0;
  return {
    bytesPerSecond: allocated / seconds,
    lastingShare: share,
    lifeBytes: life * aMinor,
    floorBytes: Number.isFinite(lowest) ? lowest : last,
    pauseShare: pauses.reduce((sum, pause) => sum + pause, 0) / spanMs,
    longestPauseMs: Math.max(0, ...pauses),
    minorPerSecond: minor.length / seconds,
    majorPerSecond: major.length / seconds,
  };
}

function allocatedBetween(collections: readonly Collection[]): number {
  let allocated = 0;
  let before: number | undefined;
  for (const { kind, heapUsedBeforeBytes, heapUsedAfterBytes } of collections) {
    if (kind !== "minor" && kind !== "major") continue;
    if (before !== undefined) allocated += Math.max(0, heapUsedBeforeBytes - before);
    before = heapUsedAfterBytes;
  }
  return allocated;
}

/** Share and life (in minor collections) of what lasts, from the shares that survive one and two collections. */
function lastingPart(
  survivesOne: number,
  survivesTwo: number,
): { readonly share: number; readonly life: number } {
  const one = Math.max(survivesOne, survivesTwo, 1e-6);
  const two = Math.max(survivesTwo, 1e-6);
  const ratio = Math.min(0.98, two / one);
  const life = Math.min(LONGEST_LIFE, Math.max(SHORTEST_LIFE, -1 / Math.log(ratio)));
  const share = Math.min(1, one / (life * (1 - Math.exp(-1 / life))));
  return { share, life };
}
