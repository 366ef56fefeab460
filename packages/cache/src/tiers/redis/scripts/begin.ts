import { type RedisScript, redisScript } from "../../../redis/script.ts";
import { CLAIMS_LUA } from "./claims.ts";
import { STAMP_LUA } from "./stamp.ts";

/**
 * A stamp and a claim in one trip, where both lie on one server.
 *
 * KEYS: state, claim, epochs. ARGV: as for STAMP, then token and time to live of the claim.
 */
export const BEGIN_WITH_CLAIM: RedisScript = redisScript(`${STAMP_LUA}${CLAIMS_LUA}
local generation, number, newest = stamp(KEYS[1], 3, tonumber(ARGV[1]), tonumber(ARGV[2]))
if not generation then return false end
return {generation, number, newest, take(KEYS[2], ARGV[3], ARGV[4], generation, number, newest)}
`);
