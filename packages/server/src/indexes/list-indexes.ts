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
import type { WatchedIndexes } from "./index-reading.ts";
import { indexSummary } from "./index-views.ts";
import type { KeptIndexes } from "./kept-indexes.ts";

const DEFAULT_LIMIT = 50;

/** All indexes of the watched databases, filtered, sorted, a page of them. */
export async function listIndexes(
  platform: Platform,
  kept: KeptIndexes,
  query: IndexesQuery,
): Promise<IndexPage> {
  const nowMs = platform.clock.now().getTime();
  const watched = await watchedIndexes(platform, kept, query.database);
  const summaries = watched.flatMap(({ readings }) =>
    readings.map((reading) => indexSummary(reading, nowMs)),
  );
  const wanted = summaries.filter((summary) => isWanted(summary, query));
  const keyset = keysetOf<IndexSummary>(query, (summary) => summary);
  const page = pageOf(inOrder(wanted, keyset), keyset, placeOf(query));
  return { ...page, sources: databaseSources(platform, query.database) };
}

/** Indexes that should perhaps not be as they are, found in what is kept of them. */
export async function listIndexCases(
  platform: Platform,
  kept: KeptIndexes,
  query: IndexesQuery,
  find: (indexes: WatchedIndexes, nowMs: number) => readonly IndexCase[],
): Promise<IndexCaseList> {
  const nowMs = platform.clock.now().getTime();
  const watched = await watchedIndexes(platform, kept, query.database);
  const cases = watched.flatMap((indexes) => find(indexes, nowMs));
  const wanted = cases.filter(({ index }) => isWanted(index, query));
  const keyset = keysetOf<IndexCase>(query, ({ index }) => index);
  const page = pageOf(inOrder(wanted, keyset), keyset, placeOf(query));
  return { ...page, sources: databaseSources(platform, query.database) };
}

async function watchedIndexes(
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

function isWanted(
  { table, name, definition }: IndexSummary,
  { table: wantedTable, search }: IndexesQuery,
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
