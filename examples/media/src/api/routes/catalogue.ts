import type { FastifyInstance } from "fastify";
import type { Tag } from "../../cache/answers.ts";
import { entries } from "../../cache/entries.ts";
import { rowTags } from "../../cache/row-tags.ts";
import { findPublishedContent, newestPublishedContent } from "../../queries/content.ts";
import {
  type ContentWithOwner,
  ownerAndTagsOnePerRow,
  ownerAndTagsTogether,
} from "../../queries/owner-and-tags.ts";
import type { MediaContext } from "../media-context.ts";
import { ApiProblem } from "../problem.ts";
import { contentIdParams, instant, pageLimit, positiveId } from "../schemas.ts";

const CONTENT = {
  type: "object",
  properties: {
    id: positiveId,
    title: { type: "string" },
    description: { type: "string" },
    kind: { type: "string" },
    language: { type: "string" },
    durationSeconds: { type: "integer" },
    contractAddress: { type: "string" },
    tokenId: { type: "string" },
    createdAt: instant,
    tags: { type: "array", items: { type: "string" } },
    owner: {
      type: "object",
      properties: {
        id: positiveId,
        displayName: { type: "string" },
        country: { type: "string" },
        plan: { type: "string" },
      },
    },
  },
} as const;

const LIST_SCHEMA = {
  querystring: {
    type: "object",
    additionalProperties: false,
    properties: {
      before: { ...positiveId, default: Number.MAX_SAFE_INTEGER },
      limit: pageLimit,
    },
  },
  response: {
    200: {
      type: "object",
      required: ["items"],
      properties: { items: { type: "array", items: CONTENT }, before: positiveId },
    },
  },
} as const;

const ONE_SCHEMA = { params: contentIdParams, response: { 200: CONTENT } } as const;

/** The newest of everything published, and one content, each with its owner and tags. */
export function registerCatalogue(
  app: FastifyInstance,
  { database, naive, answers }: MediaContext,
): void {
  const complete = naive.contentOnePerRow ? ownerAndTagsOnePerRow : ownerAndTagsTogether;

  app.get<{ Querystring: { before: number; limit: number } }>(
    "/catalogue",
    { schema: LIST_SCHEMA },
    async function newestContent(request, reply) {
      const { before, limit } = request.query;
      return answers.answer(reply, entries.catalogue(before, limit), async (tag) => {
        const contents = await newestPublishedContent(database, before, limit);
        const completed = await complete(database, contents);
        for (const each of completed) tagRows(each, tag);
        const items = completed.map(contentAnswer);
        const last = contents.at(-1);
        return last === undefined || contents.length < limit
          ? { items }
          : { items, before: last.id };
      });
    },
  );

  app.get<{ Params: { contentId: number } }>(
    "/content/:contentId",
    { schema: ONE_SCHEMA },
    async function oneContent(request, reply) {
      const { contentId } = request.params;
      const found = await answers.answer(reply, entries.content(contentId), async (tag) => {
        const content = await findPublishedContent(database, contentId);
        const [completed] = content === undefined ? [] : await complete(database, [content]);
        if (completed === undefined) return undefined;
        tagRows(completed, tag);
        return contentAnswer(completed);
      });
      if (found === undefined) {
        throw new ApiProblem("not-found", `no published content has the id ${contentId}`);
      }
      return found;
    },
  );
}

/** The rows that it shows: itself, its owner, its tags. */
function tagRows({ content }: ContentWithOwner, tag: Tag): void {
  tag(
    rowTags.content(content.id),
    rowTags.user(content.user_id),
    ...content.keyword_ids.map(rowTags.keyword),
  );
}

function contentAnswer({ content, owner, tags }: ContentWithOwner): object {
  return {
    id: content.id,
    title: content.title,
    description: content.description,
    kind: content.kind,
    language: content.language,
    durationSeconds: content.duration_seconds,
    contractAddress: content.contract_address,
    tokenId: content.token_id,
    createdAt: content.created_at,
    tags,
    ...(owner === undefined
      ? {}
      : {
          owner: {
            id: owner.id,
            displayName: owner.display_name,
            country: owner.country,
            plan: owner.plan,
          },
        }),
  };
}
