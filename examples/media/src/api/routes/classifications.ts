import type { FastifyInstance } from "fastify";
import type { MediaContext } from "../media-context.ts";

const SCHEMA = {
  body: {
    type: "object",
    required: ["text"],
    additionalProperties: false,
    properties: { text: { type: "string", minLength: 1, maxLength: 20_000 } },
  },
  response: {
    200: {
      type: "object",
      required: ["labels", "provider", "isFromCache"],
      properties: {
        labels: {
          type: "array",
          items: {
            type: "object",
            properties: { name: { type: "string" }, confidence: { type: "number" } },
          },
        },
        provider: {
          type: "object",
          properties: {
            name: { type: "string" },
            version: { type: "string" },
            method: { enum: ["rules", "model"] },
          },
        },
        isFromCache: { type: "boolean" },
      },
    },
  },
} as const;

/** The labels of a text, who gave them, and whether by rules or by a model. */
export function registerClassifications(
  app: FastifyInstance,
  { classifier, provider }: MediaContext,
): void {
  const { name, version, method } = provider;

  app.post<{ Body: { text: string } }>(
    "/classifications",
    { schema: SCHEMA },
    async function classifyText(request) {
      const classification = await classifier.classify(request.body.text);
      return { ...classification, provider: { name, version, method } };
    },
  );
}
