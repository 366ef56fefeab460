import { type RedisScript, redisScript } from "../../../redis/script.ts";
import { CLAIMS_LUA } from "./claims.ts";
import { EPOCHS_LUA } from "./epochs-lua.ts";

/**
 * Judges a load by the epochs of its tags. A tag without an epoch is one that was forgotten since, or that only the loader
 * found: nobody can tell whether it was invalidated meanwhile, so it gets an epoch newer than the stamp and the
 * load is not stored. `judge` gives true, false, or nothing when the server is not verified.
 */
const JUDGE_LUA = `${EPOCHS_LUA}
local function judge(state, first, ofGeneration, number, fullMs, leastMs)
  local generation = generationOf(state)
  if not generation then return nil end
  if generation ~= ofGeneration then return false end
  local isValid = true
  for index = first, #KEYS do
    local epoch = epochOf(KEYS[index], generation)
    if not epoch then
      redis.call('SET', KEYS[index], epochText(generation, draw(state)), 'PX', fullMs)
      isValid = false
    else
      if epoch > number then isValid = false end
      keepFor(KEYS[index], leastMs, fullMs)
    end
  end
  return isValid
end
`;

/**
 * Stores a value unless the claim is somebody else's or a fresher value is there, gives the claim up if it is ours, and wakes
 * those who wait. The claim of a load that may not or (memory is full) cannot be stored is given up too. The place of generation and number in a
 * stored value is that of `value-header.ts`.
 */
const STORE_LUA = `${CLAIMS_LUA}
local function hasFresher(value, version, generation, number)
  local header = redis.call('GETRANGE', value, 0, 41 + #generation)
  if #header < 42 + #generation or string.byte(header, 1) ~= version then return false end
  if string.byte(header, 4) ~= #generation or string.sub(header, 43) ~= generation then return false end
  return struct.unpack('>d', string.sub(header, 5, 12)) > number
end

local function store(value, claim, waiters, isValid, token, name, generation, number, bytes, keptMs, version)
  local holder = holderOf(claim)
  if token ~= '' and holder and holder ~= token then return 'fenced' end
  local isStored = isValid and not hasFresher(value, version, generation, number)
  local kept = isStored and redis.pcall('SET', value, bytes, 'PX', keptMs)
  if token ~= '' and holder == token then
    redis.call('DEL', claim)
    wake(waiters, name)
  elseif isStored then
    wake(waiters, name)
  end
  if type(kept) == 'table' and kept.err then return kept end
  return isStored and 'stored' or 'superseded'
end
`;

const STORE_ARGUMENTS = `
local generation, number, token, name = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local bytes, keptMs, version = ARGV[5], ARGV[6], tonumber(ARGV[7])
`;

/**
 * Judges and stores in one trip, where all lies on one server.
 *
 * KEYS: state, value, claim, waiters, epochs. ARGV: as for STORE, then time to live of an epoch, and what must be left of it.
 */
export const FILL: RedisScript = redisScript(`${JUDGE_LUA}${STORE_LUA}${STORE_ARGUMENTS}
local isValid = judge(KEYS[1], 5, generation, number, tonumber(ARGV[8]), tonumber(ARGV[9]))
if isValid == nil then return false end
return store(KEYS[2], KEYS[3], KEYS[4], isValid, token, name, generation, number, bytes, keptMs, version)
`);

/**
 * Judges a load, in the slot of the epochs: 1, 0, or nothing when the server is not verified.
 *
 * KEYS: state, epochs. ARGV: generation and number of the stamp, time to live of an epoch, and what must be left
 * of it.
 */
export const JUDGE: RedisScript = redisScript(`${JUDGE_LUA}
local isValid = judge(KEYS[1], 2, ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]))
if isValid == nil then return false end
return isValid and 1 or 0
`);

/**
 * Stores in the slot of the value. An invalidation may come between the judgement and this: then the value lands and is worthless,
 * as every read judges it again.
 *
 * KEYS: value, claim, waiters. ARGV: generation, number, token or empty, name to call out, value, its time to live,
 * version of its header.
 */
export const STORE: RedisScript = redisScript(`${STORE_LUA}${STORE_ARGUMENTS}
return store(KEYS[1], KEYS[2], KEYS[3], true, token, name, generation, number, bytes, keptMs, version)
`);

/** Ends a load that may not be stored. KEYS: claim, waiters. ARGV: token, name to call out. */
export const GIVE_UP: RedisScript = redisScript(`${CLAIMS_LUA}
local holder = holderOf(KEYS[1])
if holder and holder ~= ARGV[1] then return 'fenced' end
if holder then
  redis.call('DEL', KEYS[1])
  wake(KEYS[2], ARGV[2])
end
return 'superseded'
`);
