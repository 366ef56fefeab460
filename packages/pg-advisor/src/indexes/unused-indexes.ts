import type { Declined } from "@streamgate/core";
import { qualify } from "../schema/identifiers.ts";
import type { IndexDuty, IndexPortrait } from "./index-portrait.ts";

/** An index with what was seen of its use. */
export interface WatchedIndex {
  readonly portrait: IndexPortrait;
  /** When it was seen first, in ms since 1970. */
  readonly watchedSinceMs: number;
  /** Scans since then, resets of the counter bridged. */
  readonly scansSeen: number;
  /** What the server's own counter says. */
  readonly scansCounted: number;
}

/** What is known of the server whose counters were read. */
export interface UsageContext {
  readonly nowMs: number;
  /** Since when the server's counters count; null where it does not tell. */
  readonly countedSinceMs: number | null;
  readonly isReplica: boolean;
  /** Standbys that were connected to it. */
  readonly replicas: number;
}

/** An index that nothing was seen to use. */
export interface UnusedIndex {
  readonly watched: WatchedIndex;
  readonly reason: string;
  readonly caveats: readonly string[];
  /** Whether it was watched for long enough to drop it. */
  readonly isSure: boolean;
}

export interface UnusedIndexes {
  readonly unused: readonly UnusedIndex[];
  readonly declined: readonly Declined[];
}

const DAY_MS = 86_400_000;
/** What runs once a week was seen by then. */
const SURE_AFTER_MS = 7 * DAY_MS;
/** By so much the server's counter must reach further back to be told. */
const WORTH_SAYING_MS = 3_600_000;
/** What runs once a month was seen by then. */
const WHOLE_MONTH_MS = 35 * DAY_MS;

/**
 * Indexes that were not scanned while they were watched, and that nothing but scans needs. One whose counter says 0 is listed at once;
 * one that was scanned before it was watched, when a week has passed without a scan.
 */
export function findUnusedIndexes(
  watched: readonly WatchedIndex[],
  context: UsageContext,
): UnusedIndexes {
  const unused: UnusedIndex[] = [];
  const declined: Declined[] = [];
  for (const one of watched) {
    const { index, duties } = one.portrait;
    if (one.scansSeen > 0 || index.parent !== null || !index.isValid) continue;
    const seenMs = evidenceMs(one, context);
    if (one.scansCounted > 0 && seenMs < SURE_AFTER_MS) continue;
    const [duty] = duties;
    if (duty === undefined) unused.push(describe(one, seenMs, context));
    else declined.push(decline(one.portrait, duty));
  }
  return { unused, declined };
}

/** For how long nothing scanned it: the server's counter may reach further back than we do. */
function evidenceMs(
  { scansCounted, watchedSinceMs }: WatchedIndex,
  { nowMs, countedSinceMs }: UsageContext,
): number {
  const reachesBack = scansCounted === 0 && countedSinceMs !== null;
  const sinceMs = reachesBack ? Math.min(countedSinceMs, watchedSinceMs) : watchedSinceMs;
  return Math.max(0, nowMs - sinceMs);
}

function describe(one: WatchedIndex, seenMs: number, context: UsageContext): UnusedIndex {
  const { index, isClustered } = one.portrait;
  const watchedMs = Math.max(0, context.nowMs - one.watchedSinceMs);
  const counted =
    one.scansCounted === 0 && seenMs >= watchedMs + WORTH_SAYING_MS
      ? `; PostgreSQL's own counter has said 0 for ${inWords(seenMs)}, or since it was made`
      : "";
  const isSure = seenMs >= SURE_AFTER_MS && !context.isReplica;
  return {
    watched: one,
    reason: `no scan in the ${inWords(watchedMs)} that it was watched${counted}`,
    isSure,
    caveats: [
      ...(context.isReplica
        ? ["this is a replica: what the primary uses was not looked at, and it alone can drop it"]
        : []),
      ...replicaCaveats(context),
      ...(seenMs < SURE_AFTER_MS ? ["work that comes once a week was not seen yet"] : []),
      ...(seenMs >= SURE_AFTER_MS && seenMs < WHOLE_MONTH_MS
        ? ["work that comes once a month may not have been seen yet"]
        : []),
      ...(isClustered ? ["CLUSTER orders the table by it"] : []),
      ...(index.keys.some(({ expression }) => expression !== null)
        ? ["the statistics of its expression help the planner, and go with it"]
        : []),
    ],
  };
}

function replicaCaveats({ isReplica, replicas }: UsageContext): readonly string[] {
  if (isReplica || replicas === 0) return [];
  const connected = replicas === 1 ? "a replica is" : `${replicas} replicas are`;
  return [
    `only the primary was looked at, and ${connected} connected: queries there may use the index`,
  ];
}

function decline({ index }: IndexPortrait, duty: IndexDuty): Declined {
  return {
    candidate: qualify(index),
    reason: duty.kind.replaceAll(" ", "-"),
    explanation: `it is not scanned, but ${dutyInWords(duty)}`,
  };
}

function dutyInWords(duty: IndexDuty): string {
  switch (duty.kind) {
    case "primary key":
      return "it is the primary key";
    case "unique":
      return "it keeps rows unique";
    case "constraint":
      return `the constraint ${duty.name} needs it`;
    case "replica identity":
      return "logical replication names rows by it";
    case "referenced":
      return `the foreign key ${duty.by.join(", ")} refers to its keys`;
    case "foreign key":
      return `without it, deletes of rows that ${duty.names.join(", ")} refers to would read the whole table`;
  }
}

function inWords(durationMs: number): string {
  const hours = durationMs / 3_600_000;
  if (hours < 1) return `${Math.max(1, Math.round(durationMs / 60_000))} min`;
  if (hours < 48) return `${Math.round(hours)} h`;
  return `${Math.round(hours / 24)} days`;
}
