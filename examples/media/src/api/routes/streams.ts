import type { FastifyInstance } from "fastify";
import { entries } from "../../cache/entries.ts";
import { findStream, holdersOfToken, type StreamRow } from "../../queries/stream-access.ts";
import { hlsPlaylist, manifestKey } from "../../streaming/hls-playlist.ts";
import { type CallerHeaders, callerHeaders, callerOf } from "../caller.ts";
import type { MediaContext } from "../media-context.ts";
import { ApiProblem } from "../problem.ts";
import { contentIdParams } from "../schemas.ts";

const SCHEMA = {
  params: contentIdParams,
  headers: callerHeaders,
  response: { 200: { type: "string" } },
} as const;

interface ManifestRoute {
  readonly Params: { readonly contentId: number };
  readonly Headers: CallerHeaders;
}

/** A stream's playlist, for who holds its token. What may be kept is the same for everybody; who may have it is judged for each caller. */
export function registerStreams(app: FastifyInstance, { database, answers }: MediaContext): void {
  app.get<ManifestRoute>(
    "/streams/:contentId/manifest.m3u8",
    { schema: SCHEMA },
    async function streamManifest(request, reply) {
      const { contentId } = request.params;
      const wallet = callerOf(request);
      const manifest = await answers.value(entries.manifest(contentId), async () => {
        const stream = await findStream(database, contentId);
        return stream === undefined ? undefined : manifestOf(stream);
      });
      if (manifest === undefined) {
        throw new ApiProblem("not-found", `no published stream has the id ${contentId}`);
      }
      const { contract, tokenId } = manifest;
      const holders = await answers.value(entries.holders(contract, tokenId), () =>
        holdersOfToken(database, contract, tokenId),
      );
      if (!holders.includes(wallet)) {
        throw new ApiProblem(
          "token-not-held",
          `stream ${contentId} is for the holder of its token`,
        );
      }
      return reply
        .header("content-type", "application/vnd.apple.mpegurl")
        .header("cache-control", "private, max-age=0")
        .header("surrogate-key", manifestKey(contentId))
        .send(manifest.playlist);
    },
  );
}

/** What is the same for all callers, and the token that decides who they may be. */
function manifestOf(stream: StreamRow): Manifest {
  return {
    contract: stream.contract_address,
    tokenId: stream.token_id,
    playlist: hlsPlaylist(stream),
  };
}

interface Manifest {
  readonly contract: string;
  readonly tokenId: string;
  readonly playlist: string;
}
