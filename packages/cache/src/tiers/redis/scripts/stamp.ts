import { type RedisScript, redisScript } from "../../../redis/script.ts";
import { EPOCHS_LUA } from "./epochs-lua.ts";

/**
 * The stamp of a load that begins now. One number is drawn for it; tags without an epoch get the same one, so every epoch
 * is ≤ the stamp, and of two loads the one that began later has the greater stamp. The answer is the generation, the number,
 * and the newest epoch among the tags: a load with an older stamp can never be stored.
 *
 * KEYS: state, epochs. ARGV: time to live of an epoch, and what must be left of it.
 */
export const STAMP_LUA: string = `${EPOCHS_LUA}
local function stamp(state, first, fullMs, leastMs)
  local generation = generationOf(state)
  if not generation then return nil end
  local number = draw(state)
  local newest = 0
  for index = first, #KEYS do
    local epoch = epochOf(KEYS[index], generation)
    if epoch then
      keepFor(KEYS[index], leastMs, fullMs)
    else
      epoch = number
      redis.call('SET', KEYS[index], epochText(generation, number), 'PX', fullMs)
    end
    if epoch > newest then newest = epoch end
  end
  return generation, number, newest
end
`;

/** Answers nothing when the server is not verified. */
export const STAMP: RedisScript = redisScript(`${STAMP_LUA}
local generation, number, newest = stamp(KEYS[1], 2, tonumber(ARGV[1]), tonumber(ARGV[2]))
if not generation then return false end
return {generation, number, newest}
`);
