import { createHash } from "node:crypto";
import type { IndexEffect } from "@streamgate/contract";
import { type Clock, type Finding, messageOf, seededRandom } from "@streamgate/core";
import type { StatementWindow } from "@streamgate/pg-advisor";
import type { SeriesSource } from "../../charts/series-source.ts";
import type { StoreQuery } from "../../platform/store-pool.ts";
import { STATEMENT_SERIES } from "../../queries/statement-totals.ts";
import { addressOf } from "../advance-readings.ts";
import { keepComparison, type NotedEvent } from "../index-event-store.ts";
import type { IndexReading, WatchedIndexes } from "../index-reading.ts";
import { upkeepMsPerHour } from "../index-views.ts";
import { compareStatements } from "./compare-statements.ts";
import { keepStatementSearches, type ReadStatement } from "./concerned-statements.ts";
import type { EffectComparison } from "./effect-comparison.ts";
import { type EffectSpans, effectSpans, type Span, settledAtMs } from "./effect-span.ts";
import { effectView } from "./effect-view.ts";
import { judgeEffect } from "./judge-effect.ts";
import { statementWindows } from "./statement-windows.ts";

/** Says what came of changes of indexes. */
export interface Effects {
  /**
   * @param around all events of the same database: what happened at the same time has a part in it
   * @returns null for a change that makes nothing faster or slower
   */
  of(
    event: NotedEvent,
    around: readonly NotedEvent[],
    watched: WatchedIndexes | undefined,
  ): Promise<IndexEffect | null>;
}

export interface EffectParts {
  readonly series: Pick<SeriesSource, "aggregate">;
  readonly query: StoreQuery;
  readonly clock: Clock;
}

/** What the collectors have read and not yet told. */
const STILL_TO_COME_MS = 60_000;
const KEPT_FOR_MS = 60_000;
const MOST_KEPT = 500;

/**
 * Answers are kept for a minute; once a change has stood for a day, its comparison does not change any more, and the store keeps it: a
 * page of thirty changes would else read their statements' history each time that somebody starts anew.
 */
export function keepEffects(parts: EffectParts): Effects {
  const searches = keepStatementSearches();
  const kept = new Map<string, Kept>();
  const compareOnce = (
    event: NotedEvent,
    around: readonly NotedEvent[],
  ): Promise<EffectComparison> => {
    const nowMs = parts.clock.now().getTime();
    const known = kept.get(event.id);
    if (known !== undefined && known.untilMs > nowMs) return known.made;
    if (kept.size >= MOST_KEPT) kept.clear();
    const made = compareAndKeep(parts, searches, event, around);
    kept.set(event.id, { untilMs: nowMs + KEPT_FOR_MS, made });
    made.catch(() => kept.delete(event.id));
    return made;
  };
  return {
    of: async (event, around, watched) => {
      if (!isJudged(event, watched)) return null;
      return viewOf(event, event.comparison ?? (await compareOnce(event, around)), watched);
    },
  };
}

interface Kept {
  readonly untilMs: number;
  readonly made: Promise<EffectComparison>;
}

/** Whether it could make anything faster or slower. Of an index that was built meanwhile, the end of the build tells. */
function isJudged(event: NotedEvent, watched: WatchedIndexes | undefined): boolean {
  if (event.kind === "renamed" || event.kind === "rebuilt") return false;
  if (event.kind === "vanished" || event.portrait.index.isValid) return true;
  return readingOf(event, watched)?.portrait.index.isValid !== true;
}

async function compareAndKeep(
  parts: EffectParts,
  searches: ReturnType<typeof keepStatementSearches>,
  event: NotedEvent,
  around: readonly NotedEvent[],
): Promise<EffectComparison> {
  const made = await compare(parts, searches, event, around);
  const isSettled = parts.clock.now().getTime() > settledAtMs(stretchOf(event));
  if (isSettled && made.isRead) await keepComparison(parts.query, event.id, made);
  return made;
}

/** When it was made, as near as anybody knows: StreamGate's own acts are known to the moment. */
function stretchOf({ act, notBeforeMs, atMs }: NotedEvent): {
  readonly notBeforeMs: number;
  readonly atMs: number;
} {
  if (act === null) return { notBeforeMs, atMs };
  // The store's clock may be another one: never outside of the two looks.
  const startedMs = Math.min(Math.max(act.startedAtMs, notBeforeMs), atMs);
  return {
    notBeforeMs: startedMs,
    atMs: Math.max(Math.min(act.endedAtMs, atMs), startedMs),
  };
}

async function compare(
  parts: EffectParts,
  searches: ReturnType<typeof keepStatementSearches>,
  event: NotedEvent,
  around: readonly NotedEvent[],
): Promise<EffectComparison> {
  const finding = await findingOf(parts.query, event);
  const nothing = {
    isRead: true,
    isEarly: false,
    targets: 0,
    verification: null,
    expectedMsPerHour: finding?.savedMsPerHour ?? null,
    caveats: [],
  };
  const spans = effectSpans(stretchOf(event), parts.clock.now().getTime() - STILL_TO_COME_MS);
  if (spans === null)
    return {
      ...nothing,
      isEarly: true,
      whyNot: "It is too early: four windows are needed on each side of it.",
    };
  try {
    const before = await readWindows(parts, event.database, spans.before, spans.stepMs);
    const after = await readWindows(parts, event.database, spans.after, spans.stepMs);
    const compared = compareStatements({
      portrait: event.portrait,
      statements: searches(await readTexts(parts.query, event.database, [...before, ...after])),
      advisedFor: advisedFor(finding),
      before,
      after,
      changedTables: changedWithin(event, around, spans).map((one) => one.portrait.index.table),
      random: seededRandom(seedOf(event)),
    });
    return {
      ...nothing,
      ...compared,
      whyNot: whyNotCompared(compared.targets, before.length, after.length),
      caveats: caveatsOf(event, around, spans),
    };
  } catch (error) {
    return {
      ...nothing,
      whyNot: `The statements' history could not be read: ${messageOf(error)}.`,
    };
  }
}

