import type { FastifyInstance } from "fastify";
import type { MediaContext } from "../media-context.ts";
import { positiveId, userIdParams } from "../schemas.ts";

const SCHEMA = {
  params: userIdParams,
  body: {
    type: "object",
    required: ["text"],
    additionalProperties: false,
    properties: { text: { type: "string", minLength: 1, maxLength: 20_000 } },
  },
  response: {
    200: {
      type: "object",
      required: ["matches"],
      properties: {
        matches: {
          type: "array",
          items: {
            type: "object",
            properties: {
              keywordId: positiveId,
              phrase: { type: "string" },
              start: { type: "integer" },
              end: { type: "integer" },
            },
          },
        },
      },
    },
  },
} as const;

interface KeywordMatchesRoute {
  readonly Params: { readonly userId: number };
  readonly Body: { readonly text: string };
}

/** Where a user's keywords occur in a posted text, by their end. */
export function registerKeywordMatches(
  app: FastifyInstance,
  { keywordMatcher }: MediaContext,
): void {
  app.post<KeywordMatchesRoute>(
    "/users/:userId/keyword-matches",
    { schema: SCHEMA },
    async function matchKeywords(request) {
      const matches = await keywordMatcher.match(request.params.userId, request.body.text);
      return {
        matches: matches.map(({ keyword, start, end }) => ({
          keywordId: keyword.id,
          phrase: keyword.phrase,
          start,
          end,
        })),
      };
    },
  );
}
