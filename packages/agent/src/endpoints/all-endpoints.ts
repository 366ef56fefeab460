import type { ProcessReport, Registry } from "@streamgate/telemetry";
import type { Tracer } from "@streamgate/telemetry/tracing";
import {
  type CachesContext,
  cacheInvalidationEndpoint,
  cachesEndpoint,
  cacheWarmingEndpoint,
} from "./caches.ts";
import type { Endpoint } from "./endpoint.ts";
import { forcedCollectionEndpoint } from "./forced-collection.ts";
import { healthEndpoint, readyEndpoint } from "./health.ts";
import { heapSnapshotEndpoint } from "./heap-snapshot.ts";
import { loopTraceEndpoint } from "./loop-trace.ts";
import { metricsEndpoint } from "./metrics.ts";
import { type ActContext, cpuProfileEndpoint, heapProfileEndpoint } from "./profiling.ts";
import type { ReadinessChecks } from "./readiness.ts";
import { reportEndpoint } from "./report.ts";
import { tracesEndpoint } from "./traces.ts";

/** What the endpoints show. */
export interface EndpointsContext {
  readonly registry: Registry;
  readonly tracer: Tracer | undefined;
  readonly readiness: ReadinessChecks;
  /** Whether anybody may ask for health and readiness. */
  readonly isHealthOpen: boolean;
  readonly acts: ActContext;
  readonly caches: CachesContext;
  /** All of the report but the series. */
  readHead(): Omit<ProcessReport, "families">;
}

/** Every address of the agent. */
export function allEndpoints(context: EndpointsContext): readonly Endpoint[] {
  const { registry, tracer, readiness, isHealthOpen, acts, caches } = context;
  const healthAccess = isHealthOpen ? "open" : "read";
  return [
    metricsEndpoint(registry),
    healthEndpoint(healthAccess),
    readyEndpoint(healthAccess, readiness),
    reportEndpoint(registry, () => context.readHead()),
    tracesEndpoint(tracer),
    cpuProfileEndpoint(acts),
    heapProfileEndpoint(acts),
    heapSnapshotEndpoint(acts),
    forcedCollectionEndpoint(),
    loopTraceEndpoint(acts),
    cachesEndpoint(caches),
    cacheInvalidationEndpoint(caches),
    cacheWarmingEndpoint(caches),
  ];
}
