import { type ProcessReport, type Registry, reportChunks } from "@streamgate/telemetry";
import type { Endpoint } from "./endpoint.ts";

/** All that the process says of itself, for the monitor; written in turns that hold nobody up. */
export function reportEndpoint(
  registry: Registry,
  readHead: () => Omit<ProcessReport, "families">,
): Endpoint {
  return {
    path: "/streamgate/report",
    method: "GET",
    access: "read",
    answer: (exchange) =>
      exchange.stream(reportChunks(registry, readHead()), { "content-type": "application/json" }),
  };
}
