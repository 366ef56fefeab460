import type { Declined } from "@streamgate/core";
import { type DropReason, declineDrop, dutyReason } from "./drop-reasons.ts";
import type { IndexPortrait } from "./index-portrait.ts";

/** An index with what was seen of its use. */
export interface WatchedIndex {
  readonly portrait: IndexPortrait;
  /** When it was seen first, in ms since 1970. */
  readonly watchedSinceMs: number;
  /** Scans since then, resets of the counter bridged. */
  readonly scansSeen: number;
  /** What the server's own counter says; of all servers together where replicas are read. */
  readonly scansCounted: number;
  /** When it was scanned last, where a server of 16 or later tells. */
  readonly lastScanAtMs?: number | null;
}

/** What is known of the server whose counters were read. */
export interface UsageContext {
  readonly nowMs: number;
  /** Since when the server's counters count; null where it does not tell. */
  readonly countedSinceMs: number | null;
  readonly isReplica: boolean;
  /** Standbys whose counters were not read. */
  readonly replicas: number;
  /** For how long nothing may have scanned an index before it is sure to be unused, in ms. @default 35 days */
  readonly watchWindowMs?: number;
  /** The same for an index that was scanned once: it may serve work that comes once a year. @default 400 days */
  readonly rareWindowMs?: number;
}

/** An index that nothing was seen to use. */
export interface UnusedIndex {
  readonly watched: WatchedIndex;
  readonly reason: string;
  readonly caveats: readonly string[];
  /** Whether it may be dropped: nothing is in doubt. */
  readonly isSure: boolean;
  /** Why it may not be dropped yet; null where it may. */
  readonly doubt: Doubt | null;
}

/** What is not known yet of an index that seems unused. */
export interface Doubt {
  readonly reason: DropReason;
  readonly explanation: string;
}

export interface UnusedIndexes {
  readonly unused: readonly UnusedIndex[];
  readonly declined: readonly Declined[];
}

const DAY_MS = 86_400_000;
/** What runs once a week was seen by then: less is not worth listing of an index that was scanned before. */
const WORTH_LISTING_MS = 7 * DAY_MS;
/** What runs once a month was seen by then. */
const WATCH_WINDOW_MS = 35 * DAY_MS;
/** What runs once a year was seen by then, a month late. */
const RARE_WINDOW_MS = 400 * DAY_MS;
/** By so much the server's counter must reach further back to be told. */
const WORTH_SAYING_MS = 3_600_000;
/** So small a table the planner reads whole, whatever indexes it has. */
const SMALL_TABLE_ROWS = 1_000;

/**
 * Indexes that were not scanned while they were watched, and that nothing but scans needs. One whose counter says 0 is listed at once;
 * one that was scanned before it was watched, when a week has passed without a scan. Sure is only what a whole watch window says, of
 * all servers, on a table that was read and is large enough for an index to be of use.
 */
export function findUnusedIndexes(
  watched: readonly WatchedIndex[],
  context: UsageContext,
): UnusedIndexes {
  const unused: UnusedIndex[] = [];
  const declined: Declined[] = [];
  for (const one of watched) {
    const { index } = one.portrait;
    if (one.scansSeen > 0 || index.parent !== null || !index.isValid) continue;
    const seenMs = evidenceMs(one, context);
    if (one.scansCounted > 0 && seenMs < WORTH_LISTING_MS) continue;
    const need = needOf(one.portrait);
    if (need === null) unused.push(describe(one, seenMs, context));
    else declined.push(declineDrop(index, need.reason, `it is not scanned, but ${need.why}`));
  }
  return { unused, declined };
}

/**
 * For how long nothing scanned it. The server's counters reach further back than we do where they tell of the last scan, or say 0 of an
 * index that is known to be older; never beyond their own beginning.
 */
function evidenceMs(one: WatchedIndex, { nowMs, countedSinceMs }: UsageContext): number {
  const { watchedSinceMs, scansCounted, lastScanAtMs = null, portrait } = one;
  const { knownSinceAt = null } = portrait;
  const madeMs = knownSinceAt === null || scansCounted > 0 ? null : Date.parse(knownSinceAt);
  const anchorMs = lastScanAtMs ?? madeMs;
  const sinceMs =
    anchorMs === null || countedSinceMs === null
      ? watchedSinceMs
      : Math.min(watchedSinceMs, Math.max(countedSinceMs, anchorMs));
  return Math.max(0, nowMs - sinceMs);
}

