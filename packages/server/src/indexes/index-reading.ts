import type { IndexPortrait, MeasuredBloat } from "@streamgate/pg-advisor";

/** What counters of one index and its table say. */
export interface IndexCounters {
  readonly scans: number;
  readonly tuplesRead: number;
  readonly tuplesFetched: number;
  /** Rows of its table that were inserted, updated or deleted. */
  readonly tableWrites: number;
}

/** An index as it was seen last, and what was seen of its use. */
export interface IndexReading {
  readonly database: string;
  readonly portrait: IndexPortrait;
  readonly watchedSinceMs: number;
  /** Added up since then, resets of the server's counters bridged. */
  readonly seen: IndexCounters;
  /** As the server counts. */
  readonly counted: IndexCounters;
  readonly lastScanAtMs: number | null;
  readonly measured: MeasuredBloat | null;
}

/** When the indexes of a database were looked at, and what its server said of its counters then. */
export interface IndexWatch {
  readonly database: string;
  readonly readAtMs: number;
  readonly serverStartedAtMs: number;
  /** When somebody reset the server's counters; null where it does not tell. */
  readonly countersResetAtMs: number | null;
  readonly isReplica: boolean;
  readonly replicas: number;
  readonly versionNumber: number;
}

/** All that is known of the indexes of one database. */
export interface WatchedIndexes {
  readonly watch: IndexWatch;
  readonly readings: readonly IndexReading[];
}

/** Since when the server's counters certainly count: one that did not end in order begins anew, and does not always say so. */
export function countedSinceMs({ serverStartedAtMs, countersResetAtMs }: IndexWatch): number {
  return Math.max(serverStartedAtMs, countersResetAtMs ?? 0);
}
