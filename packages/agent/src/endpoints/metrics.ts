import { CONTENT_TYPES, exposeMetrics, negotiate, type Registry } from "@streamgate/telemetry";
import type { Endpoint } from "./endpoint.ts";

/** All series, as Prometheus or OpenMetrics text; written in turns that hold nobody up. */
export function metricsEndpoint(registry: Registry): Endpoint {
  return {
    path: "/metrics",
    method: "GET",
    access: "read",
    answer: async (exchange) => {
      const format = negotiate(exchange.request.headers.accept);
      await exchange.stream(exposeMetrics(registry, { format }), {
        "content-type": CONTENT_TYPES[format],
        vary: "accept",
      });
    },
  };
}
