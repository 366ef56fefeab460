import type { FastifyInstance } from "fastify";
import { requireLocal } from "../local.ts";
import type { MediaContext } from "../media-context.ts";

const figures = {
  requests: { type: "integer" },
  errors: { type: "integer" },
  p50Ms: { type: ["number", "null"] },
  p95Ms: { type: ["number", "null"] },
  p99Ms: { type: ["number", "null"] },
} as const;

const SCHEMA = {
  querystring: {
    type: "object",
    additionalProperties: false,
    properties: { since: { type: "number", exclusiveMinimum: 0, default: 60_000 } },
  },
  response: {
    200: {
      type: "object",
      properties: {
        ...figures,
        routes: {
          type: "object",
          additionalProperties: { type: "object", properties: figures },
        },
      },
    },
  },
} as const;

/** Latency of the requests that finished in the last `since` milliseconds, to this machine only. */
export function registerLatency(
  app: FastifyInstance,
  { latency, monotonicMs }: MediaContext,
): void {
  app.get<{ Querystring: { since: number } }>(
    "/internal/latency",
    { schema: SCHEMA },
    async function latencyFigures(request) {
      requireLocal(request);
      return latency.summary(monotonicMs() - request.query.since);
    },
  );
}
