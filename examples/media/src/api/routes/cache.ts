import { type Cache, prometheusText } from "@streamgate/cache";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { tableTag } from "../../cache/dependencies.ts";
import { MEDIA_TABLES, type MediaTable } from "../../population/sizes.ts";
import { requireLocal } from "../local.ts";
import type { MediaContext } from "../media-context.ts";
import { ApiProblem } from "../problem.ts";

const OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

const INVALIDATION_SCHEMA = {
  body: {
    type: "object",
    required: ["tables"],
    additionalProperties: false,
    properties: { tables: { type: "array", minItems: 1, items: { enum: MEDIA_TABLES } } },
  },
} as const;

/** What the cache counted, and a way to tell it what was written past the API; to this machine only. */
export function registerCache(app: FastifyInstance, { cache }: MediaContext): void {
  app.get("/internal/cache", async function cacheStatistics(request, reply) {
    const known = requireCache(request, cache);
    const statistics = known.statistics();
    reply.header("vary", "accept");
    if (!wantsOpenMetrics(request.headers.accept)) {
      return { ...statistics, hitRatioCurve: known.hitRatioCurve() };
    }
    return reply.header("content-type", OPEN_METRICS).send(prometheusText(statistics));
  });

  app.post<{ Body: { tables: readonly MediaTable[] } }>(
    "/internal/cache/invalidations",
    { schema: INVALIDATION_SCHEMA },
    async function invalidateTables(request, reply) {
      const tags = request.body.tables.map(tableTag);
      await requireCache(request, cache).invalidate({ tags, everywhere: true });
      return reply.code(204).send();
    },
  );
}

function requireCache(request: FastifyRequest, cache: Cache | undefined): Cache {
  requireLocal(request);
  if (cache !== undefined) return cache;
  throw new ApiProblem("not-found", "this API has no cache; start it with --cache memory or redis");
}

/** Prometheus asks for one of the two text formats first. */
function wantsOpenMetrics(accept: string | undefined): boolean {
  return /^\s*(application\/openmetrics-text|text\/plain)/.test(accept ?? "");
}
