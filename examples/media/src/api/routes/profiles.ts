import type { FastifyInstance } from "fastify";
import { entries } from "../../cache/entries.ts";
import {
  findProfile,
  type ProfileChange,
  type ProfileRow,
  updateProfile,
} from "../../queries/profile.ts";
import { type CallerHeaders, callerHeaders, callerOf } from "../caller.ts";
import type { MediaContext } from "../media-context.ts";
import { ApiProblem } from "../problem.ts";
import { positiveId, userIdParams } from "../schemas.ts";

const PROFILE = {
  type: "object",
  properties: {
    id: positiveId,
    walletAddress: { type: "string" },
    displayName: { type: "string" },
    country: { type: "string" },
    language: { type: "string" },
    plan: { type: "string" },
  },
} as const;

const READ_SCHEMA = { params: userIdParams, response: { 200: PROFILE } } as const;

const WRITE_SCHEMA = {
  params: userIdParams,
  headers: callerHeaders,
  body: {
    type: "object",
    required: ["displayName", "plan"],
    additionalProperties: false,
    properties: {
      displayName: { type: "string", minLength: 1, maxLength: 200 },
      plan: { enum: ["free", "supporter", "studio"] },
    },
  },
  response: { 200: PROFILE },
} as const;

/** A user's profile, read by anybody and written by its owner. */
export function registerProfiles(app: FastifyInstance, { database, answers }: MediaContext): void {
  app.get<{ Params: { userId: number } }>(
    "/users/:userId",
    { schema: READ_SCHEMA },
    async function oneProfile(request, reply) {
      const { userId } = request.params;
      const found = await answers.answer(reply, entries.profile(userId), async () => {
        const profile = await findProfile(database, userId);
        return profile === undefined ? undefined : profileAnswer(profile);
      });
      if (found === undefined) throw new ApiProblem("not-found", `there is no user ${userId}`);
      return found;
    },
  );

  app.put<{ Params: { userId: number }; Headers: CallerHeaders; Body: ProfileChange }>(
    "/users/:userId",
    { schema: WRITE_SCHEMA },
    async function changeProfile(request) {
      const { userId } = request.params;
      const profile = await updateProfile(database, userId, callerOf(request), request.body);
      if (profile === undefined) {
        throw new ApiProblem("not-owner", `profile ${userId} is for its user to change`);
      }
      await answers.changed({ kind: "profile", userId });
      return profileAnswer(profile);
    },
  );
}

function profileAnswer(row: ProfileRow): object {
  return {
    id: row.id,
    walletAddress: row.wallet_address,
    displayName: row.display_name,
    country: row.country,
    language: row.language,
    plan: row.plan,
  };
}
