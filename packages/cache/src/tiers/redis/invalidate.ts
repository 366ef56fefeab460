import type { RedisClient } from "../../redis/client.ts";
import type { RedisKeys } from "../../redis/keys.ts";
import { runScript } from "../../redis/script.ts";
import { INVALIDATE } from "./scripts/invalidate.ts";

/** Tags a script: it holds up the server for less than a millisecond. */
const TAGS_A_SCRIPT = 500;
const SCRIPTS_AT_ONCE = 4;

/** Raises the epochs of any number of tags; false when the server has no generation. */
export async function raiseEpochs(
  client: RedisClient,
  keys: RedisKeys,
  tags: readonly string[],
): Promise<boolean> {
  let next = 0;
  let hasGeneration = true;
  const raiseSome = async (): Promise<void> => {
    while (next < tags.length && hasGeneration) {
      const some = tags.slice(next, next + TAGS_A_SCRIPT);
      next += some.length;
      const answer = await runScript(client, INVALIDATE, [keys.state, ...some.map(keys.epoch)], []);
      hasGeneration &&= answer === 1;
    }
  };
  await Promise.all(Array.from({ length: SCRIPTS_AT_ONCE }, raiseSome));
  return hasGeneration;
}