/** What needs the index though nobody scans it. */
function needOf(portrait: IndexPortrait): { reason: DropReason; why: string } | null {
  const [duty] = portrait.duties;
  if (duty !== undefined) return dutyReason(duty, portrait);
  if (portrait.isClustered)
    return { reason: "clustering", why: "CLUSTER orders its table by it, without naming it" };
  const extensions = portrait.upkeep?.dependsOnExtensions ?? [];
  if (extensions.length > 0)
    return { reason: "extension", why: `it belongs to the extension ${extensions.join(", ")}` };
  return null;
}

function describe(one: WatchedIndex, seenMs: number, context: UsageContext): UnusedIndex {
  const watchedMs = Math.max(0, context.nowMs - one.watchedSinceMs);
  const counted =
    one.scansCounted === 0 && countedMs(context) >= watchedMs + WORTH_SAYING_MS
      ? `; PostgreSQL's own counter has said 0 for ${inWords(countedMs(context))}, or since it was made`
      : "";
  const doubt = doubtOf(one, seenMs, context);
  return {
    watched: one,
    reason: `no scan in the ${inWords(watchedMs)} that it was watched${counted}`,
    isSure: doubt === null,
    doubt,
    caveats: caveatsOf(one, seenMs, context),
  };
}

function countedMs({ nowMs, countedSinceMs }: UsageContext): number {
  return countedSinceMs === null ? 0 : Math.max(0, nowMs - countedSinceMs);
}

/** The first thing that speaks against dropping it today. */
function doubtOf(one: WatchedIndex, seenMs: number, context: UsageContext): Doubt | null {
  const { table } = one.portrait;
  if (context.isReplica)
    return {
      reason: "primary-not-read",
      explanation: "this is a replica: what the primary uses was not looked at",
    };
  // A standby cannot read unlogged tables.
  if (context.replicas > 0 && table?.isUnlogged !== true)
    return { reason: "replicas-not-read", explanation: `${standbys(context.replicas)}` };
  if (table !== undefined && table.rows < SMALL_TABLE_ROWS)
    return {
      reason: "table-too-small",
      explanation: `its table has ${table.rows} rows, which the planner reads whole; the index may matter when it grows`,
    };
  if (table !== undefined && table.reads === 0)
    return {
      reason: "table-not-read",
      explanation:
        "nobody read its table at all: that says nothing of whether a reader will need the index",
    };
  return doubtOfTime(one, seenMs, context);
}

function doubtOfTime(one: WatchedIndex, seenMs: number, context: UsageContext): Doubt | null {
  const { watchWindowMs = WATCH_WINDOW_MS, rareWindowMs = RARE_WINDOW_MS } = context;
  const wasScanned = one.scansCounted > 0 || (one.lastScanAtMs ?? null) !== null;
  if (seenMs < watchWindowMs)
    return {
      reason: "watched-too-briefly",
      explanation: `${inWords(seenMs)} without a scan are known of, and work may come at ${inWords(watchWindowMs)}' distance`,
    };
  if (wasScanned && seenMs < rareWindowMs)
    return {
      reason: "scanned-before",
      explanation: `it was scanned once, and not in the ${inWords(seenMs)} since: work that comes once a year may need it`,
    };
  return null;
}

function caveatsOf(one: WatchedIndex, seenMs: number, context: UsageContext): readonly string[] {
  const { index } = one.portrait;
  return [
    ...(context.isReplica
      ? ["this is a replica: what the primary uses was not looked at, and it alone can drop it"]
      : []),
    ...(context.isReplica || context.replicas === 0 ? [] : [standbys(context.replicas)]),
    ...(seenMs < WORTH_LISTING_MS ? ["work that comes once a week was not seen yet"] : []),
    ...(seenMs >= WORTH_LISTING_MS && seenMs < WATCH_WINDOW_MS
      ? ["work that comes once a month may not have been seen yet"]
      : []),
    ...(index.keys.some(({ expression }) => expression !== null)
      ? ["the statistics of its expression help the planner, and go with it"]
      : []),
  ];
}

function standbys(count: number): string {
  const connected = count === 1 ? "a replica is" : `${count} replicas are`;
  return `only the primary was looked at, and ${connected} connected: queries there may use the index`;
}

function inWords(durationMs: number): string {
  const hours = durationMs / 3_600_000;
  if (hours < 1) return `${Math.max(1, Math.round(durationMs / 60_000))} min`;
  if (hours < 48) return `${Math.round(hours)} h`;
  return `${Math.round(hours / 24)} days`;
}
