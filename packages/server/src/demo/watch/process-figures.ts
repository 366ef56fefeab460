import type { SeriesKey } from "@streamgate/monitor";
import { histogramQuantile } from "@streamgate/telemetry";
import type { ApiFigures, ProcessFigures } from "../../page/watch-view.ts";
import type { RecentPoints } from "./recent-points.ts";

const REQUESTS = "http_server_request_duration_seconds";
const LOOKUPS = "streamgate_cache_requests";
const CPU = "process_cpu_time_seconds";
const MEMORY = "process_memory_usage_bytes";
const LOOP_DELAY = "nodejs_eventloop_delay_seconds";
const AGENT_CPU = "streamgate_agent_cpu_seconds";
const UP = "up";

/** The metrics that the figures are made of. */
export const FIGURE_METRICS: ReadonlySet<string> = new Set([
  REQUESTS,
  LOOKUPS,
  CPU,
  MEMORY,
  LOOP_DELAY,
  AGENT_CPU,
  UP,
]);

/** @param windowSeconds over which requests are counted */
export function apiFiguresOf(points: RecentPoints, windowSeconds: number): ApiFigures {
  const requests = points.histogram(REQUESTS, isOfVisitors);
  const failed = points.histogram(REQUESTS, (key) => isOfVisitors(key) && isFailure(key));
  const hits = points.ratePerSecond(LOOKUPS, ({ labels }) => labels.outcome !== "miss");
  const lookups = points.ratePerSecond(LOOKUPS);
  const hasRequests = requests.count > 0;
  return {
    ...processFiguresOf(points),
    requestsPerSecond: points.last(UP) === null ? null : requests.count / windowSeconds,
    p95Seconds: hasRequests ? histogramQuantile(requests, 0.95) : null,
    errorShare: hasRequests ? failed.count / requests.count : null,
    cacheHitShare: lookups === null || lookups === 0 ? null : (hits ?? 0) / lookups,
    agentCores: points.ratePerSecond(AGENT_CPU),
  };
}

export function processFiguresOf(points: RecentPoints): ProcessFigures {
  const delays = points.histogram(LOOP_DELAY);
  return {
    cpuCores: points.ratePerSecond(CPU),
    memoryBytes: points.last(MEMORY),
    loopDelayP99Seconds: delays.count === 0 ? null : histogramQuantile(delays, 0.99),
  };
}

/** The demo itself asks the API for its own figures. */
function isOfVisitors({ labels }: SeriesKey): boolean {
  return !(labels.http_route ?? "").startsWith("/internal/");
}

function isFailure({ labels }: SeriesKey): boolean {
  return (labels.http_response_status_code ?? "").startsWith("5");
}
