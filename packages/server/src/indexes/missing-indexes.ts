import type { IndexesQuery, MissingIndexList, RecommendationSummary } from "@streamgate/contract";
import { inOrder, type Keyset, pageOf } from "../api/keyset.ts";
import type { Platform } from "../platform/platform.ts";
import { databaseSources } from "../queries/database-sources.ts";
import { requireDatabase } from "../queries/list-statements.ts";
import { databaseOf } from "../recommendations/database-of.ts";
import { OPEN_STATES } from "../recommendations/recommendation.ts";

const DEFAULT_LIMIT = 50;

const BY_SAVED: Keyset<RecommendationSummary> = {
  name: "missing indexes by time saved",
  direction: "descending",
  valueOf: ({ saved }) => saved.value,
  idOf: ({ target, id }) => `${id} ${target}`,
};

/** Indexes that would help: the open recommendations of that kind, those that save most first. */
export async function listMissingIndexes(
  platform: Platform,
  { database, table, search = "", limit = DEFAULT_LIMIT, after }: IndexesQuery,
): Promise<MissingIndexList> {
  requireDatabase(platform, database);
  const { databases } = platform.configuration();
  const word = search.toLowerCase();
  const wanted = (await platform.recommendations.all())
    .filter(
      ({ summary, isGone }) =>
        !isGone && summary.kind === "index/missing" && OPEN_STATES.has(summary.state),
    )
    .map(({ summary }) => summary)
    .filter(
      ({ target, subject, summary }) =>
        (database === undefined || databaseOf(databases, target)?.name === database) &&
        (table === undefined || subject === table || subject.endsWith(`.${table}`)) &&
        `${subject} ${summary}`.toLowerCase().includes(word),
    );
  const page = pageOf(inOrder(wanted, BY_SAVED), BY_SAVED, { limit, after });
  return { ...page, sources: databaseSources(platform, database) };
}
