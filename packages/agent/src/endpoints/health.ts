import type { Access, Endpoint } from "./endpoint.ts";
import type { ReadinessChecks } from "./readiness.ts";

/** Whether the process answers at all: a hung one does not. */
export function healthEndpoint(access: Access): Endpoint {
  return {
    path: "/health",
    method: "GET",
    access,
    answer: async (exchange) => exchange.json(200, { status: "ok" }),
  };
}

/** Whether the process may get requests: names and outcomes of its checks, not their messages, as anybody may ask. */
export function readyEndpoint(access: Access, checks: ReadinessChecks): Endpoint {
  return {
    path: "/ready",
    method: "GET",
    access,
    answer: async (exchange) => {
      const readiness = await checks.read();
      exchange.json(readiness.status === "ready" ? 200 : 503, readiness);
    },
  };
}
