import { Readable } from "node:stream";
import { CONTENT_TYPES, exposeMetrics, type Registry } from "@streamgate/telemetry";
import type { FastifyInstance } from "fastify";
import type { Gate } from "../access/gate.ts";
import { sendProblem } from "../api/api-routes.ts";
import { requireScope } from "../api/caller.ts";
import { indexMetrics } from "../indexes/index-metrics.ts";
import type { WatchedIndexes } from "../indexes/index-reading.ts";
import { keepIndexes } from "../indexes/kept-indexes.ts";
import type { Platform } from "../platform/platform.ts";

/**
 * Answers Prometheus at `/metrics`: what this instance counts of itself, and the indexes of the watched databases as the store holds
 * them, which are the same at every instance.
 */
export function addMetricsRoute(
  app: FastifyInstance,
  {
    platform,
    gate,
    onUnexpected,
  }: {
    readonly platform: Platform;
    readonly gate: Gate;
    readonly onUnexpected: (error: unknown, requestId: string) => void;
  },
): void {
  const kept = keepIndexes(platform.tables);
  const watched = async (): Promise<readonly WatchedIndexes[]> => {
    const { databases } = platform.configuration();
    const found = await Promise.all(databases.map(({ name }) => kept.of(name)));
    return found.filter((one) => one !== undefined);
  };
  app.get("/metrics", async (request, reply) => {
    try {
      requireScope("read", await gate.admit(request));
      const registries = [platform.registry, indexMetrics(await watched())];
      await reply
        .headers({ "content-type": CONTENT_TYPES.prometheus, "cache-control": "no-store" })
        .send(Readable.from(textOf(registries)));
    } catch (error) {
      await sendProblem(request, reply, error, onUnexpected);
    }
    return reply;
  });
}

async function* textOf(registries: readonly Registry[]): AsyncGenerator<Buffer> {
  for (const registry of registries) yield* exposeMetrics(registry);
}
