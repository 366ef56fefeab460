import type { FastifyInstance } from "fastify";
import type { MediaContext } from "../media-context.ts";
import { ApiProblem } from "../problem.ts";
import { day, userIdParams } from "../schemas.ts";

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 366;

const SCHEMA = {
  params: userIdParams,
  querystring: {
    type: "object",
    required: ["from", "to"],
    additionalProperties: false,
    properties: { from: day, to: day },
  },
  response: {
    200: {
      type: "object",
      required: ["days"],
      properties: {
        days: {
          type: "array",
          items: {
            type: "object",
            properties: {
              day,
              kind: { type: "string" },
              events: { type: "integer" },
              watchedSeconds: { type: "integer" },
            },
          },
        },
      },
    },
  },
} as const;

interface StatisticsRoute {
  readonly Params: { readonly userId: number };
  readonly Querystring: { readonly from: string; readonly to: string };
}

/** The audience of a user's content by day (UTC) and kind of event; `to` is the first day left out. */
export function registerStatistics(app: FastifyInstance, { dailyStatistics }: MediaContext): void {
  app.get<StatisticsRoute>(
    "/users/:userId/statistics",
    { schema: SCHEMA },
    async function audienceStatistics(request) {
      const from = new Date(request.query.from);
      const to = new Date(request.query.to);
      const days = (to.getTime() - from.getTime()) / DAY_MS;
      if (!(days >= 1 && days <= LONGEST_DAYS)) {
        throw new ApiProblem("bad-date-range", `the window must have 1 to ${LONGEST_DAYS} days`);
      }
      const counts = await dailyStatistics.count(request.params.userId, from, to);
      return {
        days: counts.map((count) => ({
          day: count.day,
          kind: count.kind,
          events: count.events,
          watchedSeconds: count.watched_seconds,
        })),
      };
    },
  );
}
