import type { RedisClient } from "../../redis/client.ts";
import { type RedisKeys, VALUE_VERSION } from "../../redis/keys.ts";
import { runScript } from "../../redis/script.ts";
import { expiryMs, type Loads, readOutcome } from "./loads.ts";
import { BEGIN_WITH_CLAIM } from "./scripts/begin.ts";
import { FILL } from "./scripts/fill.ts";
import { STAMP } from "./scripts/stamp.ts";
import { readStamp } from "./stamp.ts";

/** Where all keys lie on one server, a load begins with one script and ends with another. */
export function loadsTogether(
  tier: string,
  client: RedisClient,
  keys: RedisKeys,
  epochTtlMs: number,
): Loads {
  return {
    begin: async ({ key, tags, claim }, server) => {
      const epochs = tags.map(keys.epoch);
      const lasting = [expiryMs(epochTtlMs), expiryMs(epochTtlMs / 2)];
      const answer =
        claim === undefined
          ? await runScript(client, STAMP, [keys.state, ...epochs], lasting)
          : await runScript(
              client,
              BEGIN_WITH_CLAIM,
              [keys.state, keys.claim(key), ...epochs],
              [...lasting, claim.token, expiryMs(claim.ttlMs)],
            );
      if (!Array.isArray(answer)) return undefined;
      const stamp = readStamp(tier, answer);
      if (stamp.generation !== server.generation) return undefined;
      if (claim === undefined) return { stamp, claim: "free" };
      return { stamp, claim: String(answer[3]) === "mine" ? "mine" : "taken" };
    },

    fill: async ({ fill, stamp, bytes, keptMs, epochMs }) => {
      const { key, tags, claimToken = "" } = fill;
      const claim = keys.claim(key);
      const names = [keys.state, keys.value(key), claim, keys.waiters(key)];
      const loaded = [stamp.generation, stamp.number, claimToken, claim];
      const stored = [bytes, keptMs, VALUE_VERSION];
      const answer = await runScript(
        client,
        FILL,
        [...names, ...tags.map(keys.epoch)],
        [...loaded, ...stored, epochMs, keptMs],
      );
      return readOutcome(answer);
    },
  };
}
