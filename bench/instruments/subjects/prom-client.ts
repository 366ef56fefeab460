import { Histogram, Registry } from "prom-client";
import { BOUNDARIES, METRIC_HELP, METRIC_NAME, type Subject } from "../subject.ts";

const registry = new Registry();
const durations = new Histogram({
  name: METRIC_NAME,
  help: METRIC_HELP,
  labelNames: ["http_request_method", "http_route", "http_response_status_code"],
  buckets: [...BOUNDARIES],
  registers: [registry],
});

export const subject: Subject = {
  bind({ method, route, status }) {
    const series = durations.labels(method, route, status);
    return (value) => series.observe(value);
  },
  record({ method, route, status }, value) {
    durations.observe(
      {
        http_request_method: method,
        http_route: route,
        http_response_status_code: status,
      },
      value,
    );
  },
  async scrape(onText) {
    const text = await registry.metrics();
    onText?.(text);
    return Buffer.byteLength(text);
  },
};
