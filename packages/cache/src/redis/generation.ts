/** Lua: what tells one run of one server from every other, as a restart or a failover changes it. */
export const SERVER_ID_LUA: string = `
local function serverId()
  return string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
end
`;

/**
 * Lua that judges whether the server still has what it acknowledged: `generation(state, candidate)` gives the
 * generation in force, which is the candidate when the state is missing or belongs to another server.
 */
export const GENERATION_LUA: string = `${SERVER_ID_LUA}
local function generation(state, candidate)
  local server = serverId()
  local known = redis.call('HMGET', state, 'g', 's')
  if known[1] and known[2] == server then return known[1] end
  redis.call('HSET', state, 'g', candidate, 's', server)
  return candidate
end
`;
