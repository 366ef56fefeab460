import { createRegistry, exposeMetrics } from "@streamgate/telemetry";
import { BOUNDARIES, METRIC_HELP, METRIC_NAME, SERIES_LIMIT, type Subject } from "../subject.ts";

const registry = createRegistry({ maxSeriesPerMetric: SERIES_LIMIT });
const durations = registry.histogram({
  name: METRIC_NAME,
  help: METRIC_HELP,
  unit: "seconds",
  labelNames: ["http_request_method", "http_route", "http_response_status_code"],
  boundaries: BOUNDARIES,
});

export const subject: Subject = {
  bind({ method, route, status }) {
    const series = durations.with(method, route, status);
    return (value) => series.record(value);
  },
  record({ method, route, status }, value) {
    durations.with(method, route, status).record(value);
  },
  async scrape(onText) {
    let bytes = 0;
    for await (const chunk of exposeMetrics(registry)) {
      bytes += chunk.length;
      onText?.(chunk);
    }
    return bytes;
  },
};
