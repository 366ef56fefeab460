const COLUMNS = "id, name, scopes, created_at, created_by, expires_at, last_used_at";
/** $2 or $1 is now. */
const isGoodAt = (now: string): string =>
  `revoked_at is null and (expires_at is null or expires_at > ${now})`;

/** now */
export const LIST_TOKENS: string = `
select ${COLUMNS} from streamgate.tokens where ${isGoodAt("$1")} order by created_at desc, id`;

/** id, now */
export const FIND_TOKEN: string = `
select ${COLUMNS}, hash, old_hash, old_until from streamgate.tokens where id = $1 and ${isGoodAt("$2")}`;

/** now */
export const COUNT_TOKENS: string = `
select count(*)::int as "all", (count(*) filter (where ${isGoodAt("$1")}))::int as good from streamgate.tokens`;

/** Those who make tokens do it one after the other. */
export const HOLD_TOKENS = "lock table streamgate.tokens in share row exclusive mode";

/** id, name, scopes, hash, created at, created by, expires at */
export const INSERT_TOKEN: string = `
insert into streamgate.tokens (id, name, scopes, hash, created_at, created_by, expires_at)
values ($1, $2, $3, $4, $5, $6, $7) returning ${COLUMNS}`;

/** id, hash, now, until when the old one is good */
export const ROTATE_TOKEN: string = `
update streamgate.tokens
set old_hash = case when $4::timestamptz > $3::timestamptz then hash end, old_until = $4, hash = $2, told_at = coalesce(told_at, $3)
where id = $1 and ${isGoodAt("$3")} returning ${COLUMNS}`;

/** id, now */
export const REVOKE_TOKEN: string = `
update streamgate.tokens set revoked_at = $2, hash = '', old_hash = null
where id = $1 and ${isGoodAt("$2")} returning ${COLUMNS}`;

/** id, now */
export const NOTE_TOKEN_USE = `
update streamgate.tokens set last_used_at = greatest(last_used_at, $2) where id = $1`;

/** id of the token, until when they are good */
export const END_SESSIONS_OF_TOKEN = `
update streamgate.sessions set expires_at = least(expires_at, $2) where token = $1`;
