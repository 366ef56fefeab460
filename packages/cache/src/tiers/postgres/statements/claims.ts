/** Keeps a claim that is ours and has not lapsed. */
export const renewStatement = (schema: string): string => `
update ${schema}.claims
set expires_at = clock_timestamp() + $3::float8 * interval '1 millisecond'
where key = $1::text and token = $2::text and expires_at > clock_timestamp()
returning key`;

export const releaseStatement = (schema: string): string => `
delete from ${schema}.claims where key = $1::text and token = $2::text`;

/** Who holds the claim; no row once it was given up or has lapsed. */
export const holderStatement = (schema: string): string => `
select token from ${schema}.claims where key = $1::text and expires_at > clock_timestamp()`;
