import { randomBytes } from "node:crypto";
import { GENERATION_LUA } from "../../redis/generation.ts";
import { type RedisScript, redisScript } from "../../redis/script.ts";
import { answerUnreadable } from "./errors.ts";
import type { StreamCheck, StreamPosition } from "./stream-position.ts";

/** Who has not checked for so long is struck off the roll, whatever happened to it. */
const FORGOTTEN_AFTER_MS = 3_600_000;

/**
 * One check of a follower: verifies the server, enters the process into the roll of those that may hold a lease,
 * acknowledges what it has heard, and answers with the generation and the number of the newest message. The
 * roll is written before the answer leaves, so nobody holds a lease that the roll does not show.
 *
 * The empty member of the roll says since when there is a roll. A stream whose newest id is beyond the counter was written
 * by somebody else; it is dropped when a position in it broke.
 */
export const CHECK: RedisScript = redisScript(`${GENERATION_LUA}
local state, leases, acknowledgements, stream = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local process, heardIn, heard, candidate, isBroken = ARGV[1], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local lease = tonumber(ARGV[2])
local present = generation(state, candidate)
local counts = redis.call('HMGET', state, 'n', 'l')
local last = tonumber(counts[1] or 0)
if lease > tonumber(counts[2] or 0) then redis.call('HSET', state, 'l', lease) end

if isBroken == '1' then
  local newest = redis.pcall('XREVRANGE', stream, '+', '-', 'COUNT', 1)
  local number, part = string.match(newest[1] and newest[1][1] or '0-0', '^(%d+)%-(%d+)$')
  if newest.err or tonumber(number) > last or part ~= '0' then redis.call('DEL', stream) end
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if not redis.call('ZSCORE', leases, '') then redis.call('ZADD', leases, -now, '') end
redis.call('ZADD', leases, now + lease, process)
redis.call('HSET', acknowledgements, process, heardIn .. ' ' .. heard)
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', leases, 0, now - ${FORGOTTEN_AFTER_MS}, 'LIMIT', 0, 100)) do
  redis.call('ZREM', leases, gone)
  redis.call('HDEL', acknowledgements, gone)
end
return {present, tostring(last)}
`);

export function checkArguments(
  process: string,
  leaseMs: number,
  position: StreamPosition,
): (string | number)[] {
  const { generation = "-", heard, isBroken } = position;
  return [process, leaseMs, generation, heard, newGeneration(), isBroken ? 1 : 0];
}

export function parseCheck(answer: unknown): StreamCheck {
  const [generation, last] = Array.isArray(answer) ? answer.map(String) : [];
  if (generation === undefined || !Number.isSafeInteger(Number(last)))
    throw answerUnreadable("check the stream of invalidations");
  return { generation, last: Number(last) };
}

/** What the next generation is called if the present one has to end; it has no blanks. */
export function newGeneration(): string {
  return randomBytes(12).toString("base64url");
}
