import type { LiveTopic, OperationId } from "@streamgate/contract";

/** What may change between two readings of a result, other than with time. */
const TOPICS: Readonly<Partial<Record<OperationId, readonly LiveTopic[]>>> = {
  getNow: ["now", "alerts", "incidents", "recommendations", "jobs", "sources"],
  listAlerts: ["alerts", "incidents"],
  listIncidents: ["alerts", "incidents"],
  getIncident: ["alerts", "incidents"],
  getPostMortem: ["alerts", "incidents"],
  getEscalation: ["alerts", "incidents"],
  listSilences: ["alerts", "incidents"],
  listRules: ["alerts", "incidents"],
  listMarkers: ["now", "alerts", "incidents", "recommendations", "jobs"],
  listChanges: ["now", "alerts", "incidents", "recommendations", "jobs"],
  listRecommendations: ["recommendations", "jobs"],
  getRecommendation: ["recommendations", "jobs"],
  getProof: ["recommendations", "jobs"],
  getRoute: ["recommendations"],
  getQuery: ["recommendations"],
  listSlowQueries: ["recommendations"],
  listQueryStatistics: ["recommendations"],
  listIndexes: ["recommendations"],
  listMissingIndexes: ["recommendations"],
  listIndexChanges: ["recommendations", "jobs"],
  listUnusedIndexes: ["recommendations"],
  listDuplicateIndexes: ["recommendations"],
  listFragmentedIndexes: ["recommendations"],
  listJobs: ["jobs"],
  getJob: ["jobs"],
  listProfiles: ["profiles"],
  getProfile: ["profiles"],
  getStatus: ["sources", "jobs"],
  getHealth: ["sources"],
};

/** The topics whose change makes a result of this operation worthless. All depend on the configuration. */
export function topicsOf(operation: OperationId): readonly LiveTopic[] {
  return [...(TOPICS[operation] ?? []), "configuration"];
}
