import type { IndexesQuery, RecommendationSummary } from "@streamgate/contract";
import { usageError } from "../../errors.ts";
import { storedRecommendation } from "../../recommendations/made-recommendations.ts";
import { OPEN_STATES } from "../../recommendations/recommendation.ts";
import { readStoredFindings } from "../../recommendations/stored-findings.ts";
import { keepEffects } from "../effect/read-effects.ts";
import { duplicateCases, fragmentedCases, unusedCases } from "../index-cases.ts";
import { changePage } from "../list-index-changes.ts";
import { casePage, type FindCases, indexPage } from "../list-indexes.ts";
import { caseLines, changeLines, indexLines, missingLines } from "./index-lines.ts";
import type { IndexSight } from "./index-sight.ts";

/** What a list comes to: an object for `--json`, and its lines for a person. */
export interface IndexListing {
  readonly json: unknown;
  readonly lines: readonly string[];
}

/** One of the lists of `streamgate indexes`. */
export type IndexList = (
  sight: IndexSight,
  query: IndexesQuery,
  widthColumns: number,
) => Promise<IndexListing>;

const all: IndexList = async ({ parts, watched }, query, widthColumns) => {
  const page = await indexPage(parts, watched, query);
  return { json: page, lines: indexLines(page, widthColumns) };
};

function cases(find: FindCases, nothing: string): IndexList {
  return async ({ parts, watched }, query, widthColumns) => {
    const page = await casePage(parts, watched, query, find);
    return { json: page, lines: caseLines(page, nothing, widthColumns) };
  };
}

/** Open recommendations of the kind that asks for an index. */
const missing: IndexList = async (sight, { table, search = "", limit }, widthColumns) => {
  if (sight.kind === "now")
    throw usageError(
      "tell which indexes are missing",
      "one look at the indexes does not tell what the statements need",
      "run `streamgate advise URL`",
    );
  const found = (await readStoredFindings(sight.parts.tables))
    .map((one) => storedRecommendation(one, false))
    .filter(({ isGone, summary }) => !isGone && OPEN_STATES.has(summary.state))
    .map(({ summary }) => summary)
    .filter(
      ({ kind, subject, summary, target }) =>
        kind === "index/missing" &&
        (table === undefined || subject === table || subject.endsWith(`.${table}`)) &&
        (sight.only === null || sight.targets.includes(target)) &&
        `${subject} ${summary}`.toLowerCase().includes(search.toLowerCase()),
    )
    .toSorted((one, other) => savedBy(other) - savedBy(one));
  const page = { items: found.slice(0, limit), total: found.length };
  return { json: page, lines: missingLines(page, widthColumns) };
};

function savedBy({ saved }: RecommendationSummary): number {
  return saved.value ?? 0;
}

/** What happened to indexes, and whether it did any good. */
const changed: IndexList = async (sight, query, widthColumns) => {
  if (sight.kind === "now")
    throw usageError(
      "tell what changed",
      "a change shows between two looks, and this is one",
      "run `streamgate serve` for that database, then `streamgate indexes changed`",
    );
  const { parts, watched } = sight;
  const effects = keepEffects({
    series: parts.series,
    query: parts.tables.query,
    clock: parts.clock,
  });
  const page = await changePage(parts, watched, effects, query);
  return { json: page, lines: changeLines(page, widthColumns) };
};

/** The lists by their names. */
export const INDEX_LISTS: ReadonlyMap<string, IndexList> = new Map(
  Object.entries<IndexList>({
    all,
    unused: cases(unusedCases, "Every index has been used since counting began."),
    duplicate: cases(duplicateCases, "No index is made superfluous by another."),
    bloated: cases(fragmentedCases, "No index is invalid or much larger than its content."),
    missing,
    changed,
  }),
);
