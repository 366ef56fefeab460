import { edgeHeaders } from "@streamgate/cache/edge";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { MediaEdge } from "./cache-choice.ts";
import { foundationsOf } from "./dependencies.ts";
import type { Entry } from "./entries.ts";
import { LIFETIMES } from "./lifetimes.ts";

/** Whatever no route gives to the edge is nobody's to keep: some edges keep what says nothing. */
export function refuseByDefault(app: FastifyInstance): void {
  app.addHook("onRequest", async function keepOutOfTheEdge(_request, reply) {
    reply.header("cache-control", "no-store");
  });
}

/** Tells the edge for how long it may keep this answer, and what it was made from. */
export function tellEdge(
  reply: FastifyReply,
  { service }: MediaEdge,
  entry: Entry,
  rows: readonly string[],
): void {
  const { edgeTtlMs } = LIFETIMES[entry.resource];
  if (edgeTtlMs === undefined) return;
  const { resource, id } = entry;
  const tags = [...rows, ...foundationsOf(resource), `@${resource}`, `#${resource}:${id}`];
  const headers = edgeHeaders({ service, tags, ttlMs: edgeTtlMs, isPublic: true });
  for (const [name, value] of Object.entries(headers)) {
    reply.header(name, typeof value === "string" ? value : [...value]);
  }
}
