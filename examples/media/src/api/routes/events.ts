import type { FastifyInstance } from "fastify";
import {
  type AudienceEvent,
  storeEventsOneByOne,
  storeEventsTogether,
} from "../../queries/events.ts";
import type { MediaContext } from "../media-context.ts";
import { positiveId } from "../schemas.ts";

const SCHEMA = {
  body: {
    type: "object",
    required: ["events"],
    additionalProperties: false,
    properties: {
      events: {
        type: "array",
        minItems: 1,
        maxItems: 500,
        items: {
          type: "object",
          required: ["contentId", "sessionId", "kind"],
          additionalProperties: false,
          properties: {
            contentId: positiveId,
            sessionId: { type: "string", format: "uuid" },
            kind: { enum: ["impression", "play", "progress", "complete", "chat", "share"] },
            watchedSeconds: { type: "integer", minimum: 0, maximum: 86_400, default: 0 },
            country: { type: "string", pattern: "^[A-Z]{2}$", default: "ZZ" },
          },
        },
      },
    },
  },
  response: {
    202: {
      type: "object",
      required: ["accepted", "rejected"],
      properties: {
        accepted: { type: "integer" },
        rejected: {
          type: "array",
          items: {
            type: "object",
            properties: { index: { type: "integer" }, reason: { type: "string" } },
          },
        },
      },
    },
  },
} as const;

/** Takes a batch of audience events; those on unknown content are named and left out. */
export function registerEvents(
  app: FastifyInstance,
  { database, naive, answers }: MediaContext,
): void {
  const store = naive.eventOnePerInsert ? storeEventsOneByOne : storeEventsTogether;

  app.post<{ Body: { events: readonly AudienceEvent[] } }>(
    "/events",
    { schema: SCHEMA },
    async function ingestEvents(request, reply) {
      const { events } = request.body;
      const known = await store(database, events);
      await answers.changed({ kind: "events", ownerIds: [...new Set(known.values())] });
      const rejected = events.flatMap((event, index) =>
        known.has(event.contentId) ? [] : [{ index, reason: "unknown-content" }],
      );
      return reply.code(202).send({ accepted: events.length - rejected.length, rejected });
    },
  );
}
