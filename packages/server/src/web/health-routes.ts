import type { Health } from "@streamgate/contract";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { Platform } from "../platform/platform.ts";
import { healthOf, readinessOf } from "../status/health.ts";

/** Answers orchestrators at the addresses that they know: `/healthz`, which is 200 as long as anybody is there to answer, and `/readyz`, which is 503 while the work cannot be done. */
export function addHealthRoutes(
  app: FastifyInstance,
  { version, sources, clock, signal }: Platform,
): void {
  const listed = (): ReturnType<typeof sources.list> => sources.list(clock.now().getTime());
  app.get("/healthz", (_, reply) => answer(reply, 200, healthOf(version, listed())));
  app.get("/readyz", (_, reply) => {
    const readiness = readinessOf(version, listed(), signal.aborted);
    return answer(reply, readiness.status === "failing" ? 503 : 200, readiness);
  });
}

function answer(reply: FastifyReply, status: number, { status: word }: Health): FastifyReply {
  return reply
    .code(status)
    .headers({ "cache-control": "no-store", "content-type": "text/plain; charset=utf-8" })
    .send(`${word}\n`);
}
