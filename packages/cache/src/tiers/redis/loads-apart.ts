import type { RedisClient } from "../../redis/client.ts";
import { type RedisKeys, VALUE_VERSION } from "../../redis/keys.ts";
import { runScript } from "../../redis/script.ts";
import { expiryMs, type Loads, type ReadyFill, readOutcome } from "./loads.ts";
import { TAKE_CLAIM } from "./scripts/claims.ts";
import { GIVE_UP, JUDGE, STORE } from "./scripts/fill.ts";
import { STAMP } from "./scripts/stamp.ts";
import { readStamp } from "./stamp.ts";

/** On a cluster the epochs lie in one slot, and a value with its claim in another: each step has a script for each. */
export function loadsApart(
  tier: string,
  client: RedisClient,
  keys: RedisKeys,
  epochTtlMs: number,
): Loads {
  const giveUp = async ({ fill: { key, claimToken } }: ReadyFill) => {
    if (claimToken === undefined) return "superseded";
    const claim = keys.claim(key);
    const names = [claim, keys.waiters(key)];
    return readOutcome(await runScript(client, GIVE_UP, names, [claimToken, claim]));
  };

  return {
    /** The stamp first: the claim carries it, and is judged by the newest epoch that came with it. */
    begin: async ({ key, tags, claim }, server) => {
      const lasting = [expiryMs(epochTtlMs), expiryMs(epochTtlMs / 2)];
      const names = [keys.state, ...tags.map(keys.epoch)];
      const answer = await runScript(client, STAMP, names, lasting);
      if (!Array.isArray(answer)) return undefined;
      const stamp = readStamp(tier, answer);
      if (stamp.generation !== server.generation) return undefined;
      if (claim === undefined) return { stamp, claim: "free" };
      const asked = [claim.token, expiryMs(claim.ttlMs)];
      const stamped = [stamp.generation, stamp.number, stamp.newest];
      const taken = await runScript(client, TAKE_CLAIM, [keys.claim(key)], [...asked, ...stamped]);
      return { stamp, claim: String(taken) === "mine" ? "mine" : "taken" };
    },

    /** An invalidation between the two steps does no harm: the value lands with its old stamp, and every read refuses it. */
    fill: async (ready) => {
      const { fill, stamp, bytes, keptMs, epochMs } = ready;
      const { key, tags, claimToken = "" } = fill;
      const { generation, number } = stamp;
      const epochs = [keys.state, ...tags.map(keys.epoch)];
      const judged = [generation, number, epochMs, keptMs];
      const isValid = await runScript(client, JUDGE, epochs, judged);
      if (isValid === null) return undefined;
      if (isValid !== 1) return giveUp(ready);
      const claim = keys.claim(key);
      const names = [keys.value(key), claim, keys.waiters(key)];
      const loaded = [generation, number, claimToken, claim];
      const stored = [bytes, keptMs, VALUE_VERSION];
      return readOutcome(await runScript(client, STORE, names, [...loaded, ...stored]));
    },
  };
}
