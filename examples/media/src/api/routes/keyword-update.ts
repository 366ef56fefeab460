import type { FastifyInstance } from "fastify";
import { storeFilterConfig, updateKeyword } from "../../queries/keyword-update.ts";
import { type CallerHeaders, callerHeaders, callerOf } from "../caller.ts";
import type { MediaContext } from "../media-context.ts";
import { ApiProblem } from "../problem.ts";
import { positiveId, userIdParams } from "../schemas.ts";

const PHRASE = { type: "string", minLength: 1, maxLength: 200 } as const;

const KEYWORD_SCHEMA = {
  params: {
    type: "object",
    required: ["userId", "keywordId"],
    properties: { userId: positiveId, keywordId: positiveId },
  },
  headers: callerHeaders,
  body: {
    type: "object",
    required: ["phrase"],
    additionalProperties: false,
    properties: { phrase: PHRASE },
  },
  response: { 200: { type: "object", properties: { id: positiveId, phrase: PHRASE } } },
} as const;

const FILTER = {
  type: "object",
  required: ["isCaseSensitive", "isWholeWords", "matchLimit"],
  additionalProperties: false,
  properties: {
    isCaseSensitive: { type: "boolean" },
    isWholeWords: { type: "boolean" },
    matchLimit: { type: "integer", minimum: 1, maximum: 1_000 },
  },
} as const;

const FILTER_SCHEMA = {
  params: userIdParams,
  headers: callerHeaders,
  body: FILTER,
  response: { 200: FILTER },
} as const;

interface KeywordRoute {
  readonly Params: { readonly userId: number; readonly keywordId: number };
  readonly Headers: CallerHeaders;
  readonly Body: { readonly phrase: string };
}

interface FilterRoute {
  readonly Params: { readonly userId: number };
  readonly Headers: CallerHeaders;
  readonly Body: {
    readonly isCaseSensitive: boolean;
    readonly isWholeWords: boolean;
    readonly matchLimit: number;
  };
}

/** A user changes a keyword, or how all of them match. */
export function registerKeywordUpdate(
  app: FastifyInstance,
  { database, answers }: MediaContext,
): void {
  app.put<KeywordRoute>(
    "/users/:userId/keywords/:keywordId",
    { schema: KEYWORD_SCHEMA },
    async function changeKeyword(request) {
      const { userId, keywordId } = request.params;
      const owner = { userId, wallet: callerOf(request) };
      const { phrase } = request.body;
      const keyword = await updateKeyword(database, owner, { id: keywordId, phrase });
      if (keyword === undefined) {
        throw new ApiProblem("not-owner", `the wallet has no keyword ${keywordId}`);
      }
      await answers.changed({ kind: "keyword", userId, keywordId });
      return keyword;
    },
  );

  app.put<FilterRoute>(
    "/users/:userId/filter",
    { schema: FILTER_SCHEMA },
    async function changeFilter(request) {
      const { userId } = request.params;
      const { isCaseSensitive, isWholeWords, matchLimit } = request.body;
      const owner = { userId, wallet: callerOf(request) };
      const stored = await storeFilterConfig(database, owner, {
        is_case_sensitive: isCaseSensitive,
        is_whole_words: isWholeWords,
        match_limit: matchLimit,
      });
      if (stored === undefined) {
        throw new ApiProblem("not-owner", `the filter of ${userId} is for that user to change`);
      }
      await answers.changed({ kind: "filter", userId });
      return request.body;
    },
  );
}