function whyNotCompared(targets: number, before: number, after: number): string {
  if (before === 0) return "The statements were not counted before it.";
  if (after === 0) return "The statements were not counted after it.";
  return targets === 0 ? "No statement that ran searches by what leads it." : "";
}

async function readWindows(
  { series }: EffectParts,
  database: string,
  span: Span,
  stepMs: number,
): Promise<readonly StatementWindow[]> {
  const read = (name: string, by: readonly string[]) =>
    series.aggregate({
      selector: { name, where: [{ label: "database", is: database }] },
      ...span,
      stepMs,
      by,
    });
  const [calls, seconds, whole] = await Promise.all([
    read(STATEMENT_SERIES.calls, ["fingerprint"]),
    read(STATEMENT_SERIES.seconds, ["fingerprint"]),
    read("streamgate_database_calls", []),
  ]);
  return statementWindows({ span, stepMs, calls, seconds, read: whole });
}

async function readTexts(
  query: StoreQuery,
  database: string,
  windows: readonly StatementWindow[],
): Promise<readonly Pick<ReadStatement, "fingerprint" | "text">[]> {
  const ids = new Set(windows.flatMap(({ counters }) => counters.map(({ queryId }) => queryId)));
  return query<Pick<ReadStatement, "fingerprint" | "text">>(
    `select fingerprint, text from streamgate.statements
     where database = $1 and fingerprint = any($2) order by fingerprint`,
    [database, [...ids]],
  );
}

async function findingOf(query: StoreQuery, { act }: NotedEvent): Promise<Finding | null> {
  if (act === null) return null;
  const [row] = await query<{ readonly document: Finding }>(
    "select document from streamgate.findings where target = $1 and id = $2",
    [act.target, act.finding],
  );
  return row?.document ?? null;
}

/** A drop is advised for no statement: then those are meant that search by it. */
function advisedFor(finding: Finding | null): ReadonlySet<string> | null {
  if (finding === null || finding.statements.length === 0) return null;
  return new Set(finding.statements.map(({ fingerprint }) => fingerprint));
}

/** Other changes that were in force in a part of what is compared only. */
function changedWithin(
  event: NotedEvent,
  around: readonly NotedEvent[],
  { before, after }: EffectSpans,
): readonly NotedEvent[] {
  return around.filter(
    (one) =>
      one.id !== event.id &&
      one.database === event.database &&
      one.kind !== "renamed" &&
      one.atMs > before.fromMs &&
      one.notBeforeMs < after.toMs,
  );
}

function caveatsOf(
  event: NotedEvent,
  around: readonly NotedEvent[],
  spans: EffectSpans,
): readonly string[] {
  const { table, name } = event.portrait.index;
  const others = changedWithin(event, around, spans).filter(
    (one) =>
      addressOf(one.portrait.index.table) === addressOf(table) && one.portrait.index.name !== name,
  );
  return [...new Set(others.map((one) => `${one.portrait.index.name} ${one.kind}`))].map(
    (what) => `${what} on the same table meanwhile: the effect is of both`,
  );
}

function seedOf({ database, id }: NotedEvent): number {
  return createHash("sha256").update(`${database} ${id}`).digest().readUInt32BE(0);
}

function viewOf(
  event: NotedEvent,
  { verification, whyNot, isEarly, expectedMsPerHour, caveats }: EffectComparison,
  watched: WatchedIndexes | undefined,
): IndexEffect {
  const { index, duties } = event.portrait;
  const reading = readingOf(event, watched);
  const scans =
    reading === undefined || watched === undefined ? null : scansSince(reading, watched);
  const isGone = event.kind === "vanished";
  const judgement = judgeEffect({
    change: isGone ? "went" : "came",
    isValid: (reading?.portrait.index ?? index).isValid,
    isBeingBuilt: reading?.portrait.isBeingBuilt === true,
    hasDuty: duties.length > 0,
    scans,
    verification,
    whyNot,
    isEarly,
    expectedMsPerHour,
  });
  return effectView({
    judgement,
    verification,
    caveats,
    scans,
    upkeepMsPerHour:
      reading === undefined || watched === undefined
        ? null
        : upkeepMsPerHour(reading, watched.watch.readAtMs),
  });
}

/** The index as it was seen last; another one of the same name is not it. */
function readingOf(
  event: NotedEvent,
  watched: WatchedIndexes | undefined,
): IndexReading | undefined {
  const address = addressOf(event.portrait.index);
  return watched?.readings.find(
    ({ portrait: { index } }) =>
      addressOf(index) === address && index.definition === event.portrait.index.definition,
  );
}

function scansSince(
  { seen, counted, watchedSinceMs }: IndexReading,
  { watch }: WatchedIndexes,
): { readonly count: number; readonly watchedMs: number } {
  // A counter that is larger than what was seen counted before the first look, and after the index was there.
  return {
    count: Math.max(seen.scans, counted.scans),
    watchedMs: Math.max(0, watch.readAtMs - watchedSinceMs),
  };
}
