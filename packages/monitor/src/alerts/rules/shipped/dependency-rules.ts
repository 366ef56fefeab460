import { AFTER_DEPLOY, type ShippedRule } from "./shipped-rule.ts";

const MINUTE_MS = 60_000;
const BROKEN_OFF = { where: [{ label: "error_type", isNot: "" }] };
const SLOW_STATEMENT_SECONDS = 0.25;

function operations(system: string): object {
  const where = [{ label: "db_system_name", is: system }];
  return { name: "db_client_operation_duration_seconds", where };
}

/** What the service leans on: PostgreSQL, its pools, Redis, the cache. */
export const DEPENDENCY_RULES: readonly ShippedRule[] = [
  {
    name: "database-slow",
    kind: "sequential",
    severity: "high",
    summary: "{value} of the statements of {service} take longer than 250 ms",
    of: operations("postgresql"),
    bad: { above: SLOW_STATEMENT_SECONDS },
    allowedShare: 0.05,
    noticeShare: 0.2,
    afterDeploy: AFTER_DEPLOY,
  },
  {
    name: "database-failing",
    kind: "sequential",
    severity: "high",
    summary: "{value} of the statements of {service} fail",
    of: operations("postgresql"),
    bad: BROKEN_OFF,
    allowedShare: 0.005,
    noticeShare: 0.05,
  },
  {
    name: "pool-exhausted",
    kind: "threshold",
    severity: "high",
    summary:
      "{value} requests of {service} wait for a connection of the pool {db_client_connection_pool_name}",
    by: ["service", "db_client_connection_pool_name"],
    measure: {
      kind: "gauge",
      of: { name: "db_client_connection_pending_requests" },
      statistic: "min",
      across: "max",
      windowMs: 10_000,
    },
    when: "above",
    threshold: 0.5,
    forMs: 20_000,
  },
  {
    name: "pool-waiting",
    kind: "threshold",
    severity: "medium",
    summary:
      "5 % of the requests of {service} wait longer than {value} for a connection of the pool {db_client_connection_pool_name}",
    by: ["service", "db_client_connection_pool_name"],
    unit: "seconds",
    measure: {
      kind: "quantile",
      of: { name: "db_client_connection_wait_time_seconds" },
      quantile: 0.95,
      windowMs: MINUTE_MS,
      leastEvents: 50,
    },
    when: "above",
    threshold: 0.1,
    clearThreshold: 0.07,
    forMs: 2 * MINUTE_MS,
  },
  {
    name: "redis-failing",
    kind: "sequential",
    severity: "high",
    summary: "{value} of the Redis commands of {service} fail",
    of: operations("redis"),
    bad: BROKEN_OFF,
    allowedShare: 0.01,
    noticeShare: 0.1,
    leastBadSteps: 2,
  },
  {
    name: "cache-hits-low",
    kind: "threshold",
    severity: "low",
    summary: "Only {value} of the look-ups in the cache {namespace} of {service} hit",
    by: ["service", "namespace"],
    unit: "ratio",
    measure: {
      kind: "share",
      of: { name: "streamgate_cache_requests" },
      part: { where: [{ label: "outcome", matches: "hit|stale" }] },
      windowMs: 5 * MINUTE_MS,
      leastEvents: 500,
    },
    when: "below",
    threshold: 0.7,
    clearThreshold: 0.75,
    forMs: 15 * MINUTE_MS,
  },
];
