import { GENERATION_LUA } from "../../redis/generation.ts";
import { type RedisScript, redisScript } from "../../redis/script.ts";

/**
 * Appends entries to a stream, numbered without gaps by a counter beside it: an entry's id is its number. A stream that refuses
 * such an id belongs to an older counter or to somebody else, and gives way.
 */
const APPEND_LUA = `
local function append(state, stream, most, process, body)
  local number = redis.call('HINCRBY', state, 'n', 1)
  local function add()
    return redis.pcall('XADD', stream, 'MAXLEN', '~', most, number .. '-0', 'p', process, 'm', body)
  end
  local added = add()
  if type(added) == 'table' and added.err then
    redis.call('DEL', stream)
    added = add()
    if type(added) == 'table' and added.err then error(added.err) end
  end
  return number
end
`;

/** Appends messages; the answer is the generation, the number of the last one, and the longest lease that anybody may hold. */
export const PUBLISH: RedisScript = redisScript(`${GENERATION_LUA}${APPEND_LUA}
local state, stream = KEYS[1], KEYS[2]
local process, most, candidate = ARGV[1], ARGV[2], ARGV[3]
local present = redis.call('HGET', state, 'g') or generation(state, candidate)
local last
for index = 4, #ARGV do last = append(state, stream, most, process, ARGV[index]) end
return {present, tostring(last), redis.call('HGET', state, 'l') or '0'}
`);

/**
 * Calls the roll: who, but the caller, has not acknowledged a message? With `asking` an empty entry is appended when somebody
 * has not; it makes followers check at once. The answer is the generation, the age of the roll in milliseconds (-1: there
 * is none), and of each who has not: name, end of lease, number of the last message acknowledged.
 */
export const ROLL_CALL: RedisScript = redisScript(`${APPEND_LUA}
local state, leases, acknowledgements, stream = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local process, generation, wanted, isAsking, most = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5]
local heard = {}
local pairs = redis.call('HGETALL', acknowledgements)
for index = 1, #pairs, 2 do heard[pairs[index]] = pairs[index + 1] end
local answer = {redis.call('HGET', state, 'g') or '', '-1'}
local roll = redis.call('ZRANGE', leases, 0, -1, 'WITHSCORES')
for index = 1, #roll, 2 do
  local name, score = roll[index], roll[index + 1]
  if name == '' then
    local time = redis.call('TIME')
    answer[2] = tostring(time[1] * 1000 + math.floor(time[2] / 1000) + score)
  elseif name ~= process then
    local known, number = string.match(heard[name] or '', '^(%S+) (%d+)$')
    if known ~= generation then number = '-1' end
    if tonumber(number) < wanted then
      answer[#answer + 1] = name
      answer[#answer + 1] = score
      answer[#answer + 1] = number
    end
  end
end
if isAsking == '1' and #answer > 2 then append(state, stream, most, process, '') end
return answer
`);

/** Strikes those off the roll who have not checked since their leases ended: pairs of name and end of lease. */
export const STRIKE_OFF: RedisScript = redisScript(`
for index = 1, #ARGV, 2 do
  local name, ends = ARGV[index], ARGV[index + 1]
  if redis.call('ZSCORE', KEYS[1], name) == ends then
    redis.call('ZREM', KEYS[1], name)
    redis.call('HDEL', KEYS[2], name)
  end
end
return 1
`);
