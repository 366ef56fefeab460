import { SERVER_ID_LUA } from "../../../redis/generation.ts";
import { type RedisScript, redisScript } from "../../../redis/script.ts";

/**
 * Epochs, with the server that gave them. A cluster client follows a slot to another node without a word, so
 * that on a cluster every answer must say whose it is; a script is never sent to a replica either.
 *
 * KEYS: epochs.
 */
export const READ_EPOCHS: RedisScript = redisScript(`${SERVER_ID_LUA}
return {serverId(), redis.call('MGET', unpack(KEYS))}
`);
