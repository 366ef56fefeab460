export type { Agent } from "./agent.ts";
export type { CachesReport, ReportedCache, ShownKeys } from "./caches/caches-report.ts";
export type { CheckOutcome, ReadinessCheck } from "./endpoints/readiness.ts";
export type { ObservedCache } from "./instrumentation/cache.ts";
export type { FastifyLike } from "./instrumentation/fastify-routes.ts";
export {
  type Instrumentation,
  type InstrumentationOptions,
  type PostgresModule,
  type RedisModule,
  startInstrumentation,
} from "./instrumentation/instrumentation.ts";
export type { AgentOptions, RuleChoices } from "./options.ts";
export type { WatchedCache } from "./samplers/caches.ts";
export type {
  CacheCounts,
  Collection,
  CollectionKind,
  Observation,
  ObservationLog,
  Observer,
  PoolCounts,
  Stall,
} from "./samplers/observation.ts";
export type { WatchedPool } from "./samplers/pools.ts";
export { type ServingAgent, type StartAgentOptions, startAgent } from "./start-agent.ts";
