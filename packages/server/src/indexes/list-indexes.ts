import type {
  IndexCase,
  IndexCaseList,
  IndexesQuery,
  IndexPage,
  IndexSummary,
} from "@streamgate/contract";
import { inOrder, type Keyset, pageOf } from "../api/keyset.ts";
import type { Platform } from "../platform/platform.ts";
import { databaseSources } from "../queries/database-sources.ts";
import { requireDatabase } from "../queries/list-statements.ts";
import type { FoundCases } from "./index-cases.ts";
import type { WatchedIndexes } from "./index-reading.ts";
import { type UsageParts, withUsage } from "./index-usage.ts";
import { indexSummary } from "./index-views.ts";
import type { KeptIndexes } from "./kept-indexes.ts";

const DEFAULT_LIMIT = 50;
const MOST_REFUSED = 200;

/** What lists are made with. */
export type ListParts = UsageParts;

/** All indexes of the watched databases, filtered, sorted, a page of them. */
export async function listIndexes(
  platform: Platform,
  kept: KeptIndexes,
  query: IndexesQuery,
): Promise<IndexPage> {
  const watched = await watchedIndexes(platform, kept, query.database);
  const page = await indexPage(platform, watched, query);
  return { ...page, sources: databaseSources(platform, query.database) };
}

/** Indexes that should perhaps not be as they are, found in what is kept of them. */
export async function listIndexCases(
  platform: Platform,
  kept: KeptIndexes,
  query: IndexesQuery,
  find: FindCases,
): Promise<IndexCaseList> {
  const watched = await watchedIndexes(platform, kept, query.database);
  const page = await casePage(platform, watched, query, find);
  return { ...page, sources: databaseSources(platform, query.database) };
}

/** A page of the indexes of these databases. */
export async function indexPage(
  parts: ListParts,
  watched: readonly WatchedIndexes[],
  query: IndexesQuery,
): Promise<Omit<IndexPage, "sources">> {
  const nowMs = parts.clock.now().getTime();
  const readings = watched.flatMap((one) => one.readings);
  const summaries = readings.map((reading) => indexSummary(reading, nowMs));
  const wanted = summaries.filter((summary) => isWanted(summary, query));
  const keyset = keysetOf<IndexSummary>(query, (summary) => summary);
  const page = pageOf(inOrder(wanted, keyset), keyset, placeOf(query));
  return { ...page, items: await withUsage(parts, page.items, readings) };
}

/** Finds cases of one kind among the indexes of a database. */
export type FindCases = (indexes: WatchedIndexes, nowMs: number) => FoundCases;

/** A page of the cases in these databases, with all that is refused. */
export async function casePage(
  parts: ListParts,
  watched: readonly WatchedIndexes[],
  query: IndexesQuery,
  find: FindCases,
): Promise<Omit<IndexCaseList, "sources">> {
  const nowMs = parts.clock.now().getTime();
  const found = watched.map((indexes) => find(indexes, nowMs));
  const wanted = found.flatMap(({ cases }) => cases).filter(({ index }) => isWanted(index, query));
  const keyset = keysetOf<IndexCase>(query, ({ index }) => index);
  const page = pageOf(inOrder(wanted, keyset), keyset, placeOf(query));
  const summaries = await withUsage(
    parts,
    page.items.map(({ index }) => index),
    watched.flatMap((one) => one.readings),
  );
  return {
    ...page,
    items: page.items.map((item, at) => ({ ...item, index: summaries[at] ?? item.index })),
    refused: found
      .flatMap(({ refused }) => refused)
      .filter(({ index }) => isWanted(index, query))
      .slice(0, MOST_REFUSED),
  };
}

export async function watchedIndexes(
  platform: Platform,
  kept: KeptIndexes,
  database: string | undefined,
): Promise<readonly WatchedIndexes[]> {
  requireDatabase(platform, database);
  const names = platform.configuration().databases.map(({ name }) => name);
  const wanted = database === undefined ? names : [database];
  const found = await Promise.all(wanted.map((name) => kept.of(name)));
  return found.filter((one) => one !== undefined);
}

export function isWanted(
  { table, name, definition }: Pick<IndexSummary, "table" | "name" | "definition">,
  { table: wantedTable, search }: Pick<IndexesQuery, "table" | "search">,
): boolean {
  const isOfTable = wantedTable === undefined || isTable(table, wantedTable);
  if (!isOfTable || search === undefined) return isOfTable;
  const word = search.toLowerCase();
  return [table, name, definition].some((text) => text.toLowerCase().includes(word));
}

/** With its schema or without. */
function isTable(table: string, wanted: string): boolean {
  return table === wanted || table.endsWith(`.${wanted}`);
}

function keysetOf<Item>(
  { sort = "size" }: IndexesQuery,
  summaryOf: (item: Item) => IndexSummary,
): Keyset<Item> {
  return {
    name: `indexes by ${sort}`,
    direction: sort === "name" ? "ascending" : "descending",
    idOf: (item) => summaryOf(item).id,
    valueOf: (item) => {
      const summary = summaryOf(item);
      return sort === "name" ? `${summary.table} ${summary.name}` : summary[sort].value;
    },
  };
}

function placeOf({ limit = DEFAULT_LIMIT, after }: IndexesQuery): {
  readonly limit: number;
  readonly after: string | undefined;
} {
  return { limit, after };
}
