import type { StatementPage, StatementsQuery } from "@streamgate/contract";
import { pageOf } from "../api/keyset.ts";
import { notFound } from "../api/refusal.ts";
import type { Platform } from "../platform/platform.ts";
import { readRange } from "../ranges/read-range.ts";
import { alignRange, stepOf } from "../ranges/steps.ts";
import { rangeView, type SteppedRange, type TimeRange } from "../ranges/time-range.ts";
import { databaseSources } from "./database-sources.ts";
import { openFindings } from "./open-findings.ts";
import type { StatementBook } from "./statement-book.ts";
import type { StatementBooks } from "./statement-books.ts";
import { readStatementRows, searchStatements } from "./statement-rows.ts";
import { statementSummary } from "./statement-summary.ts";
import { type StatementTotals, statementKey } from "./statement-totals.ts";

const DEFAULT_LIMIT = 50;
const SPARKLINE_STEPS = 24;

/** Statements of a stretch of time: filtered, sorted, a page of them. */
export async function listStatements(
  platform: Platform,
  books: StatementBooks,
  query: StatementsQuery,
): Promise<StatementPage> {
  const { database, sort = "total", limit = DEFAULT_LIMIT, after } = query;
  requireDatabase(platform, database);
  const range = statementRange(await readRange(platform, query));
  const book = await books.of(range);
  const before = await bookBefore(books, range);
  const wanted = await wantedOf(platform, book.ordered(sort), query);
  const page = pageOf(wanted, book.keyset(sort), { limit, after });
  const [rows, findings] = await Promise.all([
    readStatementRows(platform.tables.query, page.items),
    openFindings(platform),
  ]);
  const totalMs = book.totalMs(database);
  return {
    range: rangeView(range),
    items: page.items.map((totals) => {
      const key = statementKey(totals.database, totals.fingerprint);
      return statementSummary({
        totals,
        before: before === null ? null : before.find(totals.database, totals.fingerprint),
        row: rows.get(key),
        totalMs,
        recommendations: findings.get(key)?.length ?? 0,
      });
    }),
    next: page.next,
    total: page.total,
    sources: databaseSources(platform, database),
  };
}

/** Statements whose mean is above what it should be, the slowest first. */
export function listSlowStatements(
  platform: Platform,
  books: StatementBooks,
  query: StatementsQuery,
): Promise<StatementPage> {
  const leastMeanMs = query.leastMeanMs ?? platform.configuration().objectives.databaseMeanMs;
  return listStatements(platform, books, { ...query, sort: "mean", leastMeanMs });
}

/** Steps as coarse as a sparkline's: the same for list and summary, so that both say the same. */
export function statementRange(range: TimeRange): SteppedRange {
  return alignRange(range, stepOf(range, SPARKLINE_STEPS));
}

/** The book of the range that is compared with; null where nothing is compared. */
export function bookBefore(
  books: StatementBooks,
  { compared, stepMs }: SteppedRange,
): Promise<StatementBook> | null {
  if (compared === null) return null;
  const { fromMs, toMs } = compared;
  return books.of({ fromMs, toMs, stepMs, compared: null });
}

/** @throws ApiRefusal 404 for a database that is not watched */
export function requireDatabase(
  platform: Pick<Platform, "configuration">,
  database: string | undefined,
): void {
  if (database === undefined) return;
  const { databases } = platform.configuration();
  if (!databases.some(({ name }) => name === database)) throw notFound("database", database);
}

async function wantedOf(
  platform: Platform,
  ordered: readonly StatementTotals[],
  { database, search, leastMeanMs = 0 }: StatementsQuery,
): Promise<readonly StatementTotals[]> {
  const words = search?.trim() ?? "";
  if (database === undefined && words === "" && leastMeanMs === 0) return ordered;
  const found = words === "" ? null : await searchStatements(platform.tables.query, words);
  return ordered.filter(
    (one) =>
      (database === undefined || one.database === database) &&
      one.totalMs >= leastMeanMs * one.calls &&
      (found === null || found.has(statementKey(one.database, one.fingerprint))),
  );
}
