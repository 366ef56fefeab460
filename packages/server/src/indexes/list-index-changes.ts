import type {
  IndexChange,
  IndexChangeList,
  IndexChangesQuery,
  IndexEffect,
  IndexSummary,
} from "@streamgate/contract";
import { qualify } from "@streamgate/pg-advisor";
import { inOrder, type Keyset, pageOf } from "../api/keyset.ts";
import { measured } from "../figures/figure.ts";
import type { Platform } from "../platform/platform.ts";
import { databaseSources } from "../queries/database-sources.ts";
import type { Effects } from "./effect/read-effects.ts";
import { type NotedEvent, readIndexEvents } from "./index-event-store.ts";
import type { WatchedIndexes } from "./index-reading.ts";
import { withUsage } from "./index-usage.ts";
import { indexSummary } from "./index-views.ts";
import type { KeptIndexes } from "./kept-indexes.ts";
import { isWanted, type ListParts, watchedIndexes } from "./list-indexes.ts";

const DEFAULT_LIMIT = 20;

const LATEST_FIRST: Keyset<NotedEvent> = {
  name: "changes of indexes by time",
  direction: "descending",
  valueOf: ({ atMs }) => atMs,
  idOf: ({ id }) => id.padStart(20, "0"),
};

/** What happened to indexes, the latest first, each with what came of it. */
export async function listIndexChanges(
  platform: Platform,
  kept: KeptIndexes,
  effects: Effects,
  query: IndexChangesQuery,
): Promise<IndexChangeList> {
  const watched = await watchedIndexes(platform, kept, query.database);
  const page = await changePage(platform, watched, effects, query);
  return { ...page, sources: databaseSources(platform, query.database) };
}

/** A page of what happened to the indexes of these databases. */
export async function changePage(
  parts: ListParts,
  watched: readonly WatchedIndexes[],
  effects: Effects,
  query: IndexChangesQuery,
): Promise<Omit<IndexChangeList, "sources">> {
  const { limit = DEFAULT_LIMIT, after } = query;
  const byDatabase = new Map(watched.map((one) => [one.watch.database, one]));
  const events = await readIndexEvents(parts.tables.query, [...byDatabase.keys()]);
  const wanted = events.filter(({ portrait: { index } }) =>
    isWanted({ ...index, table: qualify(index.table) }, query),
  );
  const page = pageOf(inOrder(wanted, LATEST_FIRST), LATEST_FIRST, { limit, after });
  const summaries = await summariesOf(parts, page.items, watched);
  // One after the other: each reads the history.
  const items: IndexChange[] = [];
  for (const event of page.items) {
    const effect = await effects.of(event, events, byDatabase.get(event.database));
    const summary = summaries.get(keyOf(event.database, event.portrait.index));
    items.push(changeView(event, summary, effect));
  }
  return { ...page, items };
}

function changeView(
  event: NotedEvent,
  summary: IndexSummary | undefined,
  effect: IndexEffect | null,
): IndexChange {
  const { index } = event.portrait;
  const isGone = event.kind === "vanished";
  return {
    id: event.id,
    database: event.database,
    table: qualify(index.table),
    name: index.name,
    definition: index.definition,
    event: event.kind,
    previous: event.previous,
    notBefore: new Date(event.notBeforeMs).toISOString(),
    at: new Date(event.atMs).toISOString(),
    act:
      event.act === null
        ? null
        : {
            recommendation: event.act.finding,
            target: event.act.target,
            direction: event.act.direction,
            reason: event.act.reason,
          },
    size: measured(isGone ? 0 : index.sizeBytes, "bytes"),
    sizeBefore: measured(event.previousSizeBytes, "bytes"),
    index: isGone ? null : (summary ?? null),
    effect,
  };
}

/** The indexes of these events as they are now. */
async function summariesOf(
  parts: ListParts,
  events: readonly NotedEvent[],
  watched: readonly WatchedIndexes[],
): Promise<ReadonlyMap<string, IndexSummary>> {
  const nowMs = parts.clock.now().getTime();
  const wanted = new Set(events.map((one) => keyOf(one.database, one.portrait.index)));
  const readings = watched
    .flatMap((one) => one.readings)
    .filter(({ database, portrait: { index } }) => wanted.has(keyOf(database, index)));
  const summaries = readings.map((reading) => indexSummary(reading, nowMs));
  const used = await withUsage(parts, summaries, readings);
  return new Map(
    readings.flatMap(({ database, portrait: { index } }, at) => {
      const summary = used[at];
      return summary === undefined ? [] : [[keyOf(database, index), summary] as const];
    }),
  );
}

function keyOf(
  database: string,
  { schema, name }: { readonly schema: string; readonly name: string },
): string {
  return JSON.stringify([database, schema, name]);
}
