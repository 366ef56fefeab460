import type { FastifyInstance } from "fastify";
import { readHealth } from "../../queries/health.ts";
import type { MediaContext } from "../media-context.ts";
import { instant } from "../schemas.ts";

const SCHEMA = {
  response: {
    200: {
      type: "object",
      required: ["status"],
      properties: {
        status: { const: "ok" },
        catalogue: {
          type: "object",
          properties: {
            version: { type: "integer" },
            scale: { type: "number" },
            seed: { type: "integer" },
            until: instant,
          },
        },
      },
    },
  },
} as const;

export function registerHealth(app: FastifyInstance, { database }: MediaContext): void {
  app.get("/health", { schema: SCHEMA }, async function health() {
    return { status: "ok", catalogue: await readHealth(database) };
  });
}
