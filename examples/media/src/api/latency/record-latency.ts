import type { FastifyInstance } from "fastify";
import type { LatencyRing } from "./latency-ring.ts";

/** Routes that are not the service's work: the figures leave them out. */
const NOT_COUNTED: ReadonlySet<string> = new Set([
  "/health",
  "/internal/latency",
  "/internal/cache",
  "/internal/cache/invalidations",
]);

/** Adds every finished request to the ring; a 5xx is an error, a refusal by 4xx is not. */
export function recordLatency(
  app: FastifyInstance,
  latency: LatencyRing,
  monotonicMs: () => number,
): void {
  app.addHook("onResponse", async function addToRing(request, reply) {
    const path = request.routeOptions.url ?? "(no route)";
    if (NOT_COUNTED.has(path)) return;
    latency.add({
      route: `${request.method} ${path}`,
      finishedAtMs: monotonicMs(),
      durationMs: reply.elapsedTime,
      isError: reply.statusCode >= 500,
    });
  });
}
