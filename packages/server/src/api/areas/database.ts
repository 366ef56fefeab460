import type { DatabaseOperations } from "@streamgate/contract";
import { StatementCallers } from "../../callers/statement-callers.ts";
import { keepEffects } from "../../indexes/effect/read-effects.ts";
import { duplicateCases, fragmentedCases, unusedCases } from "../../indexes/index-cases.ts";
import { keepIndexes } from "../../indexes/kept-indexes.ts";
import { listIndexChanges } from "../../indexes/list-index-changes.ts";
import { listIndexCases, listIndexes } from "../../indexes/list-indexes.ts";
import { listMissingIndexes } from "../../indexes/missing-indexes.ts";
import { listLockChains } from "../../locks/list-lock-chains.ts";
import { askGenericPlans } from "../../plans/generic-plans.ts";
import type { Platform } from "../../platform/platform.ts";
import { databaseMetrics } from "../../queries/database-metrics.ts";
import { listSlowStatements, listStatements } from "../../queries/list-statements.ts";
import { keepStatementBooks } from "../../queries/statement-books.ts";
import { listPlans, statementView } from "../../queries/statement-view.ts";
import { askWhatIf } from "../../what-if/ask-what-if.ts";
import type { Handlers } from "../handlers.ts";

/** Queries and indexes of the watched databases. */
export function databaseHandlers(platform: Platform): Pick<Handlers, keyof DatabaseOperations> {
  const indexes = keepIndexes(platform.tables);
  const effects = keepEffects({
    series: platform.series,
    query: platform.tables.query,
    clock: platform.clock,
  });
  const books = keepStatementBooks(platform);
  const genericPlans = askGenericPlans(platform.clock);
  const callers = new StatementCallers(platform);
  const parts = { platform, books, genericPlans, callers };
  return {
    getQueryMetrics: ({ query }) => databaseMetrics(platform, query),
    listSlowQueries: ({ query }) => listSlowStatements(platform, books, query),
    listQueryStatistics: ({ query }) => listStatements(platform, books, query),
    listLockChains: ({ query }) => listLockChains(platform, query),
    getQuery: ({ parameters, query }) => statementView(parts, parameters.fingerprint, query),
    listQueryPlans: ({ parameters }) => listPlans(parts, parameters.fingerprint),
    listIndexes: ({ query }) => listIndexes(platform, indexes, query),
    listUnusedIndexes: ({ query }) => listIndexCases(platform, indexes, query, unusedCases),
    listDuplicateIndexes: ({ query }) => listIndexCases(platform, indexes, query, duplicateCases),
    listFragmentedIndexes: ({ query }) => listIndexCases(platform, indexes, query, fragmentedCases),
    listMissingIndexes: ({ query }) => listMissingIndexes(platform, query),
    listIndexChanges: ({ query }) => listIndexChanges(platform, indexes, effects, query),
    askWhatIf: ({ body }) => askWhatIf(platform, platform.twins, body),
  };
}
