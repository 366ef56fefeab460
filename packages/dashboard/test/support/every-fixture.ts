import {
  alertsFixture,
  escalationFixture,
  incidentFixture,
  incidentsFixture,
  rulesFixture,
  silencesFixture,
} from "../fixtures/alerts.ts";
import {
  anomaliesFixture,
  comparisonFixture,
  forecastsFixture,
  objectivesFixture,
  trendsFixture,
} from "../fixtures/analytics.ts";
import { cacheFixture } from "../fixtures/cache.ts";
import {
  changesFixture,
  duplicateFixture,
  fragmentedFixture,
  indexesFixture,
  missingFixture,
  unusedFixture,
  whatIfFixture,
} from "../fixtures/indexes.ts";
import {
  lockChainsFixture,
  queryFixture,
  queryMetricsFixture,
  statementsFixture,
} from "../fixtures/queries.ts";
import { recommendationFixture, recommendationsFixture } from "../fixtures/recommendations.ts";
import { profileViewFixture, resourcesFixture } from "../fixtures/resources.ts";
import { routeFixture, routesFixture } from "../fixtures/routes.ts";
import { jobsFixture, statusFixture } from "../fixtures/status.ts";
import type { FixtureAnswers } from "./fixture-api.ts";

/** An answer for whatever the pages read. */
export const everyFixture: FixtureAnswers = {
  listRecommendations: () => recommendationsFixture,
  getRecommendation: () => recommendationFixture,
  listRoutes: () => routesFixture,
  getRoute: () => routeFixture,
  getQueryMetrics: () => queryMetricsFixture,
  listQueryStatistics: () => statementsFixture(),
  listSlowQueries: () => statementsFixture(),
  getQuery: () => queryFixture,
  listLockChains: () => lockChainsFixture,
  askWhatIf: () => whatIfFixture,
  getProfile: () => profileViewFixture,
  listIndexes: () => indexesFixture,
  listUnusedIndexes: () => unusedFixture,
  listDuplicateIndexes: () => duplicateFixture,
  listFragmentedIndexes: () => fragmentedFixture,
  listMissingIndexes: () => missingFixture,
  listIndexChanges: () => changesFixture,
  getCacheStatistics: () => cacheFixture,
  getResources: () => resourcesFixture,
  listIncidents: () => incidentsFixture,
  getIncident: () => incidentFixture,
  listAlerts: () => alertsFixture,
  listSilences: () => silencesFixture,
  listRules: () => rulesFixture,
  getEscalation: () => escalationFixture,
  listTrends: () => trendsFixture,
  listForecasts: () => forecastsFixture,
  listAnomalies: () => anomaliesFixture,
  compareRanges: () => comparisonFixture,
  listServiceLevels: () => objectivesFixture,
  getStatus: () => statusFixture,
  listJobs: () => jobsFixture,
};
