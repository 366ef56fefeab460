import { type RedisScript, redisScript } from "../../../redis/script.ts";

/**
 * Lua for claims. A claim is `generation number token`, the first two being the stamp of the load that it is for.
 * `wake` tells every process that waits that the load has ended, one way or the other.
 */
export const CLAIMS_LUA: string = `
local function holderOf(claim)
  local held = redis.call('GET', claim)
  if not held then return nil end
  local generation, number, token = string.match(held, '^(%S+) (%d+) (.*)$')
  return token, generation, tonumber(number)
end

local function take(claim, token, ttlMs, generation, number, newest)
  local holder, ofGeneration, since = holderOf(claim)
  local isVoid = holder and (ofGeneration ~= generation or since < newest)
  if holder and holder ~= token and not isVoid then return 'taken' end
  redis.call('SET', claim, generation .. ' ' .. string.format('%.0f', number) .. ' ' .. token, 'PX', ttlMs)
  return 'mine'
end

local function wake(waiters, name)
  local channels = redis.call('SMEMBERS', waiters)
  if #channels == 0 then return end
  redis.call('DEL', waiters)
  for _, channel in ipairs(channels) do redis.call('PUBLISH', channel, name) end
end
`;

/**
 * Takes a claim that nobody holds, or whose load can never be stored: it began in another generation, or before
 * the newest invalidation of its tags.
 *
 * KEYS: claim. ARGV: token, time to live, generation, number and newest epoch of the stamp.
 */
export const TAKE_CLAIM: RedisScript = redisScript(`${CLAIMS_LUA}
return take(KEYS[1], ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]))
`);

/** KEYS: claim. ARGV: token, time to live. */
export const RENEW_CLAIM: RedisScript = redisScript(`${CLAIMS_LUA}
if holderOf(KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`);

/** KEYS: claim, waiters. ARGV: token, name to call out. */
export const RELEASE_CLAIM: RedisScript = redisScript(`${CLAIMS_LUA}
if holderOf(KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
wake(KEYS[2], ARGV[2])
return 1
`);

/**
 * Enters a process among those who wait; the answer is for how long the claim is held yet, in milliseconds, less than 0 if nobody
 * holds it.
 *
 * KEYS: claim, waiters. ARGV: channel, time to live of the list.
 */
export const AWAIT_CLAIM: RedisScript = redisScript(`
local left = redis.call('PTTL', KEYS[1])
if left < 0 then return -1 end
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return left
`);
