import { SERVER_ID_LUA } from "../../../redis/generation.ts";

/**
 * Lua for epochs. `generationOf` gives nothing when there is no generation, or when it is another server's: the client
 * may have followed a failover by itself, and must verify the server first. An epoch is `generation number`; `epochOf` gives the number, or nothing when it is missing or of
 * another generation. `keepFor` renews the time to live of one that has less than the least left: an epoch must outlive the values
 * that it judges.
 */
export const EPOCHS_LUA: string = `${SERVER_ID_LUA}
local function generationOf(state)
  local known = redis.call('HMGET', state, 'g', 's')
  if known[1] and known[2] == serverId() then return known[1] end
  return nil
end

local function epochOf(key, generation)
  local epoch = redis.call('GET', key)
  if not epoch then return nil end
  local present, number = string.match(epoch, '^(%S+) (%d+)$')
  if present ~= generation then return nil end
  return tonumber(number)
end

local function draw(state)
  return redis.call('HINCRBY', state, 'q', 1)
end

local function epochText(generation, number)
  return generation .. ' ' .. string.format('%.0f', number)
end

local function keepFor(key, leastMs, fullMs)
  local left = redis.call('PTTL', key)
  if left >= 0 and left < leastMs then redis.call('PEXPIRE', key, fullMs) end
end
`;
