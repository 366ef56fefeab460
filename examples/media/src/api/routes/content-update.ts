import type { FastifyInstance } from "fastify";
import { type ContentChange, updateContent } from "../../queries/content-update.ts";
import { type CallerHeaders, callerHeaders, callerOf } from "../caller.ts";
import type { MediaContext } from "../media-context.ts";
import { ApiProblem } from "../problem.ts";
import { contentIdParams, positiveId } from "../schemas.ts";

const EDITABLE = {
  title: { type: "string", minLength: 1, maxLength: 300 },
  description: { type: "string", maxLength: 10_000 },
  status: { enum: ["draft", "published", "archived", "removed"] },
} as const;

const SCHEMA = {
  params: contentIdParams,
  headers: callerHeaders,
  body: {
    type: "object",
    required: ["title", "description", "status"],
    additionalProperties: false,
    properties: EDITABLE,
  },
  response: { 200: { type: "object", properties: { id: positiveId, ...EDITABLE } } },
} as const;

interface ContentUpdateRoute {
  readonly Params: { readonly contentId: number };
  readonly Headers: CallerHeaders;
  readonly Body: ContentChange;
}

/** Its owner rewrites a content, publishes it, or takes it away. */
export function registerContentUpdate(
  app: FastifyInstance,
  { database, answers }: MediaContext,
): void {
  app.put<ContentUpdateRoute>(
    "/content/:contentId",
    { schema: SCHEMA },
    async function changeContent(request) {
      const { contentId } = request.params;
      const updated = await updateContent(database, contentId, callerOf(request), request.body);
      if (updated === undefined) {
        throw new ApiProblem("not-owner", `the wallet owns no content ${contentId}`);
      }
      const { id, title, description, status, status_before } = updated;
      await answers.changed({
        kind: "content",
        contentId,
        ownerId: updated.user_id,
        isListingChanged: (status === "published") !== (status_before === "published"),
      });
      return { id, title, description, status };
    },
  );
}
