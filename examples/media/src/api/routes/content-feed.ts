import type { FastifyInstance } from "fastify";
import { entries } from "../../cache/entries.ts";
import {
  FEED_KEY,
  type FeedRow,
  feedPageByKey,
  feedPageByOffset,
} from "../../queries/content-feed.ts";
import { findPage } from "../../queries/page.ts";
import type { MediaContext } from "../media-context.ts";
import { pageAnswer, readPageToken } from "../page-token.ts";
import {
  instant,
  pageLimit,
  pageOfItems,
  pageToken,
  positiveId,
  userIdParams,
} from "../schemas.ts";

const SCHEMA = {
  params: userIdParams,
  querystring: {
    type: "object",
    additionalProperties: false,
    properties: {
      status: { enum: ["draft", "published", "archived", "removed"], default: "published" },
      after: pageToken,
      limit: pageLimit,
    },
  },
  response: {
    200: pageOfItems({
      type: "object",
      properties: {
        id: positiveId,
        title: { type: "string" },
        kind: { type: "string" },
        status: { type: "string" },
        language: { type: "string" },
        durationSeconds: { type: "integer" },
        createdAt: instant,
        tokens: { type: "integer" },
      },
    }),
  },
} as const;

interface FeedRoute {
  readonly Params: { readonly userId: number };
  readonly Querystring: {
    readonly status: string;
    readonly after?: string;
    readonly limit: number;
  };
}

/** What one user published, newest first. */
export function registerContentFeed(
  app: FastifyInstance,
  { database, naive, answers }: MediaContext,
): void {
  app.get<FeedRoute>(
    "/users/:userId/content",
    { schema: SCHEMA },
    async function contentFeed(request, reply) {
      const { status, limit, after } = request.query;
      const { userId } = request.params;
      const start = readPageToken(after, FEED_KEY);
      const wanted = { userId, status, limit, isCountedPerRow: naive.tokensCountedPerRow };
      return answers.answer(reply, entries.feed(userId, { status, limit, after }), async () => {
        const page = await findPage(start, naive.offsetPages, {
          byOffset: (offset) => feedPageByOffset(database, wanted, offset),
          byKey: (key) => feedPageByKey(database, wanted, key),
        });
        return pageAnswer(page, feedItem);
      });
    },
  );
}

function feedItem(row: FeedRow): object {
  return {
    id: row.id,
    title: row.title,
    kind: row.kind,
    status: row.status,
    language: row.language,
    durationSeconds: row.duration_seconds,
    createdAt: row.created_at,
    tokens: row.tokens,
  };
}
