import type { Clock } from "@streamgate/core";
import type { StorePool } from "../platform/store-pool.ts";
import { processActor } from "../store/process-actor.ts";
import { noteWithin } from "./audit-log.ts";
import type { SecretHashes } from "./secret-hashes.ts";
import { COUNT_TOKENS } from "./token-queries.ts";
import { makeTokenParts, tokenText } from "./token-text.ts";

/** How many tokens a store holds. */
export interface TokenCount {
  /** Also those that are revoked or past their time. */
  readonly all: number;
  readonly good: number;
}

/** Held from before the token is made until it is told; it goes with the process that holds it. */
const LOCK = 7_310_575_178;

/** now */
const COUNT_BESIDE_UNTOLD = `
select count(*)::int as count from streamgate.tokens
where not (is_first and told_at is null and last_used_at is null and revoked_at is null)`;
/** A first token that nobody was told serves nobody. */
const DELETE_UNTOLD = `
delete from streamgate.tokens where is_first and told_at is null and last_used_at is null`;
/** id, hash, now, created by */
const INSERT_FIRST = `
insert into streamgate.tokens (id, name, scopes, hash, created_at, created_by, is_first)
values ($1, 'first', '{read,act}', $2, $3, $4, true)`;
/** id, now */
const NOTE_TOLD = "update streamgate.tokens set told_at = $2 where id = $1";

export async function countTokens(tables: StorePool, clock: Clock): Promise<TokenCount> {
  const [count] = await tables.query<TokenCount>(COUNT_TOKENS, [clock.now()]);
  return count ?? { all: 0, good: 0 };
}

/**
 * Makes the first token of a store that has never had one, and tells it. Where a process was ended between making and telling,
 * the next one makes another in its place; where it was ended between telling and noting that, the token that was told is
 * replaced, unless somebody has used it.
 */
export async function tellFirstToken(
  { tables, clock, hashes }: { tables: StorePool; clock: Clock; hashes: SecretHashes },
  tell: (token: string) => void,
): Promise<void> {
  await tables.withLock(LOCK, async () => {
    const [standing] = await tables.query<{ readonly count: number }>(COUNT_BESIDE_UNTOLD);
    if ((standing?.count ?? 0) > 0) return;
    const parts = makeTokenParts();
    const hash = await hashes.hashOf(parts.secret);
    const actor = processActor();
    await tables.transaction(async (query) => {
      await query(DELETE_UNTOLD);
      await query(INSERT_FIRST, [parts.id, hash, clock.now(), actor]);
      const target = `token ${parts.id}`;
      await noteWithin(query, { actor, act: "token created", target, details: { name: "first" } });
    });
    tell(tokenText(parts));
    await tables.query(NOTE_TOLD, [parts.id, clock.now()]);
  });
}
