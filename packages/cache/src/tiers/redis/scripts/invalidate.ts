import { type RedisScript, redisScript } from "../../../redis/script.ts";
import { EPOCHS_LUA } from "./epochs-lua.ts";

/**
 * Raises the epochs of tags above every stamp that was given so far. A tag without an epoch needs nothing: what depends on it is
 * invalid already. That is also the way out when memory is full and nothing may be written: epochs can
 * still be deleted. The answer is nothing when the server is not verified.
 *
 * KEYS: state, epochs.
 */
export const INVALIDATE: RedisScript = redisScript(`${EPOCHS_LUA}
local generation = generationOf(KEYS[1])
if not generation then return false end
local number = redis.pcall('HINCRBY', KEYS[1], 'q', 1)
local isFull = type(number) == 'table'
local epoch = not isFull and epochText(generation, number)
for index = 2, #KEYS do
  local raised = not isFull and redis.pcall('SET', KEYS[index], epoch, 'XX', 'KEEPTTL')
  if isFull or (type(raised) == 'table' and raised.err) then redis.call('DEL', KEYS[index]) end
end
return 1
`);
