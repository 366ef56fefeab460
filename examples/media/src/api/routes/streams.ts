import type { FastifyInstance } from "fastify";
import { findStream, holdsTokenOf } from "../../queries/stream-access.ts";
import { hlsPlaylist, manifestKey } from "../../streaming/hls-playlist.ts";
import type { MediaContext } from "../media-context.ts";
import { ApiProblem } from "../problem.ts";
import { contentIdParams, walletAddress } from "../schemas.ts";

const SCHEMA = {
  params: contentIdParams,
  headers: { type: "object", properties: { "x-wallet-address": walletAddress } },
  response: { 200: { type: "string" } },
} as const;

interface ManifestRoute {
  readonly Params: { readonly contentId: number };
  readonly Headers: { readonly "x-wallet-address"?: string };
}

/** A stream's playlist, for who holds its token. */
export function registerStreams(app: FastifyInstance, { database }: MediaContext): void {
  app.get<ManifestRoute>(
    "/streams/:contentId/manifest.m3u8",
    { schema: SCHEMA },
    async function streamManifest(request, reply) {
      const { contentId } = request.params;
      const wallet = request.headers["x-wallet-address"]?.toLowerCase();
      if (wallet === undefined) {
        throw new ApiProblem("wallet-missing", "say who asks by x-wallet-address: 0x…");
      }
      const stream = await findStream(database, contentId);
      if (stream === undefined) {
        throw new ApiProblem("not-found", `no published stream has the id ${contentId}`);
      }
      if (!(await holdsTokenOf(database, stream, wallet))) {
        throw new ApiProblem(
          "token-not-held",
          `stream ${contentId} is for the holder of its token`,
        );
      }
      return reply
        .header("content-type", "application/vnd.apple.mpegurl")
        .header("cache-control", "private, max-age=0")
        .header("surrogate-key", manifestKey(contentId))
        .send(hlsPlaylist(stream));
    },
  );
}
