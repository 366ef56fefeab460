import type { Id } from "../../memory/memory-index.ts";
import { integer } from "../../options/checks.ts";
import type { FramesEnd } from "./frames.ts";

/** An entry of a snapshot, as the caller judges it. */
interface RestoredEntry {
  readonly namespace: string;
  readonly id: Id;
  readonly variant: string;
  /** Without the implicit ones. */
  readonly tags: readonly string[];
  /** When memory held it, by the wall clock of the process that took the snapshot. */
  readonly takenAt: Date;
}

export interface RestoreOptions {
  /**
   * Whether what the entry was made from changed since `takenAt`; then it is left out. Where it is given, the caller answers for
   * what was invalidated after the snapshot. Must not throw.
   */
  readonly changedSince?: (entry: RestoredEntry) => boolean;
  /** Keys a second that shared tiers are asked for, at the most, 1 to 1,000,000. @default 20000 */
  readonly perSecond?: number;
  /** Ends it early; what has been fetched from shared tiers stays, values of the snapshot do not come in. */
  readonly signal?: AbortSignal;
}

/** Why an entry of a snapshot was left out. */
export const LEFT_OUT_REASONS = [
  /** Its time to live is over. */
  "expired",
  /** The wall clock stands before the time of the snapshot, or was set back while it was taken or restored. */
  "clockWentBack",
  /** Invalidated while the snapshot was taken, or in this process before it came in. */
  "invalidated",
  /** `changedSince` said so. */
  "changed",
  /** Other processes may have invalidated it meanwhile, and no shared tier could tell. */
  "unprovable",
  /** No shared tier holds it fresh. */
  "gone",
  /** No such namespace here, or it is not kept in memory. */
  "unknown",
  /** Less valuable than what fills memory. */
  "noRoom",
  /** Not to be read as a value of this namespace. */
  "unreadable",
] as const;
export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number];

export interface RestoreReport {
  /** Entries that memory has from this snapshot, or from a shared tier because of it. */
  readonly restored: number;
  /** Memory had something for the key already. */
  readonly alreadyThere: number;
  readonly leftOut: Readonly<Record<LeftOutReason, number>>;
  readonly tookMs: number;
  /** `torn`: cut off or damaged, and used up to there. `unavailable`: the shared tiers went on failing. */
  readonly ended: FramesEnd | "aborted" | "closed" | "unavailable" | "no snapshot";
}

export interface ResolvedRestoreOptions {
  readonly changedSince: ((entry: RestoredEntry) => boolean) | undefined;
  readonly perSecond: number;
  readonly signal: AbortSignal | undefined;
}

const DEFAULT_PER_SECOND = 20_000;

/** @throws StreamGateError `SG_CACHE_BAD_OPTION` */
export function resolveRestoreOptions(options: RestoreOptions): ResolvedRestoreOptions {
  return {
    changedSince: options.changedSince,
    perSecond: integer("restore.perSecond", options.perSecond ?? DEFAULT_PER_SECOND, 1, 1_000_000),
    signal: options.signal,
  };
}
