import { MediaError } from "../errors.ts";
import { Population } from "../population/population.ts";
import type { HttpSender } from "./http-sender.ts";
import { type Reply, read } from "./planned-request.ts";

interface Health {
  readonly catalogue?: { readonly scale: number; readonly seed: number; readonly until: string };
}

/**
 * The population that the API serves: its health says scale and seed, and these say the rest.
 *
 * @throws MediaError `MEDIA_API_UNREACHABLE`, `MEDIA_NOT_SEEDED`
 */
export async function readServedPopulation(sender: HttpSender, url: string): Promise<Population> {
  const { catalogue } = await readHealth(sender, url);
  if (catalogue === undefined) {
    throw new MediaError(
      "MEDIA_NOT_SEEDED",
      `the API at ${url} serves an empty database; seed it first`,
    );
  }
  return new Population({ ...catalogue, until: new Date(catalogue.until) });
}

async function readHealth(sender: HttpSender, url: string): Promise<Health> {
  const reply = await sender.send(read("/health")).catch((cause: unknown): Reply => {
    throw new MediaError(
      "MEDIA_API_UNREACHABLE",
      `nothing answers at ${url}; start media api`,
      cause,
    );
  });
  if (reply.status === 200) return reply.body as Health;
  throw new MediaError(
    "MEDIA_NOT_SEEDED",
    `${url}/health answers ${reply.status}; is the database up and seeded?`,
  );
}
