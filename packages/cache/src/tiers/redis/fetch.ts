import type { RedisClient } from "../../redis/client.ts";
import { redisAnswerUnreadable } from "../../redis/errors.ts";
import { runScript } from "../../redis/script.ts";
import type { RedisSession, VerifiedServer } from "../../redis/session.ts";
import { READ_EPOCHS } from "./scripts/read-epochs.ts";

/** Reads values and epochs by their names, in one trip: first the values in their order, then the epochs. */
export type Fetch = (
  values: readonly string[],
  epochs: readonly string[],
  server: VerifiedServer,
) => Promise<unknown>;

/** On one server a single MGET reads both at the same instant. */
export function fetchTogether(client: RedisClient): Fetch {
  return (values, epochs) => client.mgetBuffer(...values, ...epochs);
}

/**
 * On a cluster, each value comes from its node and the epochs from theirs, at different instants. It does no harm: what counts is
 * that the epochs are read after the read began. An invalidation that was acknowledged before is seen by that, and a
 * value's stamp does not change, whenever and wherever it is read.
 */
export function fetchApart(client: RedisClient, session: RedisSession): Fetch {
  return async (values, epochs, server) => {
    const [numbers, ...found] = await Promise.all([
      readEpochs(client, session, epochs, server),
      ...values.map((name) => client.getBuffer(name)),
    ]);
    return [...found, ...numbers];
  };
}

async function readEpochs(
  client: RedisClient,
  session: RedisSession,
  names: readonly string[],
  server: VerifiedServer,
): Promise<readonly unknown[]> {
  if (names.length === 0) return [];
  const answer = await runScript(client, READ_EPOCHS, names, []);
  const [serverId, epochs] = Array.isArray(answer) ? answer : [];
  if (!Array.isArray(epochs)) throw redisAnswerUnreadable("read epochs from Redis");
  if (String(serverId) !== server.serverId) session.doubt();
  return epochs;
}
