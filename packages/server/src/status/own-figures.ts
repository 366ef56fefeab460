import type { Figure, StatusView } from "@streamgate/contract";
import { EMPTY_HISTOGRAM, histogramQuantile, mergeHistograms } from "@streamgate/telemetry";
import { measured } from "../figures/figure.ts";
import type { RecentPoints, RecentSeries } from "../platform/recent-points.ts";

const WINDOW_MS = 60_000;
const OWN_SERVICE = "streamgate";

/** What this process did over the last minute, by its own agent. */
export function ownFigures(
  recent: RecentPoints,
  isOwn: (series: RecentSeries) => boolean,
  nowMs: number,
): { readonly cpu: Figure; readonly eventLoopDelayP99: Figure; readonly requests: Figure } {
  const own = (name: string): readonly RecentSeries[] =>
    recent.series(name, nowMs - WINDOW_MS).filter(isOwn);
  const delay = own("nodejs_eventloop_delay_seconds")
    .flatMap(({ points }) => points)
    .reduce(
      (sum, point) => (point.kind === "histogram" ? mergeHistograms(sum, point.data) : sum),
      EMPTY_HISTOGRAM,
    );
  return {
    cpu: measured(rateOf(own("process_cpu_time_seconds")), "cores"),
    eventLoopDelayP99: measured(
      delay.count === 0 ? null : histogramQuantile(delay, 0.99) * 1_000,
      "ms",
    ),
    requests: measured(rateOf(own("http_server_request_duration_seconds")), "per second"),
  };
}

/** What the agents cost in the watched processes, over the last minute. */
export function agentCosts(recent: RecentPoints, nowMs: number): StatusView["agents"] {
  const byInstance = new Map<string, RecentSeries[]>();
  for (const series of recent.series("streamgate_agent_cpu_seconds", nowMs - WINDOW_MS)) {
    const { service = "", instance = "" } = series.key.labels;
    if (service === OWN_SERVICE) continue;
    const name = `${service} ${instance}`.trim();
    byInstance.set(name, [...(byInstance.get(name) ?? []), series]);
  }
  return [...byInstance].map(([instance, series]) => ({
    instance,
    cpu: measured(rateOf(series), "cores"),
  }));
}

/** A second, over the stretch that the points are about; null where there are none. */
function rateOf(series: readonly RecentSeries[]): number | null {
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  let total = 0;
  for (const { points } of series)
    for (const point of points) {
      fromMs = Math.min(fromMs, point.atMs - point.spanMs);
      toMs = Math.max(toMs, point.atMs);
      if (point.kind === "counter") total += point.increase;
      if (point.kind === "histogram") total += point.data.count;
    }
  return toMs > fromMs ? (total / (toMs - fromMs)) * 1_000 : null;
}
